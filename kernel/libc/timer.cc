#include "kernel/libc/descriptor/timer.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <time.h>

#include <algorithm>

#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/libc/calls.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/table.h"
#include "kernel/libc/timespec.h"

namespace {

using kernel::Duration;
using kernel::Instant;
using kernel::libc::FileKind;
using kernel::libc::FileReference;
using kernel::libc::Timer;

Timer* TimerOf(const FileReference& file) {
  return file->kind() == FileKind::kTimer ? static_cast<Timer*>(file.get()) : nullptr;
}

void Store(const Timer& timer, itimerspec* setting) {
  const Timer::Setting now = timer.Get();
  setting->it_value = kernel::libc::ToTimespec(now.rest.nanoseconds);
  setting->it_interval = kernel::libc::ToTimespec(now.interval.nanoseconds);
}

// When a clock says `time`; a moment before the machine started is its start.
Instant WhenClockSays(int clock, const timespec& time) {
  timespec now = {};
  (void)sys_clock_gettime(clock, &now);
  const Duration wanted = kernel::libc::ToDuration(time);
  const Duration ahead = {kernel::libc::ToDuration(now).nanoseconds - board::Now().nanoseconds};
  return {std::max<std::int64_t>(0, wanted.nanoseconds - ahead.nanoseconds)};
}

}  // namespace

long sys_timerfd_create(int clock, int flags) {
  if ((flags & ~(TFD_CLOEXEC | TFD_NONBLOCK)) != 0) return -EINVAL;
  if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC && clock != CLOCK_BOOTTIME) return -EINVAL;
  Timer* const made = Timer::Make(clock, flags & TFD_NONBLOCK);
  if (made == nullptr) return -ENOMEM;
  return kernel::libc::Install(FileReference(*made), (flags & TFD_CLOEXEC) != 0);
}

long sys_timerfd_settime(int descriptor, int flags, const itimerspec* wanted, itimerspec* old) {
  if (wanted == nullptr) return -EFAULT;
  if ((flags & ~TFD_TIMER_ABSTIME) != 0) return -EINVAL;
  if (!kernel::libc::IsValid(wanted->it_value) || !kernel::libc::IsValid(wanted->it_interval)) return -EINVAL;
  const FileReference file = kernel::libc::FindFile(descriptor);
  if (!file) return -EBADF;
  Timer* const timer = TimerOf(file);
  if (timer == nullptr) return -EINVAL;
  if (old != nullptr) Store(*timer, old);

  const Duration value = kernel::libc::ToDuration(wanted->it_value);
  Instant first = kernel::kNever;
  if (value.nanoseconds != 0) {
    first = (flags & TFD_TIMER_ABSTIME) != 0 ? WhenClockSays(timer->clock(), wanted->it_value)
                                             : kernel::libc::Later(board::Now(), value);
  }
  timer->Set(first, kernel::libc::ToDuration(wanted->it_interval));
  return 0;
}

long sys_timerfd_gettime(int descriptor, itimerspec* setting) {
  const FileReference file = kernel::libc::FindFile(descriptor);
  if (!file) return -EBADF;
  const Timer* const timer = TimerOf(file);
  if (timer == nullptr) return -EINVAL;
  if (setting == nullptr) return -EFAULT;
  Store(*timer, setting);
  return 0;
}
