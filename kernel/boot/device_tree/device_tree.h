// A flattened device tree, read where it lies: one pass, no allocation, every byte suspected. [DTSpec] 5
#ifndef ENKEL_KERNEL_BOOT_DEVICE_TREE_DEVICE_TREE_H_
#define ENKEL_KERNEL_BOOT_DEVICE_TREE_DEVICE_TREE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "kernel/base/result.h"

namespace kernel::boot {

// A property's bytes, valid as long as the tree. Interrupt-safe.
class DeviceTreeProperty {
 public:
  constexpr DeviceTreeProperty(std::string_view name, std::span<const std::byte> value) : name_(name), value_(value) {}

  std::string_view name() const { return name_; }
  std::span<const std::byte> value() const { return value_; }

  // The value as a big-endian number of 1 or 2 cells (4 bytes each); nothing when its size is another one.
  std::optional<std::uint64_t> AsNumber() const;

  // Whether the value is this zero-terminated string and nothing more.
  bool Equals(std::string_view text) const;

 private:
  std::string_view name_;
  std::span<const std::byte> value_;
};

// Told about a tree in the order of its bytes. The root has depth 0 and an empty name. Properties of a node come before
// or between its children; names and values are hostile.
class DeviceTreeVisitor {
 public:
  enum class Next : std::uint8_t {
    kInto,  // report the node: its properties, its children, its end
    kPast,  // report nothing more of the node, not even its end
    kStop,  // end the walk
  };
  virtual Next BeginNode(int depth, std::string_view name) = 0;
  virtual void Property(int depth, const DeviceTreeProperty& property) = 0;
  virtual void EndNode(int depth) = 0;

 protected:
  ~DeviceTreeVisitor() = default;
};

// A region of the memory reservation block.
struct DeviceTreeReservation {
  std::uint64_t address;
  std::uint64_t size;  // bytes; address + size may overflow
};

class DeviceTree {
 public:
  static constexpr std::size_t kHeaderSize = 40;  // bytes
  static constexpr int kMaximumDepth = 32;

  // What the header says about the size of the whole tree, in bytes; at least kHeaderSize.
  // Errors: kNotFound (no tree starts here), kMalformed.
  static Result<std::uint32_t> TotalSize(std::span<const std::byte, kHeaderSize> header);

  // Checks the header: all blocks lie inside, the version can be read. `tree` holds at least TotalSize bytes.
  // Errors: kNotFound (no tree), kMalformed, kUnsupported (version).
  static Result<DeviceTree> Open(std::span<const std::byte> tree);

  // Tells `visitor` about all nodes. Errors: kMalformed, after the visitor has been told of what came before.
  Result<void> Walk(DeviceTreeVisitor& visitor) const;

  // Entry `index` of the memory reservation block; nothing where the list ends. Error: kMalformed (it does not end).
  Result<std::optional<DeviceTreeReservation>> Reservation(std::size_t index) const;

 private:
  DeviceTree(std::span<const std::byte> structure, std::span<const std::byte> strings,
             std::span<const std::byte> reservations)
      : structure_(structure), strings_(strings), reservations_(reservations) {}

  Result<std::string_view> NameAt(std::uint32_t offset) const;

  std::span<const std::byte> structure_;  // size and start in the tree: multiples of 4
  std::span<const std::byte> strings_;
  std::span<const std::byte> reservations_;  // from the first entry to the end of the tree
};

// Big-endian numbers at `bytes`, which need not be aligned.
std::uint32_t BigEndian32(const std::byte* bytes);
std::uint64_t BigEndian64(const std::byte* bytes);

}  // namespace kernel::boot

#endif  // ENKEL_KERNEL_BOOT_DEVICE_TREE_DEVICE_TREE_H_
