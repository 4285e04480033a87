#include "drivers/watchdog/bcm2835/bcm2835_watchdog.h"

#include <algorithm>
#include <cstdint>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/registers.h"
#include "drivers/watchdog/bcm2835/registers.h"
#include "kernel/base/time.h"

namespace drivers::watchdog {
namespace {

using namespace bcm2835;  // NOLINT(google-build-using-namespace): the registers' names

constexpr std::uint32_t kFullReset = 2;
constexpr std::uint32_t kSoon = 10;  // ticks
constexpr std::int64_t kTicksASecond = 65'536;
constexpr unsigned kPartitionBits = 6;

// A partition's number lies in every second bit.
constexpr std::uint32_t Spread(std::uint32_t number) {
  std::uint32_t spread = 0;
  for (unsigned bit = 0; bit < kPartitionBits; ++bit) spread |= (number >> bit & 1) << 2 * bit;
  return spread;
}
constexpr std::uint32_t Gather(std::uint32_t spread) {
  std::uint32_t number = 0;
  for (unsigned bit = 0; bit < kPartitionBits; ++bit) number |= (spread >> 2 * bit & 1) << bit;
  return number;
}
static_assert(Spread(kNoPartition.number) == RSTS::kPartition && Gather(Spread(0x2a)) == 0x2a);

}  // namespace

template <typename Registers>
void Bcm2835WatchdogOn<Registers>::StartTicks(std::uint32_t ticks) const {
  registers_.template Write<WDOG>(kPassword | WDOG::TIME::Of(ticks));
  const std::uint32_t control = registers_.template Read<RSTC>().value & ~kPassword;
  registers_.template Write<RSTC>(kPassword | RSTC::WRCFG::Set(control, kFullReset));
}

template <typename Registers>
void Bcm2835WatchdogOn<Registers>::Start(kernel::Duration time) const {
  const std::int64_t most = std::clamp<std::int64_t>(time.nanoseconds, 0, kMost.nanoseconds);
  StartTicks(static_cast<std::uint32_t>(most * kTicksASecond / kernel::Duration::Seconds(1).nanoseconds) + 1);
}

template <typename Registers>
void Bcm2835WatchdogOn<Registers>::Stop() const {
  registers_.template Write<RSTC>(kPassword | RSTC::kStopped);
}

template <typename Registers>
bool Bcm2835WatchdogOn<Registers>::IsRunning() const {
  return RSTC::WRCFG::Get(registers_.template Read<RSTC>().value) == kFullReset;
}

template <typename Registers>
void Bcm2835WatchdogOn<Registers>::Choose(Partition partition) const {
  const std::uint32_t others = registers_.template Read<RSTS>().value & ~RSTS::kPartition & ~kPassword;
  registers_.template Write<RSTS>(kPassword | others | Spread(partition.number));
}

template <typename Registers>
Partition Bcm2835WatchdogOn<Registers>::chosen() const {
  return {Gather(registers_.template Read<RSTS>().value)};
}

template <typename Registers>
void Bcm2835WatchdogOn<Registers>::ResetInto(Partition partition) const {
  Choose(partition);
  StartTicks(kSoon);
}

template class Bcm2835WatchdogOn<MappedRegisters>;
template class Bcm2835WatchdogOn<DoubleRegisters>;

}  // namespace drivers::watchdog
