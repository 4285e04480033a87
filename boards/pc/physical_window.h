// A look at physical memory that is not mapped: the loader's information may lie anywhere, also in page 0.
#ifndef ENKEL_BOARDS_PC_PHYSICAL_WINDOW_H_
#define ENKEL_BOARDS_PC_PHYSICAL_WINDOW_H_

#include <cstddef>
#include <cstdint>

#include "boards/pc/boot_info.h"
#include "kernel/base/address.h"

namespace board {

// Maps a range of physical memory read-only at a fixed virtual address for as long as it lives. One at a time. Not
// interrupt-safe; may take a table page.
class PhysicalWindow {
 public:
  static constexpr std::uint64_t kMostBytes = 256 * 1024;

  // Its virtual addresses. Below 1 MiB no RAM is mapped, ever; and in the first 2 MiB there is a table anyway.
  static constexpr std::uint64_t kBegin = 0x2'0000;
  static constexpr std::uint64_t kEnd = kBegin + kMostBytes + kernel::kPageSize;
  static_assert(kEnd < 0x10'0000);

  PhysicalWindow(kernel::PhysicalAddress address, std::uint64_t size);
  ~PhysicalWindow();
  PhysicalWindow(const PhysicalWindow&) = delete;
  PhysicalWindow& operator=(const PhysicalWindow&) = delete;

  // The range, or nothing when it is larger than kMostBytes, lies beyond physical memory, or no table page is left.
  Bytes bytes() const { return bytes_; }

 private:
  std::uint64_t mapped_size_ = 0;
  Bytes bytes_;
};

// The end of what this machine can address and the page tables can map: 512 GiB, or less where the CPU says so.
std::uint64_t PhysicalLimit();

}  // namespace board

#endif  // ENKEL_BOARDS_PC_PHYSICAL_WINDOW_H_
