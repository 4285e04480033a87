// The list of readv, writev and the like, which comes from the program.
#ifndef ENKEL_KERNEL_LIBC_PARTS_H_
#define ENKEL_KERNEL_LIBC_PARTS_H_

#include <errno.h>
#include <limits.h>
#include <sys/uio.h>

#include <algorithm>
#include <cstddef>
#include <span>

namespace kernel::libc {

inline constexpr std::size_t kLargestTransfer = 0x7fff'f000;  // bytes; a longer read or write is cut, as on Linux

// Bytes of a list, at most kLargestTransfer and up to the first part without memory; or a negative errno.
inline long CheckParts(const iovec* parts, int count) {
  if (count < 0 || count > IOV_MAX) return -EINVAL;
  if (count == 0) return 0;
  if (parts == nullptr) return -EFAULT;
  std::size_t total = 0;   // of all, which must fit
  std::size_t usable = 0;  // until a part has no memory
  bool is_bad = false;
  for (const iovec& part : std::span(parts, static_cast<std::size_t>(count))) {
    if (part.iov_len > static_cast<std::size_t>(SSIZE_MAX) - total) return -EINVAL;
    total += part.iov_len;
    is_bad = is_bad || (part.iov_base == nullptr && part.iov_len != 0);
    if (!is_bad) usable = total;
  }
  if (is_bad && usable == 0) return -EFAULT;
  return static_cast<long>(std::min(usable, kLargestTransfer));
}

// The same for one piece of memory.
inline long CheckMemory(const void* bytes, std::size_t size) {
  if (size != 0 && bytes == nullptr) return -EFAULT;
  return static_cast<long>(std::min(size, kLargestTransfer));
}

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_PARTS_H_
