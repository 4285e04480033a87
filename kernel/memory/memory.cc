#include "kernel/memory/memory.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/arch/address_space.h"
#include "kernel/base/address.h"
#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "kernel/boot/board.h"
#include "kernel/memory/memory_map.h"
#include "kernel/memory/page_allocator.h"
#include "kernel/memory/placement.h"
#include "kernel/panic/panic.h"

extern "C" {
// kernel/boot/image.ld. A process on Linux has no such symbols, and its image is not in the RAM that it is given.
[[gnu::weak]] extern std::byte __image_start[];
[[gnu::weak]] extern std::byte __image_end[];
}

namespace kernel::memory {
namespace {

constexpr std::uint64_t kHeapGrowth = std::uint64_t{64} << 20;        // bytes mapped at a time
constexpr std::uint64_t kReservationGrowth = std::uint64_t{4} << 20;  // at least
constexpr std::uint64_t kNullRegionSize = std::uint64_t{64} << 10;    // bytes from address 0 that are never mapped
constexpr std::uint64_t kMainStackSize = std::uint64_t{256} << 10;    // bytes
constexpr std::uint64_t kLeastHeap = std::uint64_t{64} << 10;  // bytes of the range that page tables are cut from
constexpr std::uint64_t kPagesInBlock = kBlockSize / kPageSize;

// Page tables for devices, and for what is mapped before any RAM is.
constexpr std::uint64_t kOtherTables = 24;
// More tables than this lie in blocks of their own, which cost less to map.
constexpr std::uint64_t kMostTablesInPages = 64;

// One piece of RAM. The heap's part grows from its begin, that of reservations from its end; between, it is not mapped.
struct RamRange {
  std::uint64_t begin;
  std::uint64_t heap_end;
  std::uint64_t reservations_begin;
  std::uint64_t end;

  std::uint64_t unmapped() const { return reservations_begin - heap_end; }
};

// Pages of one part of the address space: physical addresses plus `slide`.
struct Zone {
  PageAllocator allocator;
  std::uint64_t slide = 0;
  std::uint64_t first_gap = 0;  // pages to leave free above the first that are handed out
};

struct Ram {
  Zone heap;
  Zone reservations;
  std::array<RamRange, MemoryMap::kMaxRegions> ranges = {};
  std::size_t range_count = 0;
  Stack main_stack;
  std::uint64_t total_pages = 0;
  std::uint64_t used_pages = 0;
  std::uint64_t most_used_pages = 0;
};

constinit Ram ram;

std::span<RamRange> Ranges() { return std::span(ram.ranges).first(ram.range_count); }

void AddRange(std::uint64_t begin, std::uint64_t end) {
  if (begin < end && ram.range_count < ram.ranges.size()) ram.ranges[ram.range_count++] = {begin, begin, end, end};
}

// The largest unmapped part is used first, so that odd corners (below 1 MiB on a PC, around the image) are used last
// and cost no page tables before.
RamRange& Largest() {
  RamRange* largest = &ram.ranges[0];
  for (RamRange& range : Ranges()) {
    if (range.unmapped() > largest->unmapped()) largest = &range;
  }
  return *largest;
}

// Takes `size` bytes of RAM, before any is mapped, for ever: their physical address, a multiple of `alignment`.
std::uint64_t Carve(std::uint64_t size, std::uint64_t alignment) {
  RamRange& range = Largest();
  const std::uint64_t old_end = range.end;
  const std::uint64_t end = RoundDown(old_end, alignment);
  if (end < range.begin || end - range.begin < size + kLeastHeap) panic::Panic("the memory map has no usable RAM");
  range.reservations_begin = range.end = end - size;
  AddRange(end, old_end);
  return end - size;
}

// Each 2 MiB of RAM may need a table, each GiB, and the ends of each range in both zones.
void MapTableMemory(const Placement& placement, std::uint64_t ram_pages) {
  std::uint64_t tables = ram_pages / kPagesInBlock + kOtherTables;
  tables += tables / kPagesInBlock + 4 * ram.range_count;
  const bool in_blocks = tables > kMostTablesInPages;
  const std::uint64_t grain = in_blocks ? kBlockSize : kPageSize;
  const std::uint64_t size = RoundUp(tables * kPageSize, grain);
  const std::uint64_t physical = Carve(size, grain);
  CHECK(arch::AddTableMemory({placement.Place(Region::kTables, size, grain)}, {physical}, size).has_value());
}

void MapMainStack(const Placement& placement) {
  const std::uint64_t physical = Carve(kMainStackSize, kPageSize);
  const std::uint64_t bottom = placement.Place(Region::kMainStack, kMainStackSize, kPageSize);
  CHECK(
      arch::Map({bottom}, {physical}, kMainStackSize, arch::Access::kReadWrite, arch::MemoryType::kNormal).has_value());
  ram.main_stack = {.bottom = {bottom}, .top = {bottom + kMainStackSize}};
}

// All RAM keeps its distances within a zone, so that what is contiguous stays so.
void PlaceZone(const Placement& placement, Region region, Zone& zone) {
  std::uint64_t begin = UINT64_MAX;
  std::uint64_t end = 0;
  for (const RamRange& range : Ranges()) {
    begin = std::min(begin, RoundDown(range.begin, kBlockSize));
    end = std::max(end, range.end);
  }
  zone.slide = placement.Place(region, end - begin, kBlockSize) - begin;
  zone.first_gap = placement.NumberFor(region, kPagesInBlock);
}

enum class Were : bool { kClosed, kOpen };

// Adds pages to the free ones of their zone, where nobody may touch them. The first is writable: a node may come to lie
// there.
void AddFreePages(Zone& zone, VirtualAddress first, std::uint64_t count, Were others) {
  const Result<PageAllocator::Freed> freed = zone.allocator.Free(first, count);
  CHECK(freed.has_value());
  const VirtualAddress above = {first.value + count * kPageSize};
  // Stale pointers to these pages shall fault. Where no page table can be had for that, they are free all the same.
  if (others == Were::kOpen && count > 1) {
    (void)arch::Protect({first.value + kPageSize}, (count - 1) * kPageSize, arch::Access::kNone);
  }
  if (freed->run != first) (void)arch::Protect(first, kPageSize, arch::Access::kNone);
  if (freed->merged_above) (void)arch::Protect(above, kPageSize, arch::Access::kNone);
}

// Maps [physical, +size) in a zone, without access but for the first page. False when no page for a page table is left.
bool MapFreePages(Zone& zone, std::uint64_t physical, std::uint64_t size) {
  const VirtualAddress first = {physical + zone.slide};
  if (!arch::Map(first, {physical}, size, arch::Access::kNone, arch::MemoryType::kNormal)) return false;
  if (!arch::Protect(first, kPageSize, arch::Access::kReadWrite)) return false;
  AddFreePages(zone, first, size / kPageSize, Were::kClosed);
  return true;
}

// Maps the next part of the RAM into a zone that wants `count` pages. False when all is mapped.
bool Grow(Zone& zone, std::uint64_t count) {
  RamRange& range = Largest();
  if (&zone == &ram.reservations) {
    const std::uint64_t wanted = std::max(RoundUp(count * kPageSize, kBlockSize), kReservationGrowth);
    const std::uint64_t begin = RoundDown(range.reservations_begin - std::min(range.unmapped(), wanted), kBlockSize);
    const std::uint64_t first = std::max(begin, range.heap_end);
    if (range.unmapped() == 0 || !MapFreePages(zone, first, range.reservations_begin - first)) return false;
    range.reservations_begin = first;
    return true;
  }
  // A range that begins within a block: what lies before the next one is for later.
  const std::uint64_t boundary = RoundUp(range.heap_end, kBlockSize);
  if (range.heap_end == range.begin && boundary != range.begin && boundary < range.reservations_begin &&
      ram.range_count < ram.ranges.size()) {
    AddRange(range.begin, boundary);
    range.begin = range.heap_end = boundary;
  }
  const std::uint64_t size = std::min(range.unmapped(), kHeapGrowth);
  if (size == 0 || !MapFreePages(zone, range.heap_end, size)) return false;
  range.heap_end += size;
  return true;
}

// Pages from one zone, mapped already or not.
Result<VirtualAddress> TakeFrom(Zone& zone, std::uint64_t count) {
  Result<VirtualAddress> first = zone.allocator.Allocate(count + zone.first_gap);
  while (!first && first.error() == Error::kOutOfMemory && Grow(zone, count + zone.first_gap)) {
    first = zone.allocator.Allocate(count + zone.first_gap);
  }
  if (zone.first_gap == 0) return first;
  const std::uint64_t gap = std::exchange(zone.first_gap, 0);
  if (!first) return TakeFrom(zone, count);
  const VirtualAddress above = {first->value + count * kPageSize};
  if (!arch::Protect(above, kPageSize, arch::Access::kReadWrite)) return Fail(Error::kOutOfMemory);
  AddFreePages(zone, above, gap, Were::kClosed);
  return first;
}

// Pages with arbitrary contents, from `wanted` or else from wherever there are some. The last is a guard.
Result<VirtualAddress> TakePages(Zone& wanted, std::uint64_t count) {
  const bool has_guard = arch::OwnsPageTables();
  const std::uint64_t all = count + (has_guard ? 1 : 0);
  if (count == 0) return Fail(Error::kInvalidArgument);
  if (count > ram.total_pages - ram.used_pages || all > ram.total_pages - ram.used_pages) {
    return Fail(Error::kOutOfMemory);
  }
  Zone* zone = &wanted;
  Result<VirtualAddress> first = TakeFrom(*zone, all);
  if (!first) {
    zone = zone == &ram.heap ? &ram.reservations : &ram.heap;
    first = TakeFrom(*zone, all);
  }
  if (!first) return first;
  const VirtualAddress guard = {first->value + count * kPageSize};
  if (!arch::Protect(*first, count * kPageSize, arch::Access::kReadWrite) ||
      (has_guard && !arch::Protect(guard, kPageSize, arch::Access::kGuard))) {
    // Writes no page that is closed: what goes back joins the run that it came from, or begins with that run's node.
    CHECK(zone->allocator.Free(*first, all).has_value());
    return Fail(Error::kOutOfMemory);
  }
  ram.used_pages += all;
  ram.most_used_pages = std::max(ram.most_used_pages, ram.used_pages);
  return first;
}

Result<VirtualAddress> TakeZeroedPages(Zone& wanted, std::uint64_t count) {
  const Result<VirtualAddress> first = TakePages(wanted, count);
  if (first) __builtin_memset(reinterpret_cast<void*>(first->value), 0, count * kPageSize);
  return first;
}

// Whether [begin, end) of physical addresses is mapped in a zone throughout. Neighbouring ranges count as one.
bool IsMapped(const Zone& zone, std::uint64_t begin, std::uint64_t end) {
  const bool is_heap = &zone == &ram.heap;
  while (begin < end) {
    const auto range = std::ranges::find_if(Ranges(), [begin, is_heap](const RamRange& candidate) {
      return is_heap ? candidate.begin <= begin && begin < candidate.heap_end
                     : candidate.reservations_begin <= begin && begin < candidate.end;
    });
    if (range == Ranges().end()) return false;
    begin = is_heap ? range->heap_end : range->end;
  }
  return true;
}

// The zone that has handed out every page of [first, +size), or null.
Zone* FindZone(VirtualAddress first, std::uint64_t size) {
  for (Zone* zone : {&ram.heap, &ram.reservations}) {
    if (size % kPageSize != 0 || !zone->allocator.NoneFree(first, size / kPageSize)) continue;
    const std::uint64_t begin = first.value - zone->slide;
    if (begin + size > begin && IsMapped(*zone, begin, begin + size)) return zone;
  }
  return nullptr;
}

}  // namespace

void Start(const board::Handoff& handoff, std::array<std::uint64_t, 2> (*draw_seed)(const board::Handoff&)) {
  MemoryMap map;
  board::FindMemory(handoff, map);
  map.Reserved({{0}, kNullRegionSize});
  map.Reserved(
      {{reinterpret_cast<std::uint64_t>(__image_start)}, static_cast<std::uint64_t>(__image_end - __image_start)});
  if (map.overflowed()) panic::Panic("the memory map has too many reserved regions");

  std::array<PhysicalRange, MemoryMap::kMaxRegions> ranges;
  std::uint64_t pages = 0;
  for (const PhysicalRange& range : std::span(ranges).first(map.Cut(ranges))) {
    AddRange(range.begin, range.end);
    pages += range.size() / kPageSize;
  }
  if (arch::OwnsPageTables()) {
    const Placement placement(draw_seed(handoff));
    MapTableMemory(placement, pages);
    MapMainStack(placement);
    PlaceZone(placement, Region::kHeap, ram.heap);
    PlaceZone(placement, Region::kReservations, ram.reservations);
  }
  ram.total_pages = pages;
  for (const RamRange& range : Ranges()) pages -= (range.end - range.begin) / kPageSize;
  ram.used_pages = pages;  // what was carved out
  if (!Grow(ram.heap, 1)) panic::Panic("the memory map has no usable RAM");
}

Stack MainStack() { return ram.main_stack; }

Result<VirtualAddress> AllocatePages(std::uint64_t count) { return TakeZeroedPages(ram.heap, count); }

Result<VirtualAddress> AllocateUnclearedPages(std::uint64_t count) { return TakePages(ram.heap, count); }

Result<VirtualAddress> AllocateReservation(std::uint64_t count) { return TakeZeroedPages(ram.reservations, count); }

bool IsHandedOut(VirtualAddress first, std::uint64_t size) { return FindZone(first, size) != nullptr; }

Result<void> FreePages(VirtualAddress first, std::uint64_t count) {
  if (count > ram.total_pages) return Fail(Error::kInvalidArgument);
  Zone* const zone = FindZone(first, count * kPageSize);
  if (zone == nullptr || arch::IsGuard(first)) return Fail(Error::kInvalidArgument);
  // The node of the run may come to lie in the first page.
  if (!arch::Protect(first, kPageSize, arch::Access::kReadWrite)) return Fail(Error::kOutOfMemory);
  if (arch::IsGuard({first.value + count * kPageSize})) ++count;
  ram.used_pages -= count;
  AddFreePages(*zone, first, count, Were::kOpen);
  return {};
}

PhysicalAddress PhysicalOf(VirtualAddress address) {
  const Result<PhysicalAddress> physical = arch::Translate(address);
  CHECK(physical.has_value());
  return *physical;
}

PhysicalRun PhysicalRunAt(VirtualAddress address) {
  // The image lies where it was linked to lie, in both address spaces.
  const auto image_start = reinterpret_cast<std::uint64_t>(__image_start);
  const auto image_end = reinterpret_cast<std::uint64_t>(__image_end);
  if (address.value >= image_start && address.value < image_end) {
    return {.first = {address.value}, .size = image_end - address.value};
  }
  const std::uint64_t in_heap = address.value - ram.heap.slide;
  const std::uint64_t in_reservations = address.value - ram.reservations.slide;
  for (const RamRange& range : Ranges()) {
    if (in_heap >= range.begin && in_heap < range.heap_end) {
      return {.first = {in_heap}, .size = range.heap_end - in_heap};
    }
    if (in_reservations >= range.reservations_begin && in_reservations < range.end) {
      return {.first = {in_reservations}, .size = range.end - in_reservations};
    }
  }
  return {.first = PhysicalOf(address), .size = kPageSize - address.value % kPageSize};
}

Counters ReadCounters() {
  return {.total_bytes = ram.total_pages * kPageSize,
          .free_bytes = (ram.total_pages - ram.used_pages) * kPageSize,
          .lowest_free_bytes = (ram.total_pages - ram.most_used_pages) * kPageSize};
}

}  // namespace kernel::memory
