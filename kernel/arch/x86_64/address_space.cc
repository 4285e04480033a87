// The live page tables of the one address space: the shared mapper over this CPU's entries.
#include "kernel/arch/address_space.h"

#include <cstdint>

#include "kernel/arch/paging/mapper.h"
#include "kernel/arch/x86_64/cpuid.h"
#include "kernel/arch/x86_64/page_table_entry.h"

extern "C" std::uint64_t __boot_tables_start[];

namespace kernel::arch {
namespace {

// Above this many pages, forgetting every translation costs less than forgetting them one by one.
constexpr std::uint64_t kMostSingleInvalidations = 32;

struct LiveTables {
  using Entry = PageTableEntry;

  // The PDPT under entry 0 of the PML4: start.S puts it into the second boot table page.
  static std::uint64_t* Root() { return __boot_tables_start + paging::kEntries; }

  // CR3 drops everything, since no page is global. [SDM] 3A 4.10.4.1.
  static void Publish(VirtualAddress first, std::uint64_t size) {
    if (size / kPageSize > kMostSingleInvalidations) {
      std::uint64_t cr3 = 0;
      asm volatile("mov %%cr3, %0\n\tmov %0, %%cr3" : "=r"(cr3) : : "memory");
      return;
    }
    for (std::uint64_t page = first.value; page < first.value + size; page += kPageSize) {
      asm volatile("invlpg (%0)" : : "r"(page) : "memory");
    }
  }

  // The table says the same as the block did, so the walker may find either while this runs. [SDM] 3A 4.10.4.2.
  static void ReplaceBlock(std::uint64_t* slot, std::uint64_t table, VirtualAddress block, std::uint64_t size) {
    paging::StoreEntry(slot, table);
    Publish(block, size);
  }

  static bool HasGigabyteBlocks() { return (Cpuid(0x8000'0001).edx & (1U << 26)) != 0; }
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
