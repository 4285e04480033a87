#include <bits/kstat.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "kernel/libc/calls.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/table.h"
#include "kernel/libc/kstat.h"

long sys_fstat(int descriptor, struct kstat* status) {
  const kernel::libc::FileReference file = kernel::libc::FindFile(descriptor);
  if (!file) return -EBADF;
  if (status == nullptr) return -EFAULT;
  kernel::libc::FileStatus found;
  if (const long error = file->Describe(found); error < 0) return error;
  kernel::libc::Store(found, *status);
  return 0;
}
