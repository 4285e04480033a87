// A loader's tree, found in RAM that is not mapped, and readable for a while. Internal to this folder: each user makes
// its own copy, and who uses none has none.
#ifndef ENKEL_KERNEL_BOOT_DEVICE_TREE_MAPPED_TREE_H_
#define ENKEL_KERNEL_BOOT_DEVICE_TREE_MAPPED_TREE_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/arch/address_space.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/boot/board.h"
#include "kernel/boot/device_tree/device_tree.h"

extern "C" {
extern const char __image_start[], __image_end[];  // kernel/boot/image.ld
}

namespace kernel::boot {

inline constexpr std::uint64_t kMaximumLoaderTreeSize = 2 * 1024 * 1024;  // bytes: the arm64 boot protocol's limit

struct TreeRange {
  std::uint64_t start, end;
  constexpr std::uint64_t size() const { return end - start; }
  constexpr bool Overlaps(TreeRange other) const { return start < other.end && other.start < end; }
  constexpr bool Contains(TreeRange other) const { return start <= other.start && other.end <= end; }
  constexpr TreeRange Widened(std::uint64_t unit) const { return {RoundDown(start, unit), RoundUp(end, unit)}; }
};

inline TreeRange ImageRange() {
  return {reinterpret_cast<std::uintptr_t>(__image_start), reinterpret_cast<std::uintptr_t>(__image_end)};
}

// The bytes of a range, readable while this lives. `kPagesAround` says which pages are mapped for them.
template <TreeRange (*kPagesAround)(TreeRange)>
class MappedTree {
 public:
  explicit MappedTree(TreeRange bytes)
      : bytes_(bytes),
        pages_(kPagesAround(bytes)),
        result_(
            arch::Map({pages_.start}, {pages_.start}, pages_.size(), arch::Access::kRead, arch::MemoryType::kNormal)) {}
  ~MappedTree() {
    if (result_) (void)arch::Protect({pages_.start}, pages_.size(), arch::Access::kNone);
  }
  MappedTree(const MappedTree&) = delete;
  MappedTree& operator=(const MappedTree&) = delete;

  const Result<void>& result() const { return result_; }
  std::span<const std::byte> bytes() const {
    return {reinterpret_cast<const std::byte*>(bytes_.start), static_cast<std::size_t>(bytes_.size())};
  }

 private:
  TreeRange bytes_;
  TreeRange pages_;
  Result<void> result_;
};

// Where the tree at `tree` lies, by its header. It must lie in `allowed`, at a multiple of 8, and share no page with
// the image. Errors: kNotFound (no tree there), kMalformed, kOutOfMemory (page tables).
template <TreeRange (*kPagesAround)(TreeRange)>
Result<TreeRange> FindTree(PhysicalAddress tree, board::MemoryRegion allowed) {
  const std::uint64_t start = tree.value;
  const TreeRange limits = {allowed.base.value, allowed.base.value + allowed.size};
  const auto is_readable = [limits](TreeRange range) {
    return limits.Contains(range) && !range.Widened(kPageSize).Overlaps(ImageRange());
  };
  if (start == 0 || start % 8 != 0 || start >= limits.end) return Fail(Error::kNotFound);
  const TreeRange header = {start, start + DeviceTree::kHeaderSize};
  if (!is_readable(header)) return Fail(Error::kNotFound);
  const auto size = [header]() -> Result<std::uint32_t> {
    const MappedTree<kPagesAround> mapped(header);
    if (!mapped.result()) return Fail(mapped.result().error());
    return DeviceTree::TotalSize(mapped.bytes().template first<DeviceTree::kHeaderSize>());
  }();
  if (!size) return Fail(size.error());
  const TreeRange bytes = {start, start + *size};
  if (*size > kMaximumLoaderTreeSize || !is_readable(bytes)) return Fail(Error::kMalformed);
  return bytes;
}

}  // namespace kernel::boot

#endif  // ENKEL_KERNEL_BOOT_DEVICE_TREE_MAPPED_TREE_H_
