#include "kernel/memory/memory_map.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/address.h"
#include "kernel/boot/board.h"

namespace kernel::memory {
namespace {

// What the page tables reach (kernel/arch/address_space.h). A multiple of the page size, so rounding cannot wrap.
constexpr std::uint64_t kAddressLimit = std::uint64_t{512} << 30;

std::uint64_t ClampedEnd(board::MemoryRegion region) {
  const std::uint64_t base = std::min(region.base.value, kAddressLimit);
  return base + std::min(region.size, kAddressLimit - base);
}

// The range of `taken` that overlaps [begin, end) and begins first, or one of size 0 when none does.
PhysicalRange FirstOverlap(std::span<const PhysicalRange> taken, std::uint64_t begin, std::uint64_t end) {
  PhysicalRange first = {end, end};
  for (const PhysicalRange& range : taken) {
    if (range.begin < first.begin && range.end > begin) first = range;
  }
  return first;
}

}  // namespace

void MemoryMap::Usable(board::MemoryRegion region) {
  const std::uint64_t begin = RoundUp(std::min(region.base.value, kAddressLimit), kPageSize);
  const std::uint64_t end = RoundDown(ClampedEnd(region), kPageSize);
  if (begin >= end || usable_count_ == kMaxRegions) return;
  usable_[usable_count_++] = {begin, end};
}

void MemoryMap::Reserved(board::MemoryRegion region) {
  const std::uint64_t begin = RoundDown(std::min(region.base.value, kAddressLimit), kPageSize);
  const std::uint64_t end = RoundUp(ClampedEnd(region), kPageSize);
  if (region.size == 0 || begin >= end) return;
  if (reserved_count_ == kMaxRegions) {
    overflowed_ = true;
    return;
  }
  reserved_[reserved_count_++] = {begin, end};
}

std::size_t MemoryMap::Cut(std::span<PhysicalRange> ranges) const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < usable_count_; ++i) {
    std::uint64_t begin = usable_[i].begin;
    const std::uint64_t end = usable_[i].end;
    while (begin < end && count < ranges.size()) {
      // A range that was usable before this one is taken too: overlapping RAM must not be handed out twice.
      const PhysicalRange reserved = FirstOverlap(std::span(reserved_).first(reserved_count_), begin, end);
      const PhysicalRange earlier = FirstOverlap(std::span(usable_).first(i), begin, end);
      const PhysicalRange taken = earlier.begin < reserved.begin ? earlier : reserved;
      if (begin < taken.begin) ranges[count++] = {begin, taken.begin};
      begin = std::max(begin, taken.end);
    }
  }
  return count;
}

}  // namespace kernel::memory
