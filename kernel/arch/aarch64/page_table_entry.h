// Translation table descriptors of the 4 KiB granule, as this kernel uses them: stage 1 of EL1, 48-bit addresses, four
// levels (0: 512 GiB, 1: 1 GiB, 2: 2 MiB, 3: 4 KiB). Encoding only; kernel/arch/paging walks.
#ifndef ENKEL_KERNEL_ARCH_AARCH64_PAGE_TABLE_ENTRY_H_
#define ENKEL_KERNEL_ARCH_AARCH64_PAGE_TABLE_ENTRY_H_

#include <cstdint>

#include "kernel/arch/aarch64/boot_constants.h"
#include "kernel/arch/address_space.h"
#include "kernel/base/address.h"

namespace kernel::arch {

// One 8-byte descriptor, encoded and decoded. [ARM ARM] D8.3. Interrupt-safe; nothing here touches memory.
struct PageTableEntry {
  // The descriptor that points to the next lower table at `physical` (4 KiB aligned).
  static constexpr std::uint64_t Table(std::uint64_t physical) { return physical | ENKEL_ARM_TABLE; }

  // The descriptor that maps `physical` (aligned to the level's size) at level 1, 2 or 3. Access::kNone gives an
  // invalid descriptor that is not empty: the hardware looks at bit 0 alone, and Protect finds address and type again.
  static constexpr std::uint64_t Leaf(std::uint64_t physical, Access access, MemoryType type, int level) {
    std::uint64_t entry = physical | ENKEL_ARM_LEAF;
    entry |= type == MemoryType::kDevice ? ENKEL_ARM_DEVICE_INDEX : ENKEL_ARM_INNER_SHAREABLE;
    if (access == Access::kNone) return entry;
    if (access == Access::kGuard) return entry | ENKEL_ARM_GUARD;
    if (access != Access::kReadWrite) entry |= ENKEL_ARM_READ_ONLY;
    if (access != Access::kReadExecute) entry |= ENKEL_ARM_EXECUTE_NEVER;
    return entry | ENKEL_ARM_VALID | (level == 3 ? ENKEL_ARM_TABLE_OR_PAGE : 0);
  }

  static constexpr bool IsPresent(std::uint64_t entry) { return (entry & ENKEL_ARM_VALID) != 0; }
  static constexpr bool IsTable(std::uint64_t entry, int level) {
    return level < 3 && (entry & ENKEL_ARM_TABLE) == ENKEL_ARM_TABLE;
  }
  // Never mapped. (What Leaf makes is never zero: it has the access flag.)
  static constexpr bool IsEmpty(std::uint64_t entry) { return entry == 0; }
  static constexpr std::uint64_t Physical(std::uint64_t entry) { return entry & kAddressMask; }

  static constexpr Access AccessOf(std::uint64_t entry) {
    if (!IsPresent(entry)) return (entry & ENKEL_ARM_GUARD) != 0 ? Access::kGuard : Access::kNone;
    if (IsWritable(entry)) return Access::kReadWrite;
    return IsExecutable(entry) ? Access::kReadExecute : Access::kRead;
  }
  // Of a present leaf, from its bits alone, so that a walk can prove W^X.
  static constexpr bool IsWritable(std::uint64_t entry) { return (entry & ENKEL_ARM_READ_ONLY) == 0; }
  static constexpr bool IsExecutable(std::uint64_t entry) { return (entry & ENKEL_ARM_EXECUTE_NEVER) == 0; }

  static constexpr MemoryType TypeOf(std::uint64_t entry) {
    return (entry & ENKEL_ARM_DEVICE_INDEX) != 0 ? MemoryType::kDevice : MemoryType::kNormal;
  }

 private:
  static constexpr std::uint64_t kAddressMask = 0x0000'ffff'ffff'f000;
};

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_AARCH64_PAGE_TABLE_ENTRY_H_
