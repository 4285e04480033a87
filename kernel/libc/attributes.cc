// What is known of a path: stat, access, statfs; and what of it can be changed: mode, times, size.
#include <bits/kstat.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <time.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

#include "kernel/base/address.h"
#include "kernel/base/time.h"
#include "kernel/libc/calls.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/table.h"
#include "kernel/libc/files/node.h"
#include "kernel/libc/files/node_file.h"
#include "kernel/libc/files/pages.h"
#include "kernel/libc/files/path.h"
#include "kernel/libc/kstat.h"
#include "kernel/libc/paths.h"
#include "kernel/libc/timespec.h"

namespace {

using kernel::Instant;
using kernel::libc::FilePages;
using kernel::libc::FileReference;
using kernel::libc::FileStatus;
using kernel::libc::FindNodeAt;
using kernel::libc::LastLink;
using kernel::libc::LastLinkFor;
using kernel::libc::Node;
using kernel::libc::NodeFile;

constexpr long kTmpfsMagic = 0x0102'1994;

// The open node of a descriptor; null, with `error` set, where there is none.
Node* NodeOf(int descriptor, long& error) {
  const FileReference file = kernel::libc::FindFile(descriptor);
  error = -EBADF;
  if (!file) return nullptr;
  NodeFile* const open = kernel::libc::NodeFileOf(file);
  error = -EINVAL;
  return open == nullptr ? nullptr : &open->node();
}

long ChangeMode(Node& node, mode_t mode) {
  if (!node.is_writable) return -EROFS;
  node.permissions = mode & 07777;
  node.changed = kernel::libc::FileTime();
  return 0;
}

bool IsTime(const timespec& time) {
  return time.tv_nsec == UTIME_NOW || time.tv_nsec == UTIME_OMIT || kernel::libc::IsValid(time);
}

void SetTime(Instant& to, const timespec* time, Instant now) {
  if (time == nullptr || time->tv_nsec == UTIME_NOW) {
    to = now;
  } else if (time->tv_nsec != UTIME_OMIT) {
    to = {kernel::libc::ToDuration(*time).nanoseconds};
  }
}

long SetTimes(Node& node, const timespec* times) {
  if (!node.is_writable) return -EROFS;
  const Instant now = kernel::libc::FileTime();
  SetTime(node.accessed, times, now);
  SetTime(node.modified, times == nullptr ? nullptr : times + 1, now);
  node.changed = now;
  return 0;
}

long DescribeTree(struct statfs* status) {
  if (status == nullptr) return -EFAULT;
  *status = {};
  status->f_type = kTmpfsMagic;
  status->f_bsize = status->f_frsize = kernel::kPageSize;
  status->f_blocks = FilePages::MostPages();
  status->f_bfree = status->f_bavail = FilePages::MostPages() - FilePages::UsedPages();
  status->f_namelen = kernel::libc::kLongestName;
  return 0;
}

}  // namespace

long sys_newfstatat(int folder, const char* path, struct kstat* status, int flags) {
  if ((flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_NO_AUTOMOUNT)) != 0) return -EINVAL;
  if (path != nullptr && path[0] == '\0' && (flags & AT_EMPTY_PATH) != 0 && folder != AT_FDCWD) {
    return sys_fstat(folder, status);
  }
  Node* node = nullptr;
  if (const long error = FindNodeAt(folder, path, LastLinkFor(flags), node); error != 0) return error;
  if (status == nullptr) return -EFAULT;
  FileStatus found;
  node->Describe(found);
  kernel::libc::Store(found, *status);
  return 0;
}

// There is one user, who may do everything that can be done: write where something can be written, execute nothing.
long sys_faccessat(int folder, const char* path, int mode) {
  if ((mode & ~(R_OK | W_OK | X_OK)) != 0) return -EINVAL;
  Node* node = nullptr;
  if (const long error = FindNodeAt(folder, path, LastLink::kFollow, node); error != 0) return error;
  if ((mode & W_OK) != 0 && !node->is_writable) return -EROFS;
  return (mode & X_OK) != 0 && !node->IsDirectory() ? -EACCES : 0;
}

long sys_faccessat2(int folder, const char* path, int mode, int) { return sys_faccessat(folder, path, mode); }

long sys_fchmod(int descriptor, mode_t mode) {
  long error = 0;
  Node* const node = NodeOf(descriptor, error);
  return node == nullptr ? error : ChangeMode(*node, mode);
}

long sys_fchmodat(int folder, const char* path, mode_t mode) {
  Node* node = nullptr;
  if (const long error = FindNodeAt(folder, path, LastLink::kFollow, node); error != 0) return error;
  return ChangeMode(*node, mode);
}

long sys_utimensat(int folder, const char* path, const timespec* times, int flags) {
  if (times != nullptr && (!IsTime(times[0]) || !IsTime(times[1]))) return -EINVAL;
  if (path == nullptr) {
    long error = 0;
    Node* const node = NodeOf(folder, error);
    return node == nullptr ? error : SetTimes(*node, times);
  }
  Node* node = nullptr;
  if (const long error = FindNodeAt(folder, path, LastLinkFor(flags), node); error != 0) return error;
  return SetTimes(*node, times);
}

long sys_truncate(const char* path, off_t size) {
  if (size < 0) return -EINVAL;
  Node* node = nullptr;
  if (const long error = FindNodeAt(AT_FDCWD, path, LastLink::kFollow, node); error != 0) return error;
  return kernel::libc::Resize(*node, static_cast<std::uint64_t>(size));
}

long sys_statfs(const char* path, struct statfs* status) {
  Node* node = nullptr;
  if (const long error = FindNodeAt(AT_FDCWD, path, LastLink::kFollow, node); error != 0) return error;
  return DescribeTree(status);
}

long sys_fstatfs(int descriptor, struct statfs* status) {
  long error = 0;
  return NodeOf(descriptor, error) == nullptr ? error : DescribeTree(status);
}
