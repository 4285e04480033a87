#include "kernel/libc/files/path.h"

#include <errno.h>

#include <cstddef>
#include <string_view>

#include "kernel/libc/files/node.h"

namespace kernel::libc {
namespace {

constexpr int kMostLinks = 40;  // in one path, as on Linux; also how deep the walk recurses

constinit Node* working_directory = nullptr;

std::size_t LengthOfName(std::string_view path) {
  std::size_t length = 0;
  while (length < path.size() && path[length] != '/') ++length;
  return length;
}

void SkipSlashes(std::string_view& path) {
  while (!path.empty() && path[0] == '/') path.remove_prefix(1);
}

// The names of a path, with the links that are met on the way counted in `links`.
class Walk {
 public:
  Walk(LastLink last, int& links) : last_(last), links_(links) {}

  long Go(Node& start, std::string_view path, Place& place) {
    if (path.empty()) return -ENOENT;
    if (path.size() > kLongestPath) return -ENAMETOOLONG;
    Node* directory = path[0] == '/' ? &Root() : &start;
    SkipSlashes(path);
    place = {.directory = directory, .node = directory, .name = {}};
    while (!path.empty()) {
      const std::string_view name = path.substr(0, LengthOfName(path));
      path.remove_prefix(name.size());
      const bool ends_with_slash = !path.empty();
      SkipSlashes(path);
      if (const long error = Step(name, path.empty(), ends_with_slash, place); error != 0) return error;
    }
    return 0;
  }

 private:
  // From the directory that `place` is to the entry `name`.
  long Step(std::string_view name, bool is_last, bool ends_with_slash, Place& place) {
    Node* const directory = place.node;
    if (directory == nullptr) return -ENOENT;
    if (!directory->IsDirectory()) return -ENOTDIR;
    if (name.size() > kLongestName) return -ENAMETOOLONG;
    if (directory->parent() == nullptr) return -ENOENT;  // it was removed
    if (name == "." || name == "..") {
      Node* const found = name == "." ? directory : directory->parent();
      place = {.directory = found, .node = found, .name = {}, .wants_directory = ends_with_slash};
      return 0;
    }
    Node* const found = directory->Find(name);
    if (found == nullptr && !is_last) return -ENOENT;
    const bool follows = !is_last || ends_with_slash || last_ == LastLink::kFollow;
    if (found != nullptr && found->kind == NodeKind::kLink && follows) {
      if (const long error = Follow(*directory, *found, place); error != 0) return error;
    } else {
      place = {.directory = directory, .node = found, .name = name};
    }
    place.wants_directory = place.wants_directory || ends_with_slash;
    if (ends_with_slash && place.node != nullptr && !place.node->IsDirectory()) return -ENOTDIR;
    return 0;
  }

  long Follow(Node& directory, const Node& link, Place& place) {
    if (++links_ > kMostLinks) return -ELOOP;
    return Walk(LastLink::kFollow, links_).Go(directory, link.LinkTarget(), place);
  }

  LastLink last_;
  int& links_;
};

}  // namespace

long FindPlace(Node& start, std::string_view path, LastLink last, Place& place) {
  int links = 0;
  return Walk(last, links).Go(start, path, place);
}

Node& WorkingDirectory() {
  if (working_directory == nullptr) SetWorkingDirectory(Root());
  return *working_directory;
}

void SetWorkingDirectory(Node& directory) {
  directory.Hold();
  Node* const old = working_directory;
  working_directory = &directory;
  if (old != nullptr) old->Drop();
}

}  // namespace kernel::libc
