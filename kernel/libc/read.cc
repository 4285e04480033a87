#include <errno.h>
#include <sys/uio.h>

#include <cstddef>

#include "kernel/libc/calls.h"
#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/table.h"
#include "kernel/libc/descriptor/transfer.h"
#include "kernel/libc/parts.h"

using kernel::libc::Buffers;

long sys_read(int descriptor, void* bytes, std::size_t size) {
  const long checked = kernel::libc::CheckMemory(bytes, size);
  if (checked < 0) return kernel::libc::FindReadable(descriptor) ? checked : -EBADF;
  Buffers buffers(bytes, static_cast<std::size_t>(checked));
  return kernel::libc::ReadFrom(descriptor, buffers);
}

long sys_readv(int descriptor, const iovec* parts, int count) {
  const long checked = kernel::libc::CheckParts(parts, count);
  if (checked < 0) return kernel::libc::FindReadable(descriptor) ? checked : -EBADF;
  Buffers buffers(parts, static_cast<std::size_t>(checked));
  return kernel::libc::ReadFrom(descriptor, buffers);
}
