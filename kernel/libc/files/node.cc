#include "kernel/libc/files/node.h"

#include <sys/stat.h>
#include <time.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kernel/base/address.h"
#include "kernel/base/check.h"
#include "kernel/base/time.h"
#include "kernel/libc/calls.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/pool.h"
#include "kernel/libc/timespec.h"

namespace kernel::libc {
namespace {

constinit Pool<Node> nodes;
constinit std::uint64_t last_number = 0;
constinit std::uint64_t last_place = 1;  // 0 and 1 are "." and ".."

// Linux' numbers of its memory devices and of the console.
std::uint64_t NumberOf(Device device) {
  constexpr std::uint64_t kMemory = 1 << 8;
  switch (device) {
    case Device::kNull:
      return kMemory | 3;
    case Device::kZero:
      return kMemory | 5;
    case Device::kFull:
      return kMemory | 7;
    case Device::kRandom:
      return kMemory | 9;
    default:
      return 5 << 8 | 1;
  }
}

std::uint32_t TypeOf(NodeKind kind) {
  switch (kind) {
    case NodeKind::kDirectory:
      return S_IFDIR;
    case NodeKind::kRegular:
    case NodeKind::kEmbedded:
      return S_IFREG;
    case NodeKind::kLink:
      return S_IFLNK;
    case NodeKind::kDevice:
      return S_IFCHR;
  }
  __builtin_unreachable();
}

}  // namespace

Instant FileTime() {
  timespec now = {};
  (void)sys_clock_gettime(CLOCK_REALTIME, &now);
  return {ToDuration(now).nanoseconds};
}

Node* MakeNode(NodeKind kind, std::uint32_t permissions) { return nodes.New(kind, permissions); }

Node::Node(NodeKind what, std::uint32_t mode) : kind(what), permissions(mode), number(++last_number) {
  accessed = modified = changed = FileTime();
}

void Node::Touch() { modified = changed = FileTime(); }

void Node::Describe(FileStatus& status) const {
  const std::uint64_t bytes = kind == NodeKind::kEmbedded ? image.size() : size;
  status = {.number = number,
            .mode = TypeOf(kind) | permissions,
            .links = parent_ == nullptr ? 0u
                     : IsDirectory()    ? 2u
                                        : 1u,
            .device = kind == NodeKind::kDevice ? NumberOf(device) : 0,
            .size = static_cast<std::int64_t>(bytes),
            .blocks = static_cast<std::int64_t>(pages.count() * (kPageSize / 512)),
            .accessed = accessed,
            .modified = modified,
            .changed = changed};
}

std::string_view Node::LinkTarget() const { return {reinterpret_cast<const char*>(pages.first_page()), size}; }

Node* Node::Find(std::string_view entry) const {
  for (Node* child = children_.First(); child != nullptr; child = Children::Next(*child)) {
    if (child->name() == entry) return child;
  }
  return nullptr;
}

void Node::Add(Node& entry, std::string_view name) {
  CHECK(IsDirectory() && !name.empty() && name.size() <= kLongestName);
  entry.name_length_ = static_cast<std::uint8_t>(name.size());
  __builtin_memcpy(entry.name_.data(), name.data(), name.size());
  entry.place_ = ++last_place;
  entry.parent_ = this;
  children_.PushBack(entry);
  Touch();
}

void Node::Remove(Node& entry) {
  CHECK(entry.parent_ == this);
  children_.Remove(entry);
  entry.parent_ = nullptr;
  entry.changed = FileTime();
  Touch();
}

void Node::Drop() {
  CHECK(holders_ > 0);
  --holders_;
  EndIfUnused();
}

void Node::EndIfUnused() {
  if (holders_ != 0 || parent_ != nullptr) return;
  pages.Cut(0);
  nodes.Delete(*this);
}

}  // namespace kernel::libc
