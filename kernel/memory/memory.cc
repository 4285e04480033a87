#include "kernel/memory/memory.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/arch/address_space.h"
#include "kernel/base/address.h"
#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "kernel/boot/board.h"
#include "kernel/memory/memory_map.h"
#include "kernel/memory/page_allocator.h"
#include "kernel/panic/panic.h"

extern "C" {
// kernel/boot/image.ld. A process on Linux has no such symbols, and its image is not in the RAM that it is given.
[[gnu::weak]] extern std::byte __image_start[];
[[gnu::weak]] extern std::byte __image_end[];
}

namespace kernel::memory {
namespace {

constexpr std::uint64_t kGrowth = std::uint64_t{64} << 20;          // bytes mapped at a time
constexpr std::uint64_t kNullRegionSize = std::uint64_t{64} << 10;  // bytes from address 0 that are never mapped

// One change of access splits at most two blocks at each end.
constexpr std::size_t kTablePagesWanted = 8;
constexpr std::size_t kTablePagesEnough = 4;

// What of the RAM is not mapped yet. The largest range is taken first, so that odd corners (below 1 MiB on a PC, around
// the image) are used last and cost no page tables before.
class UnmappedRam {
 public:
  void Fill(const MemoryMap& map) { count_ = map.Cut(ranges_); }

  // The range that is to be mapped next, empty when none is left. The caller moves its begin past what it has mapped.
  PhysicalRange& Next() {
    PhysicalRange* largest = &ranges_[0];
    for (std::size_t i = 1; i < count_; ++i) {
      if (ranges_[i].size() > largest->size()) largest = &ranges_[i];
    }
    SplitAtBlock(*largest);
    return *largest;
  }

  bool Overlaps(std::uint64_t begin, std::uint64_t end) const {
    return std::ranges::any_of(std::span(ranges_).first(count_),
                               [&](const PhysicalRange& range) { return range.begin < end && begin < range.end; });
  }

 private:
  // Leaves what lies before the first 2 MiB boundary as a range of its own.
  void SplitAtBlock(PhysicalRange& range) {
    const std::uint64_t boundary = RoundUp(range.begin, kBlockSize);
    if (boundary == range.begin || boundary >= range.end || count_ == ranges_.size()) return;
    ranges_[count_++] = {range.begin, boundary};
    range.begin = boundary;
  }

  std::array<PhysicalRange, MemoryMap::kMaxRegions> ranges_ = {};
  std::size_t count_ = 0;
};

struct Ram {
  PageAllocator allocator;
  UnmappedRam unmapped;
  std::array<PhysicalRange, MemoryMap::kMaxRegions> ranges = {};  // all of it, mapped or not
  std::size_t range_count = 0;
  std::array<std::uint64_t, kTablePagesWanted> table_pages = {};
  std::size_t table_page_count = 0;
  std::uint64_t total_pages = 0;
  std::uint64_t used_pages = 0;
  std::uint64_t most_used_pages = 0;
};

constinit Ram ram;

std::uint64_t TakeReservedTablePage() {
  return ram.table_page_count == 0 ? 0 : ram.table_pages[--ram.table_page_count];
}

// Maps the next part of the RAM. False when all is mapped, or no page for a page table is left.
bool Grow() {
  PhysicalRange& range = ram.unmapped.Next();
  const std::uint64_t size = std::min(range.size(), kGrowth);
  if (size == 0) return false;
  if (!arch::Map({range.begin}, {range.begin}, size, arch::Access::kReadWrite, arch::MemoryType::kNormal)) return false;
  CHECK(ram.allocator.Free({range.begin}, size / kPageSize).has_value());
  range.begin += size;
  return true;
}

// Pages from all of the RAM, mapped or not, with arbitrary contents.
Result<VirtualAddress> TakePages(std::uint64_t count) {
  if (count > ram.total_pages - ram.used_pages) return Fail(Error::kOutOfMemory);
  Result<VirtualAddress> first = ram.allocator.Allocate(count);
  while (!first && first.error() == Error::kOutOfMemory && Grow()) first = ram.allocator.Allocate(count);
  if (!first) return first;
  if (!arch::Protect(*first, count * kPageSize, arch::Access::kReadWrite)) {
    // Writes no page that is closed: what goes back joins the run that it came from, or begins with that run's node.
    CHECK(ram.allocator.Free(*first, count).has_value());
    return Fail(Error::kOutOfMemory);
  }
  ram.used_pages += count;
  ram.most_used_pages = std::max(ram.most_used_pages, ram.used_pages);
  return first;
}

// Whether [begin, end) is RAM throughout. Neighbouring ranges count as one.
bool IsRam(std::uint64_t begin, std::uint64_t end) {
  while (begin < end) {
    const auto ranges = std::span(ram.ranges).first(ram.range_count);
    const auto range = std::ranges::find_if(
        ranges, [begin](const PhysicalRange& candidate) { return candidate.begin <= begin && begin < candidate.end; });
    if (range == ranges.end()) return false;
    begin = range->end;
  }
  return true;
}

}  // namespace

void Start(const board::Handoff& handoff) {
  MemoryMap map;
  board::FindMemory(handoff, map);
  map.Reserved({{0}, kNullRegionSize});
  map.Reserved(
      {{reinterpret_cast<std::uint64_t>(__image_start)}, static_cast<std::uint64_t>(__image_end - __image_start)});
  if (map.overflowed()) panic::Panic("the memory map has too many reserved regions");

  ram.unmapped.Fill(map);
  ram.range_count = map.Cut(ram.ranges);
  for (const PhysicalRange& range : std::span(ram.ranges).first(ram.range_count)) {
    ram.total_pages += range.size() / kPageSize;
  }
  if (!Grow()) panic::Panic("the memory map has no usable RAM");
  arch::SetTablePageSource(&TakeReservedTablePage);
}

void ReserveTablePages() {
  if (ram.table_page_count >= kTablePagesEnough) return;
  // Opening a page may itself take one of the reserve, hence the bound.
  for (std::size_t i = 0; i < 2 * kTablePagesWanted && ram.table_page_count < kTablePagesWanted; ++i) {
    const Result<VirtualAddress> page = TakePages(1);
    if (!page) return;
    ram.table_pages[ram.table_page_count++] = page->value;
  }
}

Result<VirtualAddress> AllocatePages(std::uint64_t count) {
  ReserveTablePages();
  const Result<VirtualAddress> first = TakePages(count);
  if (first) __builtin_memset(reinterpret_cast<void*>(first->value), 0, count * kPageSize);
  return first;
}

bool IsHandedOut(VirtualAddress first, std::uint64_t size) {
  if (size % kPageSize != 0 || !ram.allocator.NoneFree(first, size / kPageSize)) return false;
  const std::uint64_t end = first.value + size;
  return IsRam(first.value, end) && !ram.unmapped.Overlaps(first.value, end);
}

Result<void> FreePages(VirtualAddress first, std::uint64_t count) {
  if (count > ram.total_pages || !IsHandedOut(first, count * kPageSize)) return Fail(Error::kInvalidArgument);
  ReserveTablePages();
  // The node of the run may come to lie in the first page.
  if (!arch::Protect(first, kPageSize, arch::Access::kReadWrite)) return Fail(Error::kOutOfMemory);
  const Result<PageAllocator::Freed> freed = ram.allocator.Free(first, count);
  CHECK(freed.has_value());
  ram.used_pages -= count;

  const std::uint64_t begin = freed->run == first ? first.value + kPageSize : first.value;
  const std::uint64_t end = first.value + count * kPageSize + (freed->merged_above ? kPageSize : 0);
  // Stale pointers to these pages shall fault. Where no page table can be had for that, they are free all the same.
  if (begin < end) (void)arch::Protect({begin}, end - begin, arch::Access::kNone);
  return {};
}

Counters ReadCounters() {
  return {.total_bytes = ram.total_pages * kPageSize,
          .free_bytes = (ram.total_pages - ram.used_pages) * kPageSize,
          .lowest_free_bytes = (ram.total_pages - ram.most_used_pages) * kPageSize};
}

}  // namespace kernel::memory
