#include <errno.h>
#include <time.h>

#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/event/intrusive_list.h"
#include "kernel/event/thread.h"
#include "kernel/libc/calls.h"
#include "kernel/libc/clocks.h"
#include "kernel/libc/timespec.h"
#include "kernel/time/wall_clock.h"

namespace {

using kernel::Duration;
using kernel::Instant;
using kernel::event::WakeReason;
using kernel::libc::IsMonotonicClock;
using kernel::libc::IsValid;
using kernel::libc::IsWallClock;
using kernel::libc::ToDuration;
using kernel::time::WallTime;

struct DateSleeper {
  kernel::event::Thread& thread;
  kernel::event::ListLinks<DateSleeper> links = {};
};
constinit kernel::event::IntrusiveList<DateSleeper, &DateSleeper::links> date_sleepers;

// Nothing but `deadline`, or the end of the wait from outside, may end a sleep.
long SleepUntil(Instant deadline) {
  while (board::Now() < deadline) {
    if (kernel::event::Block(deadline) == WakeReason::kInterrupted) return -EINTR;
  }
  return 0;
}

long SleepUntilDate(WallTime date) {
  DateSleeper self = {kernel::event::Current()};
  date_sleepers.PushBack(self);
  WakeReason reason = WakeReason::kWoken;
  while (reason != WakeReason::kInterrupted && kernel::time::ReadWallClock() < date) {
    reason = kernel::event::Block(kernel::time::InstantOf(date));
  }
  date_sleepers.Remove(self);
  return reason == WakeReason::kInterrupted ? -EINTR : 0;
}

long Sleep(Duration duration, timespec* rest) {
  const Instant deadline = kernel::libc::Later(board::Now(), duration);
  const long result = SleepUntil(deadline);
  if (result == -EINTR && rest != nullptr) {
    const Duration left = deadline - board::Now();
    *rest = kernel::libc::ToTimespec(left.nanoseconds > 0 ? left.nanoseconds : 0);
  }
  return result;
}

}  // namespace

void kernel::libc::OnDateSet() {
  DateSleeper* sleeper = date_sleepers.First();
  for (; sleeper != nullptr; sleeper = date_sleepers.Next(*sleeper)) kernel::event::Wake(sleeper->thread);
}

long sys_nanosleep(const timespec* time, timespec* rest) {
  if (time == nullptr) return -EFAULT;
  if (!IsValid(*time)) return -EINVAL;
  return Sleep(ToDuration(*time), rest);
}

long sys_clock_nanosleep(clockid_t clock, int flags, const timespec* time, timespec* rest) {
  if (clock == CLOCK_PROCESS_CPUTIME_ID) return -EOPNOTSUPP;
  if (!IsWallClock(clock) && !IsMonotonicClock(clock)) return -EINVAL;
  if (time == nullptr) return -EFAULT;
  if (!IsValid(*time)) return -EINVAL;
  if ((flags & TIMER_ABSTIME) == 0) return Sleep(ToDuration(*time), rest);
  if (IsWallClock(clock)) return SleepUntilDate({ToDuration(*time).nanoseconds});
  return SleepUntil({ToDuration(*time).nanoseconds});
}
