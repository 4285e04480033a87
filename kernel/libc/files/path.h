// From a path to a node. [POSIX] 4.13 Pathname Resolution
#ifndef ENKEL_KERNEL_LIBC_FILES_PATH_H_
#define ENKEL_KERNEL_LIBC_FILES_PATH_H_

#include <string_view>

#include "kernel/libc/files/node.h"

namespace kernel::libc {

// Where a path leads: an entry of a directory, which may not exist.
struct Place {
  Node* directory = nullptr;     // where the last name of the path is looked up
  Node* node = nullptr;          // null: there is none
  std::string_view name;         // empty for "/", ".", ".."; points into the path, or into a link on the way
  bool wants_directory = false;  // the path ends with '/'
};

enum class LastLink : bool { kFollow, kKeep };

// Finds what `path` means for the directory `start`. 0, or -ENOENT, -ENOTDIR, -ENAMETOOLONG, -ELOOP. Only the last name
// may be missing.
long FindPlace(Node& start, std::string_view path, LastLink last, Place& place);

// The working directory. Held.
Node& WorkingDirectory();
void SetWorkingDirectory(Node& directory);

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_FILES_PATH_H_
