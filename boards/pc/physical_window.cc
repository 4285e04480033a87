#include "boards/pc/physical_window.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernel/arch/address_space.h"
#include "kernel/arch/x86_64/cpuid.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace board {
namespace {

constexpr int kFewestAddressBits = 32;
constexpr int kMostAddressBits = 39;  // what one PDPT maps

}  // namespace

PhysicalWindow::PhysicalWindow(kernel::PhysicalAddress address, std::uint64_t size) {
  const std::uint64_t limit = PhysicalLimit();
  const std::uint64_t first_page = kernel::RoundDown(address.value, kernel::kPageSize);
  const std::uint64_t offset = address.value - first_page;
  if (size > kMostBytes || address.value >= limit || size > limit - address.value) return;
  mapped_size_ = kernel::RoundUp(offset + size, kernel::kPageSize);
  const kernel::Result<void> mapped = kernel::arch::Map({kBegin}, {first_page}, mapped_size_,
                                                        kernel::arch::Access::kRead, kernel::arch::MemoryType::kNormal);
  if (mapped) bytes_ = Bytes(reinterpret_cast<const std::byte*>(kBegin + offset), size);
}

PhysicalWindow::~PhysicalWindow() {
  if (mapped_size_ == 0) return;
  // Cannot fail: the table pages are there. The address 0 is as good as any for an entry that gives no access.
  static_cast<void>(
      kernel::arch::Map({kBegin}, {0}, mapped_size_, kernel::arch::Access::kNone, kernel::arch::MemoryType::kNormal));
}

std::uint64_t PhysicalLimit() {
  constexpr std::uint32_t kAddressSizes = 0x8000'0008;
  constexpr int kBitsWithoutLeaf = 36;  // [SDM] 3A 4.1.4
  int bits = kBitsWithoutLeaf;
  if (kernel::arch::Cpuid(0x8000'0000).eax >= kAddressSizes) {
    bits = static_cast<int>(kernel::arch::Cpuid(kAddressSizes).eax & 0xff);
  }
  return std::uint64_t{1} << std::clamp(bits, kFewestAddressBits, kMostAddressBits);
}

}  // namespace board
