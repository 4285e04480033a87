// The date: how far the machine's clock is from 1970-01-01 00:00 UTC.
#ifndef ENKEL_KERNEL_TIME_WALL_CLOCK_H_
#define ENKEL_KERNEL_TIME_WALL_CLOCK_H_

#include <cstdint>

#include "kernel/base/time.h"

namespace kernel::time {

// Nanoseconds since 1970-01-01 00:00 UTC, without leap seconds [POSIX] 4.19; until the year 2262.
struct WallTime {
  std::int64_t nanoseconds = 0;
  friend constexpr auto operator<=>(WallTime, WallTime) = default;
};

// The date now. The first call asks the board's clock, once; a machine that has none starts in 1970. Not
// interrupt-safe.
WallTime ReadWallClock();

// Sets the date, for this machine's run: the board's clock is not written.
void SetWallClock(WallTime date);

// When it will be `date` if nobody sets it anew; a time before the start of the machine where that is past.
Instant InstantOf(WallTime date);

}  // namespace kernel::time

#endif  // ENKEL_KERNEL_TIME_WALL_CLOCK_H_
