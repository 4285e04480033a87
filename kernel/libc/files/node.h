// What a path names: a directory, a file of /tmp, a file of the image, a symbolic link, a device.
#ifndef ENKEL_KERNEL_LIBC_FILES_NODE_H_
#define ENKEL_KERNEL_LIBC_FILES_NODE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/base/time.h"
#include "kernel/event/intrusive_list.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/files/pages.h"

namespace kernel::libc {

inline constexpr std::size_t kLongestName = 255;   // bytes, NAME_MAX
inline constexpr std::size_t kLongestPath = 4095;  // bytes, PATH_MAX without the final 0

enum class NodeKind : std::uint8_t { kDirectory, kRegular, kEmbedded, kLink, kDevice };

enum class Device : std::uint8_t { kNull, kZero, kFull, kRandom, kConsole, kStdin, kStdout, kStderr };

class Node {
 public:
  Node(NodeKind kind, std::uint32_t permissions);
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  const NodeKind kind;
  std::uint32_t permissions;         // the lower 12 bits of st_mode; kept, but nobody is refused
  const std::uint64_t number;        // of the inode; never given twice
  bool is_writable = true;           // a directory: entries may come and go; a file: its contents may change
  Device device = Device::kNull;     // kDevice
  std::span<const std::byte> image;  // kEmbedded: its bytes, which live for ever
  FilePages pages;                   // kRegular: its bytes; kLink: where it leads, in one page
  std::uint64_t size = 0;            // kRegular, kLink: bytes
  Instant accessed, modified, changed;

  std::string_view name() const { return {name_.data(), name_length_}; }
  Node* parent() const { return parent_; }  // the root's is itself; null once it was removed
  bool IsDirectory() const { return kind == NodeKind::kDirectory; }
  void Describe(FileStatus& status) const;
  std::string_view LinkTarget() const;  // kLink

  // kDirectory: its entries, in the order of their coming; null if there is none of that name.
  Node* Find(std::string_view entry) const;
  Node* First() const { return children_.First(); }
  static Node* Next(const Node& entry) { return Children::Next(entry); }
  std::uint64_t place() const { return place_; }  // grows from entry to entry of a directory

  // Puts `entry` into this directory, under a name of at most kLongestName bytes that no other has.
  void Add(Node& entry, std::string_view name);
  void Remove(Node& entry);

  // Open files and working directories keep a node that was removed.
  void Hold() { ++holders_; }
  void Drop();
  // Ends it, unless it is held or has a name.
  void EndIfUnused();

 private:
  friend Node& Root();
  void Touch();

  event::ListLinks<Node> links_;
  using Children = event::IntrusiveList<Node, &Node::links_>;
  Children children_;
  Node* parent_ = nullptr;
  std::uint64_t place_ = 0;
  int holders_ = 0;
  std::uint8_t name_length_ = 0;
  std::array<char, kLongestName> name_;
};

// Null when no memory is left.
Node* MakeNode(NodeKind kind, std::uint32_t permissions);

// Nanoseconds since 1970.
Instant FileTime();

// "/", with /dev, /tmp and the image's files.
Node& Root();

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_FILES_NODE_H_
