// What the file tree holds at the start.
#include <sys/stat.h>

#include <cstddef>
#include <new>
#include <span>
#include <string_view>

#include "kernel/libc/files/embedded.h"
#include "kernel/libc/files/node.h"
#include "kernel/panic/panic.h"

namespace kernel::libc {
namespace {

struct DeviceName {
  std::string_view name;
  Device device;
};

constexpr DeviceName kDevices[] = {
    {"console", Device::kConsole}, {"full", Device::kFull},   {"null", Device::kNull},     {"random", Device::kRandom},
    {"stderr", Device::kStderr},   {"stdin", Device::kStdin}, {"stdout", Device::kStdout}, {"tty", Device::kConsole},
    {"urandom", Device::kRandom},  {"zero", Device::kZero},
};

// The tree is made once, of a few pages, before anything can have used the memory up.
Node& Made(Node* node) {
  if (node == nullptr) panic::Panic("no memory for the file tree");
  return *node;
}

Node& AddDirectory(Node& parent, std::string_view name, bool is_writable) {
  Node& made = Made(MakeNode(NodeKind::kDirectory, is_writable ? 01777 : 0755));
  made.is_writable = is_writable;
  parent.Add(made, name);
  return made;
}

void AddDevices(Node& root) {
  Node& folder = AddDirectory(root, "dev", false);
  for (const DeviceName& entry : kDevices) {
    Node& made = Made(MakeNode(NodeKind::kDevice, 0666));
    made.device = entry.device;
    folder.Add(made, entry.name);
  }
}

// The rule has checked the paths: absolute, normal, none a directory of another.
void AddEmbedded(Node& root, const EmbeddedFile& file) {
  Node* folder = &root;
  std::string_view rest = file.path + 1;
  for (std::size_t slash = rest.find('/'); slash != rest.npos; slash = rest.find('/')) {
    const std::string_view name = rest.substr(0, slash);
    Node* next = folder->Find(name);
    folder = next != nullptr ? next : &AddDirectory(*folder, name, false);
    rest.remove_prefix(slash + 1);
  }
  if (!folder->IsDirectory() || folder->Find(rest) != nullptr) panic::Panic("two embedded files have the same path");
  Node& made = Made(MakeNode(NodeKind::kEmbedded, 0444));
  made.is_writable = false;
  made.image = {static_cast<const std::byte*>(file.bytes), file.size};
  folder->Add(made, rest);
}

constinit Node* root = nullptr;

}  // namespace

Node& Root() {
  if (root != nullptr) return *root;
  root = &Made(MakeNode(NodeKind::kDirectory, 0755));
  root->is_writable = false;
  root->parent_ = root;
  AddDevices(*root);
  AddDirectory(*root, "tmp", true);
  for (const EmbeddedFiles* files = FirstEmbeddedFiles(); files != nullptr; files = files->next) {
    for (const EmbeddedFile& file : std::span(files->files, files->count)) AddEmbedded(*root, file);
  }
  return *root;
}

}  // namespace kernel::libc
