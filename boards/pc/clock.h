// The clock in its own unit, for the alarm. Internal to boards/pc.
#ifndef ENKEL_BOARDS_PC_CLOCK_H_
#define ENKEL_BOARDS_PC_CLOCK_H_

#include <cstdint>

#include "kernel/base/time.h"

namespace board {

// What the time stamp counter reads at `instant`; not later, and too early while its rate is unknown. Interrupt-safe.
std::uint64_t TimeStampAt(kernel::Instant instant);

// How long the clock may go without being looked at: not long until it knows its rate, so that a sleep does not outlast
// what its reference can count. Interrupt-safe.
kernel::Duration MostSleep();

// Whether time comes from the counter already, in steps of a nanosecond; else from its coarser reference.
// Interrupt-safe.
bool KnowsItsRate();

}  // namespace board

#endif  // ENKEL_BOARDS_PC_CLOCK_H_
