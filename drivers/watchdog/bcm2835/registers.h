// Registers of power management that make up the watchdog, in their order. No public manual describes them: as the
// Linux driver bcm2835_wdt has them.
#ifndef ENKEL_DRIVERS_WATCHDOG_BCM2835_REGISTERS_H_
#define ENKEL_DRIVERS_WATCHDOG_BCM2835_REGISTERS_H_

#include <cstdint>

#include "drivers/bus/registers/registers.h"

namespace drivers::watchdog::bcm2835 {

inline constexpr std::uint32_t kPassword = 0x5a000000;  // without it a write has no effect

// What a time-out does.
struct RSTC : ReadWrite<0x1c> {
  using WRCFG = Bits<4, 2>;  // 2: resets everything
  static constexpr std::uint32_t kStopped = 0x102;
};
// Why the last reset came; and in the even bits 0 to 10 the partition that the firmware boots next.
struct RSTS : ReadWrite<0x20> {
  static constexpr std::uint32_t kPartition = 0x555;
};
// Time until the reset, in 1/65536 s.
struct WDOG : ReadWrite<0x24> {
  using TIME = Bits<0, 20>;
};

static_assert(AreInOrder<RSTC, RSTS, WDOG>());

}  // namespace drivers::watchdog::bcm2835

#endif  // ENKEL_DRIVERS_WATCHDOG_BCM2835_REGISTERS_H_
