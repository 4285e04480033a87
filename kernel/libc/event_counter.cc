#include <errno.h>
#include <sys/eventfd.h>

#include "kernel/libc/calls.h"
#include "kernel/libc/descriptor/event_counter.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/table.h"

long sys_eventfd2(unsigned value, int flags) {
  if ((flags & ~(EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE)) != 0) return -EINVAL;
  auto* const made = kernel::libc::EventCounter::Make(value, (flags & EFD_SEMAPHORE) != 0, flags & EFD_NONBLOCK);
  if (made == nullptr) return -ENOMEM;
  return kernel::libc::Install(kernel::libc::FileReference(*made), (flags & EFD_CLOEXEC) != 0);
}
