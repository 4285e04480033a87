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

constexpr std::int64_t kTicksASecond = 65'536;

constexpr std::uint32_t Gather(std::uint32_t spread) {
  std::uint32_t number = spread & RSTS::kPartition;
  number = (number | number >> 1) & 0x3333;
  number = (number | number >> 2) & 0x0f0f;
  return (number | number >> 4) & kNoPartition.number;
}
static_assert(BitsOf(kNoPartition) == RSTS::kPartition && Gather(BitsOf({0x2a})) == 0x2a);

}  // namespace

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
  ChooseBits(BitsOf(partition));
}

template <typename Registers>
Partition Bcm2835WatchdogOn<Registers>::chosen() const {
  return {Gather(registers_.template Read<RSTS>().value)};
}

template class Bcm2835WatchdogOn<MappedRegisters>;
template class Bcm2835WatchdogOn<DoubleRegisters>;

}  // namespace drivers::watchdog
