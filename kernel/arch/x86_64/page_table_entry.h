// The format of an x86_64 page table entry, as kernel/arch/paging wants it.
#ifndef ENKEL_KERNEL_ARCH_X86_64_PAGE_TABLE_ENTRY_H_
#define ENKEL_KERNEL_ARCH_X86_64_PAGE_TABLE_ENTRY_H_

#include <cstdint>

#include "kernel/arch/address_space.h"
#include "kernel/arch/x86_64/boot_constants.h"

namespace kernel::arch {

// One entry of a table: level 1 = 1 GiB (the PDPT), 2 = 2 MiB, 3 = 4 KiB. Pure. [SDM] 3A 4.5.
// A leaf without access (Access::kNone) is not present but keeps its address and memory type.
struct PageTableEntry {
  // An entry that leads to a lower table at `physical`, a multiple of 4 KiB.
  static constexpr std::uint64_t Table(std::uint64_t physical) { return physical | ENKEL_X86_TABLE; }

  // `physical` is a multiple of what the level maps. A leaf of level 1 needs a CPU that has 1 GiB pages.
  static constexpr std::uint64_t Leaf(std::uint64_t physical, Access access, MemoryType type, int level) {
    std::uint64_t entry = physical | ENKEL_X86_LEAF;
    if (level < kPageLevel) entry |= ENKEL_X86_BLOCK;
    if (type == MemoryType::kDevice) entry |= kUncacheable;
    if (access == Access::kReadWrite) entry |= ENKEL_X86_WRITABLE;
    if (access != Access::kReadExecute) entry |= kNoExecute;
    if (access == Access::kNone || access == Access::kGuard) entry &= ~std::uint64_t{ENKEL_X86_PRESENT};
    if (access == Access::kGuard) entry |= ENKEL_X86_GUARD;
    return entry;
  }

  static constexpr bool IsPresent(std::uint64_t entry) { return (entry & ENKEL_X86_PRESENT) != 0; }
  static constexpr bool IsTable(std::uint64_t entry, int level) {
    return level < kPageLevel && IsPresent(entry) && (entry & ENKEL_X86_BLOCK) == 0;
  }
  static constexpr bool IsEmpty(std::uint64_t entry) { return entry == 0; }

  static constexpr std::uint64_t Physical(std::uint64_t entry) { return entry & kAddress; }

  // Of a leaf.
  static constexpr Access AccessOf(std::uint64_t entry) {
    if (!IsPresent(entry)) return (entry & ENKEL_X86_GUARD) != 0 ? Access::kGuard : Access::kNone;
    if ((entry & kNoExecute) == 0) return Access::kReadExecute;
    return (entry & ENKEL_X86_WRITABLE) != 0 ? Access::kReadWrite : Access::kRead;
  }
  static constexpr MemoryType TypeOf(std::uint64_t entry) {
    return (entry & ENKEL_X86_CACHE_DISABLE) != 0 ? MemoryType::kDevice : MemoryType::kNormal;
  }

  // The entry's own bits, for a proof of W^X that does not trust Leaf and AccessOf.
  static constexpr bool IsWritable(std::uint64_t entry) {
    return IsPresent(entry) && (entry & ENKEL_X86_WRITABLE) != 0;
  }
  static constexpr bool IsExecutable(std::uint64_t entry) { return IsPresent(entry) && (entry & kNoExecute) == 0; }

 private:
  static constexpr int kPageLevel = 3;
  static constexpr std::uint64_t kNoExecute = std::uint64_t{ENKEL_X86_NO_EXECUTE_HIGH} << 32;
  static constexpr std::uint64_t kAddress = 0x000f'ffff'ffff'f000;
  // Index 3 of the PAT: strong uncacheable.
  static constexpr std::uint64_t kUncacheable = ENKEL_X86_CACHE_DISABLE | ENKEL_X86_WRITE_THROUGH;
};

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_X86_64_PAGE_TABLE_ENTRY_H_
