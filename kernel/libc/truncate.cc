#include <errno.h>

#include "kernel/libc/calls.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/table.h"

long sys_ftruncate(int descriptor, off_t size) {
  const kernel::libc::FileReference file = kernel::libc::FindFile(descriptor);
  if (!file) return -EBADF;
  if (size < 0 || !file->IsWritable()) return -EINVAL;
  return file->Truncate(size);
}
