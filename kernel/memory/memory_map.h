// The machine's RAM as the board reports it, and what of it the kernel may hand out.
#ifndef ENKEL_KERNEL_MEMORY_MEMORY_MAP_H_
#define ENKEL_KERNEL_MEMORY_MEMORY_MAP_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/boot/board.h"

namespace kernel::memory {

// [begin, end) of physical addresses, which are virtual addresses too; multiples of kPageSize.
struct PhysicalRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  constexpr std::uint64_t size() const { return end - begin; }
};

// Collects the board's regions, which may come in any order, overlap, wrap around 2^64 or be empty: they are a loader's
// word. Does not allocate.
class MemoryMap final : public board::MemoryMapSink {
 public:
  static constexpr std::size_t kMaxRegions = 64;  // of each kind, and of usable ranges

  // Whole pages inside the region count. More than kMaxRegions: the rest of the RAM stays unused.
  void Usable(board::MemoryRegion region) override;

  // Every page that the region touches counts.
  void Reserved(board::MemoryRegion region) override;

  // Whether there were more reserved regions than this holds. The map cannot be used then.
  bool overflowed() const { return overflowed_; }

  // Stores the usable ranges without the reserved ones and without overlaps into `ranges`; returns how many there are.
  // Stops when `ranges` is full.
  std::size_t Cut(std::span<PhysicalRange> ranges) const;

 private:
  std::array<PhysicalRange, kMaxRegions> usable_ = {};
  std::array<PhysicalRange, kMaxRegions> reserved_ = {};
  std::size_t usable_count_ = 0;
  std::size_t reserved_count_ = 0;
  bool overflowed_ = false;
};

}  // namespace kernel::memory

#endif  // ENKEL_KERNEL_MEMORY_MEMORY_MAP_H_
