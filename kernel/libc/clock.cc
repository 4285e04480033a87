#include <errno.h>
#include <time.h>

#include <cstdint>

#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/event/progress.h"
#include "kernel/event/thread.h"
#include "kernel/libc/calls.h"
#include "kernel/libc/timespec.h"

namespace {

using kernel::Duration;
using kernel::Instant;
using kernel::libc::Later;
using kernel::libc::ToDuration;
using kernel::libc::ToTimespec;

// Clocks that count from the start of the machine, which is all of them that one can wait for.
bool IsTimeClock(clockid_t clock) {
  switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_BOOTTIME:
    case CLOCK_TAI:
      return true;
    default:
      return false;
  }
}

bool IsCpuTimeClock(clockid_t clock) { return clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID; }

// Nothing but `deadline`, or the end of the wait from outside, may end a sleep.
long SleepUntil(Instant deadline) {
  while (board::Now() < deadline) {
    if (kernel::event::Block(deadline) == kernel::event::WakeReason::kInterrupted) return -EINTR;
  }
  return 0;
}

long Sleep(Duration duration, timespec* rest) {
  const Instant deadline = Later(board::Now(), duration);
  const long result = SleepUntil(deadline);
  if (result == -EINTR && rest != nullptr) {
    const Duration left = deadline - board::Now();
    *rest = ToTimespec(left.nanoseconds > 0 ? left.nanoseconds : 0);
  }
  return result;
}

}  // namespace

long sys_clock_gettime(clockid_t clock, timespec* time) {
  std::int64_t nanoseconds = board::Now().nanoseconds;
  if (IsCpuTimeClock(clock)) {
    nanoseconds -= kernel::event::IdleTime().nanoseconds;
  } else if (!IsTimeClock(clock)) {
    return -EINVAL;
  }
  if (time == nullptr) return -EFAULT;
  *time = ToTimespec(nanoseconds);
  return 0;
}

long sys_clock_getres(clockid_t clock, timespec* resolution) {
  if (!IsTimeClock(clock) && !IsCpuTimeClock(clock)) return -EINVAL;
  if (resolution != nullptr) *resolution = {.tv_sec = 0, .tv_nsec = 1};
  return 0;
}

long sys_nanosleep(const timespec* time, timespec* rest) {
  if (time == nullptr) return -EFAULT;
  if (!kernel::libc::IsValid(*time)) return -EINVAL;
  return Sleep(ToDuration(*time), rest);
}

long sys_clock_nanosleep(clockid_t clock, int flags, const timespec* time, timespec* rest) {
  if (!IsTimeClock(clock)) return clock == CLOCK_PROCESS_CPUTIME_ID ? -EOPNOTSUPP : -EINVAL;
  if (time == nullptr) return -EFAULT;
  if (!kernel::libc::IsValid(*time)) return -EINVAL;
  if ((flags & TIMER_ABSTIME) != 0) return SleepUntil({ToDuration(*time).nanoseconds});
  return Sleep(ToDuration(*time), rest);
}
