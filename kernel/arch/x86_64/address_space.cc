// The live page tables of the one address space: the shared mapper over this CPU's entries.
#include "kernel/arch/address_space.h"

#include <cstdint>

#include "kernel/arch/entropy.h"
#include "kernel/arch/paging/changes.h"
#include "kernel/arch/paging/mapper.h"
#include "kernel/arch/x86_64/cpuid.h"
#include "kernel/arch/x86_64/page_table_entry.h"

extern "C" std::uint64_t __boot_tables_start[];

namespace kernel::arch {
namespace {

// Above this many pages, forgetting every translation costs less than forgetting them one by one.
constexpr std::uint64_t kMostSingleInvalidations = 32;

constexpr std::uint64_t kWriteProtect = 1 << 16;  // CR0.WP

// Tables are read-only also for ring 0 as long as CR0.WP is set. While one of these lives it is not, and nothing can
// interrupt. [SDM] 3A 4.6.1
class TableWindow {
 public:
  explicit TableWindow(std::uint64_t* slots) : slots_(slots) {
    asm volatile("pushfq\n\tpopq %0\n\tcli" : "=r"(flags_) : : "memory");
    if (HasMasked()) start_ = ReadCounter();
    std::uint64_t cr0 = 0;
    asm volatile("mov %%cr0, %0" : "=r"(cr0) : : "memory");
    asm volatile("mov %0, %%cr0" : : "r"(cr0 & ~kWriteProtect) : "memory");
  }
  ~TableWindow() {
    std::uint64_t cr0 = 0;
    asm volatile("mov %%cr0, %0" : "=r"(cr0) : : "memory");
    asm volatile("mov %0, %%cr0" : : "r"(cr0 | kWriteProtect) : "memory");
    if (HasMasked()) paging::RecordChange(start_);
    asm volatile("pushq %0\n\tpopfq" : : "r"(flags_) : "memory", "cc");
  }
  TableWindow(const TableWindow&) = delete;
  TableWindow& operator=(const TableWindow&) = delete;

  std::uint64_t* slots() const { return slots_; }

 private:
  // Whether interrupts were not masked already: then whoever did that keeps the account.
  bool HasMasked() const {
    constexpr std::uint64_t kInterruptFlag = 1 << 9;
    return (flags_ & kInterruptFlag) != 0;
  }

  std::uint64_t* slots_;
  std::uint64_t flags_;
  std::uint64_t start_ = 0;
};

struct LiveTables {
  using Entry = PageTableEntry;
  using Window = TableWindow;

  static constexpr int kRootLevel = 0;
  static std::uint64_t* Root() { return __boot_tables_start; }  // the PML4

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
    paging::StoreEntry<LiveTables>(slot, table);
    Publish(block, size);
  }

  static bool HasGigabyteBlocks() { return (Cpuid(0x8000'0001).edx & (1U << 26)) != 0; }
};

}  // namespace

bool OwnsPageTables() { return true; }

Result<void> AddTableMemory(VirtualAddress virtual_address, PhysicalAddress physical, std::uint64_t size) {
  const Result<void> result = Map(virtual_address, physical, size, Access::kRead, MemoryType::kNormal);
  if (result) paging::SetTableMemory(virtual_address, physical, size);
  return result;
}

Result<void> Map(VirtualAddress virtual_address, PhysicalAddress physical, std::uint64_t size, Access access,
                 MemoryType type) {
  return paging::Map<LiveTables>(virtual_address, physical, size, access, type);
}

Result<void> Protect(VirtualAddress virtual_address, std::uint64_t size, Access access) {
  return paging::Protect<LiveTables>(virtual_address, size, access);
}

bool IsGuard(VirtualAddress page) { return paging::IsGuard<LiveTables>(page); }

Result<PhysicalAddress> Translate(VirtualAddress virtual_address) {
  return paging::Translate<LiveTables>(virtual_address);
}

void ForEachMapping(void (*visit)(void* context, const Mapping& mapping), void* context) {
  paging::ForEachMapping<LiveTables>(visit, context);
}

void ForEachTable(void (*visit)(void* context, PhysicalAddress table), void* context) {
  paging::VisitTables<LiveTables>(LiveTables::Root(), LiveTables::kRootLevel, visit, context);
}

}  // namespace kernel::arch
