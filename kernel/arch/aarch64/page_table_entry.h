// Translation table descriptors of the 4 KiB granule, as this kernel uses them: stage 1 of EL1, 39-bit addresses, three
// levels (1: 1 GiB, 2: 2 MiB, 3: 4 KiB). Encoding only; kernel/arch/paging walks.
#ifndef ENKEL_KERNEL_ARCH_AARCH64_PAGE_TABLE_ENTRY_H_
#define ENKEL_KERNEL_ARCH_AARCH64_PAGE_TABLE_ENTRY_H_

#include <cstdint>

#include "kernel/arch/address_space.h"
#include "kernel/base/address.h"

namespace kernel::arch {

// One 8-byte descriptor, encoded and decoded. [ARM ARM] D8.3. Interrupt-safe; nothing here touches memory.
struct PageTableEntry {
  // The descriptor that points to the next lower table at `physical` (4 KiB aligned).
  static constexpr std::uint64_t Table(std::uint64_t physical) { return physical | kValid | kTableOrPage; }

  // The descriptor that maps `physical` (aligned to the level's size) at level 1, 2 or 3. Access::kNone gives an
  // invalid descriptor that is not empty: the hardware looks at bit 0 alone, and Protect finds address and type again.
  static constexpr std::uint64_t Leaf(std::uint64_t physical, Access access, MemoryType type, int level) {
    // The access flag is always set: nobody counts accesses, and a clear one would fault.
    std::uint64_t entry = physical | kAccessFlag | kUserExecuteNever;
    entry |= type == MemoryType::kDevice ? kDeviceIndex : kInnerShareable;
    if (access == Access::kNone) return entry;
    if (access != Access::kReadWrite) entry |= kReadOnly;
    if (access != Access::kReadExecute) entry |= kExecuteNever;
    return entry | kValid | (level == 3 ? kTableOrPage : 0);
  }

  static constexpr bool IsPresent(std::uint64_t entry) { return (entry & kValid) != 0; }
  static constexpr bool IsTable(std::uint64_t entry, int level) {
    return level < 3 && (entry & (kValid | kTableOrPage)) == (kValid | kTableOrPage);
  }
  // Never mapped. (What Leaf makes is never zero: it has the access flag.)
  static constexpr bool IsEmpty(std::uint64_t entry) { return entry == 0; }
  static constexpr std::uint64_t Physical(std::uint64_t entry) { return entry & kAddressMask; }

  static constexpr Access AccessOf(std::uint64_t entry) {
    if (!IsPresent(entry)) return Access::kNone;
    if ((entry & kReadOnly) == 0) return Access::kReadWrite;
    return (entry & kExecuteNever) != 0 ? Access::kRead : Access::kReadExecute;
  }
  // Of a present leaf, from its bits alone, so that a walk can prove W^X.
  static constexpr bool IsWritable(std::uint64_t entry) { return (entry & kReadOnly) == 0; }
  static constexpr bool IsExecutable(std::uint64_t entry) { return (entry & kExecuteNever) == 0; }

  static constexpr MemoryType TypeOf(std::uint64_t entry) {
    return (entry & kDeviceIndex) != 0 ? MemoryType::kDevice : MemoryType::kNormal;
  }

 private:
  template <int n>
  static constexpr std::uint64_t kBit = std::uint64_t{1} << n;

  static constexpr std::uint64_t kValid = kBit<0>;
  static constexpr std::uint64_t kTableOrPage = kBit<1>;
  static constexpr std::uint64_t kDeviceIndex = kBit<2>;  // AttrIndx 1; start.S fills MAIR_EL1: 0 write-back, 1 nGnRE
  static constexpr std::uint64_t kReadOnly = kBit<7>;     // AP[2]
  static constexpr std::uint64_t kInnerShareable = kBit<9> | kBit<8>;
  static constexpr std::uint64_t kAccessFlag = kBit<10>;
  static constexpr std::uint64_t kExecuteNever = kBit<53>;      // PXN: EL1, where everything runs
  static constexpr std::uint64_t kUserExecuteNever = kBit<54>;  // UXN: EL0, which is never entered
  static constexpr std::uint64_t kAddressMask = kBit<48> - kPageSize;
};

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_AARCH64_PAGE_TABLE_ENTRY_H_
