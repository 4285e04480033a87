// Registers of a PC's counters of known frequency, by their I/O ports, in their order.
#ifndef ENKEL_DRIVERS_TIMER_TSC_CLOCK_REGISTERS_H_
#define ENKEL_DRIVERS_TIMER_TSC_CLOCK_REGISTERS_H_

#include <cstdint>

#include "drivers/bus/registers/registers.h"

namespace drivers::timer {
// NOLINTBEGIN(readability-identifier-naming): the names are the datasheets'.

// The interval timer, of which counter 2 is nobody else's. [I8254] "Programming the 8254", "Read Operations"
namespace i8254 {

// Its low byte, then its high byte; after a read-back command its status comes first.
struct COUNTER_2 : ReadWrite<0x42, std::uint8_t> {
  using PROGRAMMED = Bits<0, 6>;  // of the status: BCD, M and RW as they were written
  using NULL_COUNT = Bits<6>;     // of the status: the count that was written is not in the counter yet
};
struct CONTROL : WriteOnly<0x43, std::uint8_t> {
  using M = Bits<1, 3>;
  using RW = Bits<4, 2>;  // 3: low byte, then high byte
  using SC = Bits<6, 2>;  // the counter; 3: a read-back command, in which the bits below name counters, and 0 latches
  using OF_COUNTER_2 = Bits<3>;
};
// Not the chip's: the PC/AT's port B, whose low bits gate counter 2 and let it be heard.
struct PORT_B : ReadWrite<0x61, std::uint8_t> {
  using TIMER_2_GATE = Bits<0>;
  using SPEAKER = Bits<1>;
};

static_assert(AreInOrder<COUNTER_2, CONTROL, PORT_B>());

}  // namespace i8254

// The power management timer, from its port on. [ACPI] 4.8.3.3
namespace power_timer {

struct PM_TMR : ReadOnly<0x0> {
  using TMR_VAL = Bits<0, 24>;  // of 24 bits or of 32
};

}  // namespace power_timer

// NOLINTEND(readability-identifier-naming)

}  // namespace drivers::timer

#endif  // ENKEL_DRIVERS_TIMER_TSC_CLOCK_REGISTERS_H_
