// FileStatus in the words of musl's private struct.
#ifndef ENKEL_KERNEL_LIBC_KSTAT_H_
#define ENKEL_KERNEL_LIBC_KSTAT_H_

#include <bits/kstat.h>

#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/timespec.h"

namespace kernel::libc {

inline constexpr long kPreferredBlock = 4096;  // bytes

inline void Store(const FileStatus& from, struct kstat& to) {
  to = {};
  to.st_dev = 1;
  to.st_ino = from.number;
  to.st_mode = from.mode;
  to.st_nlink = from.links;
  to.st_rdev = from.device;
  to.st_size = from.size;
  to.st_blksize = kPreferredBlock;
  to.st_blocks = from.blocks;
  const timespec accessed = ToTimespec(from.accessed.nanoseconds);
  const timespec modified = ToTimespec(from.modified.nanoseconds);
  const timespec changed = ToTimespec(from.changed.nanoseconds);
  to.st_atime_sec = accessed.tv_sec;
  to.st_atime_nsec = accessed.tv_nsec;
  to.st_mtime_sec = modified.tv_sec;
  to.st_mtime_nsec = modified.tv_nsec;
  to.st_ctime_sec = changed.tv_sec;
  to.st_ctime_nsec = changed.tv_nsec;
}

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_KSTAT_H_
