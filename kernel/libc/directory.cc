#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kernel/base/address.h"
#include "kernel/libc/calls.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/table.h"
#include "kernel/libc/files/node.h"
#include "kernel/libc/files/node_file.h"
#include "kernel/libc/files/path.h"
#include "kernel/libc/mode.h"
#include "kernel/libc/paths.h"

namespace {

using kernel::libc::FileReference;
using kernel::libc::LastLink;
using kernel::libc::Node;
using kernel::libc::NodeFile;
using kernel::libc::NodeKind;
using kernel::libc::Place;

unsigned char TypeOf(const Node& node) {
  switch (node.kind) {
    case NodeKind::kDirectory:
      return DT_DIR;
    case NodeKind::kLink:
      return DT_LNK;
    case NodeKind::kDevice:
      return DT_CHR;
    default:
      return DT_REG;
  }
}

// Appends entries as getdents64 wants them, until one does not fit.
class Entries {
 public:
  Entries(std::byte* bytes, std::size_t size) : bytes_(bytes), size_(size) {}

  // `next`: where reading goes on after this one.
  bool Add(const Node& node, std::string_view name, std::uint64_t next) {
    const std::size_t length = kernel::RoundUp(offsetof(dirent, d_name) + name.size() + 1, alignof(dirent));
    if (length > size_ - used_) return false;
    auto* const entry = reinterpret_cast<dirent*>(bytes_ + used_);
    __builtin_memset(entry, 0, length);
    entry->d_ino = node.number;
    entry->d_off = static_cast<off_t>(next);
    entry->d_reclen = static_cast<unsigned short>(length);
    entry->d_type = TypeOf(node);
    __builtin_memcpy(entry->d_name, name.data(), name.size());
    used_ += length;
    return true;
  }
  std::size_t used() const { return used_; }

 private:
  std::byte* bytes_;
  std::size_t size_;
  std::size_t used_ = 0;
};

// Whether all entries from the file's place on were added; moves the place.
bool AddAll(NodeFile& file, Entries& entries) {
  const Node& directory = file.node();
  if (file.offset() == 0) {
    if (!entries.Add(directory, ".", 1)) return false;
    file.set_offset(1);
  }
  if (file.offset() == 1) {
    if (!entries.Add(*directory.parent(), "..", 2)) return false;
    file.set_offset(2);
  }
  for (const Node* entry = directory.First(); entry != nullptr; entry = Node::Next(*entry)) {
    if (entry->place() < file.offset()) continue;
    if (!entries.Add(*entry, entry->name(), entry->place() + 1)) return false;
    file.set_offset(entry->place() + 1);
  }
  return true;
}

}  // namespace

long sys_getdents64(int descriptor, void* entries, std::size_t size) {
  const FileReference file = kernel::libc::FindFile(descriptor);
  if (!file) return -EBADF;
  NodeFile* const open = kernel::libc::NodeFileOf(file);
  if (open == nullptr || !open->node().IsDirectory()) return -ENOTDIR;
  if (open->node().parent() == nullptr) return -ENOENT;
  if (entries == nullptr) return -EFAULT;
  Entries given(static_cast<std::byte*>(entries), size);
  const bool is_all = AddAll(*open, given);
  return given.used() == 0 && !is_all ? -EINVAL : static_cast<long>(given.used());
}

long sys_mkdirat(int folder, const char* path, mode_t mode) {
  Place place;
  if (const long error = kernel::libc::FindPlaceAt(folder, path, LastLink::kKeep, place); error != 0) return error;
  if (const long error = kernel::libc::CheckFree(place); error != 0) return error;
  Node* const made = kernel::libc::MakeNode(NodeKind::kDirectory, mode & ~kernel::libc::mode_mask & 01777);
  if (made == nullptr) return -ENOSPC;
  place.directory->Add(*made, place.name);
  return 0;
}

long sys_getcwd(char* path, std::size_t size) {
  if (path == nullptr) return -EFAULT;
  if (size == 0) return -EINVAL;
  const Node& start = kernel::libc::WorkingDirectory();
  std::size_t length = 1;  // the final 0
  for (const Node* node = &start; node != node->parent(); node = node->parent()) {
    if (node->parent() == nullptr) return -ENOENT;
    length += node->name().size() + 1;
  }
  if (length == 1) ++length;
  if (length > size) return -ERANGE;
  path[0] = '/';
  std::size_t end = length - 1;
  path[end] = '\0';
  for (const Node* node = &start; node != node->parent(); node = node->parent()) {
    end -= node->name().size();
    __builtin_memcpy(path + end, node->name().data(), node->name().size());
    path[--end] = '/';
  }
  return static_cast<long>(length);
}

long sys_chdir(const char* path) {
  Node* node = nullptr;
  if (const long error = kernel::libc::FindNodeAt(AT_FDCWD, path, LastLink::kFollow, node); error != 0) return error;
  if (!node->IsDirectory()) return -ENOTDIR;
  kernel::libc::SetWorkingDirectory(*node);
  return 0;
}

long sys_fchdir(int descriptor) {
  const FileReference file = kernel::libc::FindFile(descriptor);
  if (!file) return -EBADF;
  NodeFile* const open = kernel::libc::NodeFileOf(file);
  if (open == nullptr || !open->node().IsDirectory()) return -ENOTDIR;
  kernel::libc::SetWorkingDirectory(open->node());
  return 0;
}
