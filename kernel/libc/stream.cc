#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

#include "kernel/boot/board.h"
#include "kernel/libc/calls.h"
#include "kernel/libc/stream_state.h"

namespace {

using kernel::libc::closed_streams;
using kernel::libc::IsOpenStream;

constexpr std::size_t kLargestTransfer = 0x7fff'f000;  // bytes; a longer read or write is cut, as on Linux

bool CanWrite(int descriptor) { return descriptor != STDIN_FILENO && IsOpenStream(descriptor); }
bool CanRead(int descriptor) { return descriptor == STDIN_FILENO && IsOpenStream(descriptor); }

// 0, or why the list of readv and writev is refused.
long CheckParts(const iovec* parts, int count) {
  if (count < 0 || count > IOV_MAX) return -EINVAL;
  if (count == 0) return 0;
  if (parts == nullptr) return -EFAULT;
  std::size_t total = 0;
  for (const iovec& part : std::span(parts, static_cast<std::size_t>(count))) {
    if (part.iov_len > static_cast<std::size_t>(SSIZE_MAX) - total) return -EINVAL;
    total += part.iov_len;
  }
  return 0;
}

}  // namespace

long sys_write(int descriptor, const void* bytes, std::size_t size) {
  if (!CanWrite(descriptor)) return -EBADF;
  if (size == 0) return 0;
  if (bytes == nullptr) return -EFAULT;
  size = std::min(size, kLargestTransfer);
  board::ConsoleWrite({static_cast<const char*>(bytes), size});
  return static_cast<long>(size);
}

long sys_writev(int descriptor, const iovec* parts, int count) {
  if (!CanWrite(descriptor)) return -EBADF;
  if (const long error = CheckParts(parts, count); error != 0) return error;
  std::size_t written = 0;
  for (const iovec& part : std::span(parts, static_cast<std::size_t>(count))) {
    const std::size_t size = std::min(part.iov_len, kLargestTransfer - written);
    if (size == 0) continue;
    if (part.iov_base == nullptr) return written == 0 ? -EFAULT : static_cast<long>(written);
    board::ConsoleWrite({static_cast<const char*>(part.iov_base), size});
    written += size;
  }
  return static_cast<long>(written);
}

long sys_read(int descriptor, void* bytes, std::size_t size) {
  if (!CanRead(descriptor)) return -EBADF;
  return size != 0 && bytes == nullptr ? -EFAULT : 0;
}

long sys_readv(int descriptor, const iovec* parts, int count) {
  if (!CanRead(descriptor)) return -EBADF;
  return CheckParts(parts, count);
}

long sys_close(int descriptor) {
  if (!IsOpenStream(descriptor)) return -EBADF;
  closed_streams |= 1u << descriptor;
  return 0;
}

long sys_lseek(int descriptor, off_t, int) { return IsOpenStream(descriptor) ? -ESPIPE : -EBADF; }

long sys_ioctl(int descriptor, unsigned long) { return IsOpenStream(descriptor) ? -ENOTTY : -EBADF; }

long sys_fcntl(int descriptor, int command, long) {
  if (!IsOpenStream(descriptor)) return -EBADF;
  switch (command) {
    case F_GETFL:
      return descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY;
    case F_GETFD:
    case F_SETFD:
    case F_SETFL:  // O_NONBLOCK and O_APPEND change nothing: neither end of the console ever blocks or seeks
      return 0;
    default:
      return -EINVAL;
  }
}
