// Reading clocks.
#include <errno.h>
#include <time.h>

#include <cstdint>

#include "kernel/boot/board.h"
#include "kernel/event/progress.h"
#include "kernel/libc/calls.h"
#include "kernel/libc/clocks.h"
#include "kernel/libc/timespec.h"
#include "kernel/time/wall_clock.h"

namespace {

using kernel::libc::IsCpuTimeClock;
using kernel::libc::IsMonotonicClock;
using kernel::libc::IsWallClock;
using kernel::libc::ToTimespec;

}  // namespace

long sys_clock_gettime(clockid_t clock, timespec* time) {
  std::int64_t nanoseconds;
  if (IsWallClock(clock)) {
    nanoseconds = kernel::time::ReadWallClock().nanoseconds;
  } else if (IsMonotonicClock(clock)) {
    nanoseconds = board::Now().nanoseconds;
  } else if (IsCpuTimeClock(clock)) {
    nanoseconds = board::Now().nanoseconds - kernel::event::IdleTime().nanoseconds;
  } else {
    return -EINVAL;
  }
  if (time == nullptr) return -EFAULT;
  *time = ToTimespec(nanoseconds);
  return 0;
}

long sys_clock_getres(clockid_t clock, timespec* resolution) {
  if (!IsWallClock(clock) && !IsMonotonicClock(clock) && !IsCpuTimeClock(clock)) return -EINVAL;
  if (resolution != nullptr) *resolution = {.tv_sec = 0, .tv_nsec = 1};
  return 0;
}
