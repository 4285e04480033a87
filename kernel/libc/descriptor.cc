#include <errno.h>
#include <fcntl.h>

#include <climits>

#include "kernel/libc/calls.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/table.h"

namespace {

using kernel::libc::FileReference;

// What F_SETFL changes; the access mode stays.
constexpr int kSettable = O_APPEND | O_NONBLOCK;

// One process: nobody else can hold a lock, and what it holds itself never stands in its own way.
long TestLock(flock* lock) {
  if (lock == nullptr) return -EFAULT;
  lock->l_type = F_UNLCK;
  return 0;
}

}  // namespace

long sys_dup(int descriptor) {
  const FileReference file = kernel::libc::FindFile(descriptor);
  return file ? kernel::libc::Install(file, false) : -EBADF;
}

long sys_dup3(int descriptor, int wanted, int flags) {
  if ((flags & ~O_CLOEXEC) != 0 || descriptor == wanted) return -EINVAL;
  const FileReference file = kernel::libc::FindFile(descriptor);
  return file ? kernel::libc::Replace(wanted, file, (flags & O_CLOEXEC) != 0) : -EBADF;
}

long sys_fcntl(int descriptor, int command, long argument) {
  const FileReference file = kernel::libc::FindFile(descriptor);
  if (!file) return -EBADF;
  switch (command) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
      if (argument < 0 || argument >= kernel::libc::descriptor_limit) return -EINVAL;
      return kernel::libc::Install(file, command == F_DUPFD_CLOEXEC, static_cast<int>(argument));
    case F_GETFD:
      return kernel::libc::IsCloseOnExec(descriptor) ? FD_CLOEXEC : 0;
    case F_SETFD:
      kernel::libc::SetCloseOnExec(descriptor, (argument & FD_CLOEXEC) != 0);
      return 0;
    case F_GETFL:
      return file->flags();
    case F_SETFL:
      file->set_flags((file->flags() & ~kSettable) | (static_cast<int>(argument) & kSettable));
      return 0;
    case F_GETLK:
      return TestLock(reinterpret_cast<flock*>(argument));
    case F_SETLK:
    case F_SETLKW:
      return argument == 0 ? -EFAULT : 0;
    default:
      return -EINVAL;
  }
}
