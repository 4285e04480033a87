#include "kernel/boot/device_tree/loader_tree.h"

#include <cstddef>
#include <span>

#include "kernel/arch/address_space.h"
#include "kernel/boot/device_tree/device_tree.h"
#include "kernel/boot/device_tree/loader_seed.h"
#include "kernel/boot/device_tree/memory_map.h"

extern "C" {
extern const char __image_start[], __image_end[];  // kernel/boot/image.ld
}

namespace kernel::boot {
namespace {

struct Range {
  std::uint64_t start, end;
  constexpr std::uint64_t size() const { return end - start; }
  constexpr bool Overlaps(Range other) const { return start < other.end && other.start < end; }
  constexpr bool Contains(Range other) const { return start <= other.start && other.end <= end; }
  constexpr Range Widened(std::uint64_t unit) const { return {RoundDown(start, unit), RoundUp(end, unit)}; }
};

Range Image() {
  return {reinterpret_cast<std::uintptr_t>(__image_start), reinterpret_cast<std::uintptr_t>(__image_end)};
}

// Whole blocks cost one table entry each. Next to the image, whose block is cut into pages already, pages are used.
Range PagesAround(Range bytes) {
  const Range blocks = bytes.Widened(kBlockSize);
  return blocks.Overlaps(Image().Widened(kBlockSize)) ? bytes.Widened(kPageSize) : blocks;
}

// The bytes of [start, end), readable while this lives.
class Mapped {
 public:
  explicit Mapped(Range bytes)
      : bytes_(bytes),
        pages_(PagesAround(bytes)),
        result_(
            arch::Map({pages_.start}, {pages_.start}, pages_.size(), arch::Access::kRead, arch::MemoryType::kNormal)) {}
  ~Mapped() {
    if (result_) (void)arch::Protect({pages_.start}, pages_.size(), arch::Access::kNone);
  }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;

  const Result<void>& result() const { return result_; }
  std::span<const std::byte> bytes() const {
    return {reinterpret_cast<const std::byte*>(bytes_.start), static_cast<std::size_t>(bytes_.size())};
  }

 private:
  Range bytes_;
  Range pages_;
  Result<void> result_;
};

Result<std::uint32_t> SizeOfTree(Range header) {
  const Mapped mapped(header);
  if (!mapped.result()) return Fail(mapped.result().error());
  return DeviceTree::TotalSize(mapped.bytes().first<DeviceTree::kHeaderSize>());
}

bool IsReadable(Range tree, Range allowed) {
  return allowed.Contains(tree) && !tree.Widened(kPageSize).Overlaps(Image());
}

}  // namespace

Result<void> FindMemoryInLoaderTree(PhysicalAddress tree, board::MemoryRegion allowed, board::MemoryMapSink& sink) {
  const std::uint64_t start = tree.value;
  const Range limits = {allowed.base.value, allowed.base.value + allowed.size};
  if (start == 0 || start % 8 != 0 || start >= limits.end) return Fail(Error::kNotFound);

  const Range header = {start, start + DeviceTree::kHeaderSize};
  if (!IsReadable(header, limits)) return Fail(Error::kNotFound);
  const Result<std::uint32_t> size = SizeOfTree(header);
  if (!size) return Fail(size.error());

  const Range bytes = {start, start + *size};
  if (*size > kMaximumLoaderTreeSize || !IsReadable(bytes, limits)) return Fail(Error::kMalformed);
  const Mapped mapped(bytes);
  if (!mapped.result()) return mapped.result();
  const Result<LoaderSeeds> seeds = ReadMemoryMap(mapped.bytes(), sink);
  if (!seeds) return Fail(seeds.error());
  KeepLoaderSeeds(*seeds);
  const Range pages = bytes.Widened(kPageSize);
  sink.Reserved({{pages.start}, pages.size()});
  return {};
}

}  // namespace kernel::boot
