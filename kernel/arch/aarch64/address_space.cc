// kernel/arch/address_space.h for EL1: the shared walker over TTBR0_EL1's tables.
#include "kernel/arch/address_space.h"

#include "kernel/arch/aarch64/boot_constants.h"
#include "kernel/arch/aarch64/page_table_entry.h"
#include "kernel/arch/paging/mapper.h"

extern "C" {
extern std::uint64_t __boot_tables_start[];  // kernel/boot/image.ld; boot_tables.S puts the root first
}

namespace kernel::arch {
namespace {

// boot_tables.S speaks the same language.
constexpr MemoryType kNormal = MemoryType::kNormal;
static_assert(ENKEL_ARM_TABLE == PageTableEntry::Table(0));
static_assert(ENKEL_ARM_CODE_PAGE == PageTableEntry::Leaf(0, Access::kReadExecute, kNormal, 3));
static_assert(ENKEL_ARM_CONSTANT_PAGE == PageTableEntry::Leaf(0, Access::kRead, kNormal, 3));
static_assert(ENKEL_ARM_DATA_PAGE == PageTableEntry::Leaf(0, Access::kReadWrite, kNormal, 3));
static_assert(ENKEL_ARM_DEVICE_BLOCK == PageTableEntry::Leaf(0, Access::kReadWrite, MemoryType::kDevice, 2));

struct LiveTables {
  using Entry = PageTableEntry;

  static std::uint64_t* Root() { return __boot_tables_start; }
  static constexpr bool HasGigabyteBlocks() { return true; }

  // Makes the writes visible to the table walker, then drops old translations. [ARM ARM] D8.13
  [[gnu::noinline]] static void Publish(VirtualAddress first, std::uint64_t size) {
    // Above, throwing the whole TLB away costs less than naming each page.
    constexpr std::uint64_t kMostPagesNamed = 16;
    asm volatile("dsb ishst" ::: "memory");
    if (size <= kMostPagesNamed * kPageSize) {
      for (std::uint64_t offset = 0; offset < size; offset += kPageSize) {
        asm volatile("tlbi vaae1is, %0" ::"r"((first.value + offset) / kPageSize) : "memory");
      }
    } else {
      asm volatile("tlbi vmalle1is" ::: "memory");
    }
    asm volatile("dsb ish\n\tisb" ::: "memory");
  }

  // Break-before-make: a TLB may never hold the block and a page of it at the same time. Between break and make the
  // block is not mapped, and it may hold the stack and the exception stack: registers only, and nothing may interrupt.
  static void ReplaceBlock(std::uint64_t* slot, std::uint64_t table, VirtualAddress, std::uint64_t) {
    std::uint64_t saved_masks;
    asm volatile(
        "mrs %[masks], daif\n\t"
        "msr daifset, #15\n\t"
        "dsb ishst\n\t"  // the table's contents
        "str xzr, [%[slot]]\n\t"
        "dsb ishst\n\t"
        "tlbi vmalle1is\n\t"
        "dsb ish\n\t"
        "str %[table], [%[slot]]\n\t"
        "dsb ishst\n\t"
        "isb\n\t"
        "msr daif, %[masks]"
        : [masks] "=&r"(saved_masks)
        : [slot] "r"(slot), [table] "r"(table)
        : "memory");
  }
};

}  // namespace

Result<void> Map(VirtualAddress virtual_address, PhysicalAddress physical, std::uint64_t size, Access access,
                 MemoryType type) {
  return paging::Map<LiveTables>(virtual_address, physical, size, access, type);
}

Result<void> Protect(VirtualAddress virtual_address, std::uint64_t size, Access access) {
  return paging::Protect<LiveTables>(virtual_address, size, access);
}

void ForEachMapping(void (*visit)(void* context, const Mapping& mapping), void* context) {
  paging::ForEachMapping<LiveTables>(visit, context);
}

}  // namespace kernel::arch
