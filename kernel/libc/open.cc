#include <errno.h>
#include <fcntl.h>
#include <sys/types.h>

#include "kernel/libc/calls.h"
#include "kernel/libc/descriptor/console_file.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/pool.h"
#include "kernel/libc/descriptor/table.h"
#include "kernel/libc/files/node.h"
#include "kernel/libc/files/node_file.h"
#include "kernel/libc/files/path.h"
#include "kernel/libc/mode.h"
#include "kernel/libc/paths.h"

namespace {

using kernel::libc::CheckFree;
using kernel::libc::Device;
using kernel::libc::FileReference;
using kernel::libc::LastLink;
using kernel::libc::Node;
using kernel::libc::NodeFile;
using kernel::libc::NodeKind;
using kernel::libc::Place;

// What an open file keeps of the flags.
constexpr int kKeptFlags = O_ACCMODE | O_APPEND | O_NONBLOCK;

bool WantsToWrite(int flags) { return (flags & O_ACCMODE) != O_RDONLY; }

// O_CREAT where there is nothing: sets place.node.
long Create(Place& place, mode_t mode) {
  if (place.wants_directory) return -EISDIR;
  if (const long error = CheckFree(place); error != 0) return error;
  Node* const made = kernel::libc::MakeNode(NodeKind::kRegular, mode & ~kernel::libc::mode_mask & 07777);
  if (made == nullptr) return -ENOSPC;
  place.directory->Add(*made, place.name);
  place.node = made;
  return 0;
}

// What stands in the way of opening a node that exists.
long CheckNode(const Node& node, int flags) {
  if (node.kind == NodeKind::kLink) return -ELOOP;  // only with O_NOFOLLOW
  if (node.IsDirectory()) return WantsToWrite(flags) || (flags & O_CREAT) != 0 ? -EISDIR : 0;
  if ((flags & O_DIRECTORY) != 0) return -ENOTDIR;
  const bool changes = WantsToWrite(flags) || (flags & O_TRUNC) != 0;
  return changes && node.kind == NodeKind::kEmbedded ? -EROFS : 0;
}

// The files that a device's node stands for, where it is none itself.
FileReference OpenDevice(Device device, int flags) {
  switch (device) {
    case Device::kConsole: {
      kernel::libc::ConsoleFile* const made = kernel::libc::ConsoleFile::Make(flags & kKeptFlags);
      return made == nullptr ? FileReference() : FileReference(*made);
    }
    case Device::kStdin:
      return kernel::libc::FindFile(0);
    case Device::kStdout:
      return kernel::libc::FindFile(1);
    case Device::kStderr:
      return kernel::libc::FindFile(2);
    default:
      return {};
  }
}

bool IsOtherFile(const Node& node) { return node.kind == NodeKind::kDevice && node.device >= Device::kConsole; }

}  // namespace

long sys_openat(int folder, const char* path, int flags, mode_t mode) {
  const bool is_exclusive = (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL);
  const bool keeps_link = is_exclusive || (flags & O_NOFOLLOW) != 0;
  if ((flags & O_ACCMODE) == O_ACCMODE) return -EINVAL;
  Place place;
  const LastLink last = keeps_link ? LastLink::kKeep : LastLink::kFollow;
  if (const long error = kernel::libc::FindPlaceAt(folder, path, last, place); error != 0) return error;
  if (place.node != nullptr && is_exclusive) return -EEXIST;
  bool is_new = false;
  if (place.node == nullptr) {
    if ((flags & O_CREAT) == 0) return -ENOENT;
    if (const long error = Create(place, mode); error != 0) return error;
    is_new = true;
  } else if (const long error = CheckNode(*place.node, flags); error != 0) {
    return error;
  }

  Node& node = *place.node;
  FileReference file;
  if (IsOtherFile(node)) {
    file = OpenDevice(node.device, flags);
    if (!file) return node.device == Device::kConsole ? -ENOMEM : -ENXIO;
  } else {
    NodeFile* const made = NodeFile::Make(node, flags & kKeptFlags);
    if (made == nullptr) return -ENOMEM;
    file = FileReference(*made);
  }
  const long descriptor = kernel::libc::Install(file, (flags & O_CLOEXEC) != 0);
  if (descriptor >= 0 && !is_new && (flags & O_TRUNC) != 0 && node.kind == NodeKind::kRegular) {
    (void)kernel::libc::Resize(node, 0);
  }
  return descriptor;
}
