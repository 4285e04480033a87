#include <errno.h>
#include <time.h>

#include "kernel/base/time.h"
#include "kernel/libc/calls.h"
#include "kernel/libc/clocks.h"
#include "kernel/libc/timespec.h"
#include "kernel/time/wall_clock.h"

// The date alone can be set, and that lasts until the machine's end. [POSIX] clock_settime
long sys_clock_settime(clockid_t clock, const timespec* time) {
  if (clock != CLOCK_REALTIME) return -EINVAL;
  if (time == nullptr) return -EFAULT;
  if (!kernel::libc::IsValid(*time)) return -EINVAL;
  const kernel::Duration date = kernel::libc::ToDuration(*time);
  if (date.nanoseconds == kernel::kNever.nanoseconds) return -EINVAL;  // after the year 2262
  kernel::time::SetWallClock({date.nanoseconds});
  if (&kernel::libc::OnDateSet != nullptr) kernel::libc::OnDateSet();
  return 0;
}
