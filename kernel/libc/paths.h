// From the arguments of a call with a directory and a path to a place in the file tree.
#ifndef ENKEL_KERNEL_LIBC_PATHS_H_
#define ENKEL_KERNEL_LIBC_PATHS_H_

#include <errno.h>
#include <fcntl.h>

#include <cstddef>
#include <string_view>

#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/table.h"
#include "kernel/libc/files/node.h"
#include "kernel/libc/files/node_file.h"
#include "kernel/libc/files/path.h"

namespace kernel::libc {

// At most one byte more than a path may have, so that a longer one is recognised.
inline std::string_view PathView(const char* path) {
  std::size_t length = 0;
  while (length <= kLongestPath && path[length] != '\0') ++length;
  return {path, length};
}

// The place that a path means for `folder`: a descriptor or AT_FDCWD. Errors: -EFAULT, -EBADF, and those of FindPlace.
inline long FindPlaceAt(int folder, const char* path, LastLink last, Place& place) {
  if (path == nullptr) return -EFAULT;
  if (folder == AT_FDCWD || path[0] == '/') return FindPlace(WorkingDirectory(), PathView(path), last, place);
  const FileReference file = FindFile(folder);
  if (!file) return -EBADF;
  NodeFile* const open = NodeFileOf(file);
  if (open == nullptr) return -ENOTDIR;
  return FindPlace(open->node(), PathView(path), last, place);
}

// The same for a node that must exist.
inline long FindNodeAt(int folder, const char* path, LastLink last, Node*& node) {
  Place place;
  if (const long error = FindPlaceAt(folder, path, last, place); error != 0) return error;
  node = place.node;
  return node == nullptr ? -ENOENT : 0;
}

inline LastLink LastLinkFor(int flags) {
  return (flags & AT_SYMLINK_NOFOLLOW) != 0 ? LastLink::kKeep : LastLink::kFollow;
}

// Whether an entry can be made at a place where there is none: 0, -EEXIST, -ENOENT, -EROFS.
inline long CheckFree(const Place& place) {
  if (place.node != nullptr) return -EEXIST;
  return place.directory->is_writable ? 0 : -EROFS;
}

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_PATHS_H_
