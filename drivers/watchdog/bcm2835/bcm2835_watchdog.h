// The watchdog of BCM2835 to BCM2837: the only way to reset the chip, and the way to tell the firmware what to boot.
#ifndef ENKEL_DRIVERS_WATCHDOG_BCM2835_BCM2835_WATCHDOG_H_
#define ENKEL_DRIVERS_WATCHDOG_BCM2835_BCM2835_WATCHDOG_H_

#include <cstdint>

#include "drivers/bus/registers/registers.h"
#include "drivers/watchdog/bcm2835/registers.h"
#include "kernel/base/time.h"

namespace drivers::watchdog {

// A partition of the card by its number, from 1; 0: the first that can be booted.
struct Partition {
  std::uint32_t number = 0;
};
inline constexpr Partition kLastPartition = {62};
inline constexpr Partition kNoPartition = {63};  // the firmware halts

// As it lies in RSTS: in every second bit.
constexpr std::uint32_t BitsOf(Partition partition) {
  std::uint32_t bits = (partition.number | partition.number << 4) & 0x0f0f;
  bits = (bits | bits << 2) & 0x3333;
  return (bits | bits << 1) & bcm2835::RSTS::kPartition;
}

// Holds no state but where it is. Interrupt-safe.
template <typename Registers>
class Bcm2835WatchdogOn {
 public:
  static constexpr kernel::Duration kMost = kernel::Duration::Milliseconds(15'999);

  constexpr explicit Bcm2835WatchdogOn(Registers registers) : registers_(registers) {}

  // Resets the chip when `time`, at most kMost, has passed; called again it counts anew.
  void Start(kernel::Duration time) const;
  void Stop() const;
  bool IsRunning() const;

  // What the firmware boots after the next reset, whoever causes it.
  void Choose(Partition partition) const;
  Partition chosen() const;

  // Resets the chip within a millisecond: not before this returns. `bits`: BitsOf a partition.
  [[gnu::always_inline]] void ResetInto(std::uint32_t bits) const {
    ChooseBits(bits);
    StartTicks(kSoon);
  }

 private:
  static constexpr std::uint32_t kSoon = 10;  // ticks
  static constexpr std::uint32_t kFullReset = 2;

  [[gnu::always_inline]] void ChooseBits(std::uint32_t bits) const {
    using bcm2835::RSTS;
    const std::uint32_t others = registers_.template Read<RSTS>().value & ~RSTS::kPartition;
    registers_.template Write<RSTS>(bcm2835::kPassword | others | bits);
  }
  [[gnu::always_inline]] void StartTicks(std::uint32_t ticks) const {
    using bcm2835::RSTC, bcm2835::WDOG;
    registers_.template Write<WDOG>(bcm2835::kPassword | WDOG::TIME::Of(ticks));
    const std::uint32_t control = registers_.template Read<RSTC>().value;
    registers_.template Write<RSTC>(bcm2835::kPassword | RSTC::WRCFG::Set(control, kFullReset));
  }

  Registers registers_;
};

using Bcm2835Watchdog = Bcm2835WatchdogOn<MappedRegisters>;

}  // namespace drivers::watchdog

#endif  // ENKEL_DRIVERS_WATCHDOG_BCM2835_BCM2835_WATCHDOG_H_
