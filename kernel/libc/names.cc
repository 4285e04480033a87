// Names that go, change and lead elsewhere: unlink, rmdir, rename, symlink, readlink.
#include <errno.h>
#include <fcntl.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "kernel/libc/calls.h"
#include "kernel/libc/files/node.h"
#include "kernel/libc/files/path.h"
#include "kernel/libc/paths.h"

namespace {

using kernel::libc::LastLink;
using kernel::libc::Node;
using kernel::libc::NodeKind;
using kernel::libc::Place;

constexpr unsigned kNoReplace = 1;  // RENAME_NOREPLACE

// Whether the entry of a place can be taken away.
long CheckRemovable(const Place& place) {
  if (place.node == nullptr) return -ENOENT;
  if (place.name.empty()) return place.node == &kernel::libc::Root() ? -EBUSY : -EINVAL;  // ".", ".."
  return place.directory->is_writable ? 0 : -EROFS;
}

bool IsWithin(const Node& node, const Node& directory) {
  for (const Node* step = &node; step != nullptr; step = step->parent()) {
    if (step == &directory) return true;
    if (step == step->parent()) return false;
  }
  return false;
}

void Take(const Place& place) {
  place.directory->Remove(*place.node);
  place.node->EndIfUnused();
}

// Whether `target`, which exists, may be replaced by `moved`.
long CheckReplaceable(const Node& moved, const Node& target) {
  if (target.IsDirectory() && !moved.IsDirectory()) return -EISDIR;
  if (!target.IsDirectory() && moved.IsDirectory()) return -ENOTDIR;
  return target.First() != nullptr ? -ENOTEMPTY : 0;
}

}  // namespace

long sys_unlinkat(int folder, const char* path, int flags) {
  if ((flags & ~AT_REMOVEDIR) != 0) return -EINVAL;
  Place place;
  if (const long error = kernel::libc::FindPlaceAt(folder, path, LastLink::kKeep, place); error != 0) return error;
  if (const long error = CheckRemovable(place); error != 0) return error;
  if (flags == 0 && place.node->IsDirectory()) return -EISDIR;
  if (flags != 0 && !place.node->IsDirectory()) return -ENOTDIR;
  if (place.node->First() != nullptr) return -ENOTEMPTY;
  Take(place);
  return 0;
}

long sys_renameat2(int from_folder, const char* from_path, int to_folder, const char* to_path, unsigned flags) {
  if ((flags & ~kNoReplace) != 0) return -EINVAL;
  Place from, to;
  if (const long error = kernel::libc::FindPlaceAt(from_folder, from_path, LastLink::kKeep, from); error != 0) {
    return error;
  }
  if (const long error = kernel::libc::FindPlaceAt(to_folder, to_path, LastLink::kKeep, to); error != 0) return error;
  if (const long error = CheckRemovable(from); error != 0) return error;
  if (to.name.empty()) return -EBUSY;
  if (!to.directory->is_writable) return -EROFS;
  Node& moved = *from.node;
  if (to.wants_directory && !moved.IsDirectory()) return -ENOTDIR;
  if (IsWithin(*to.directory, moved)) return -EINVAL;
  if (to.node == &moved) return 0;
  if (to.node != nullptr) {
    if ((flags & kNoReplace) != 0) return -EEXIST;
    if (const long error = CheckReplaceable(moved, *to.node); error != 0) return error;
    Take(to);
  }
  from.directory->Remove(moved);
  to.directory->Add(moved, to.name);
  return 0;
}

long sys_renameat(int from_folder, const char* from_path, int to_folder, const char* to_path) {
  return sys_renameat2(from_folder, from_path, to_folder, to_path, 0);
}

long sys_symlinkat(const char* target, int folder, const char* path) {
  if (target == nullptr) return -EFAULT;
  const std::string_view leads_to = kernel::libc::PathView(target);
  if (leads_to.empty()) return -ENOENT;
  if (leads_to.size() > kernel::libc::kLongestPath) return -ENAMETOOLONG;
  Place place;
  if (const long error = kernel::libc::FindPlaceAt(folder, path, LastLink::kKeep, place); error != 0) return error;
  if (const long error = kernel::libc::CheckFree(place); error != 0) return error;
  if (place.wants_directory) return -ENOENT;
  Node* const made = kernel::libc::MakeNode(NodeKind::kLink, 0777);
  if (made == nullptr) return -ENOSPC;
  const auto* const bytes = reinterpret_cast<const std::byte*>(leads_to.data());
  if (made->pages.Write(0, bytes, leads_to.size()) != leads_to.size()) {
    made->EndIfUnused();
    return -ENOSPC;
  }
  made->size = leads_to.size();
  place.directory->Add(*made, place.name);
  return 0;
}

long sys_readlinkat(int folder, const char* path, char* target, std::size_t size) {
  if (size == 0) return -EINVAL;
  Node* node = nullptr;
  if (const long error = kernel::libc::FindNodeAt(folder, path, LastLink::kKeep, node); error != 0) return error;
  if (node->kind != NodeKind::kLink) return -EINVAL;
  if (target == nullptr) return -EFAULT;
  const std::string_view leads_to = node->LinkTarget();
  const std::size_t given = std::min(size, leads_to.size());
  __builtin_memcpy(target, leads_to.data(), given);
  return static_cast<long>(given);
}
