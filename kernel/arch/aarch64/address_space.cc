// kernel/arch/address_space.h for EL1: the shared walker over TTBR0_EL1's tables, which are written through
// TTBR1_EL1's.
#include "kernel/arch/address_space.h"

#include "kernel/arch/aarch64/boot_constants.h"
#include "kernel/arch/aarch64/page_table_entry.h"
#include "kernel/arch/entropy.h"
#include "kernel/arch/paging/changes.h"
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

// A CPU of this age has no switch that lifts write protection. So each table has a second address, in the half of the
// address space that TTBR1_EL1 translates, which leads nowhere but while one of these lives. TTBR1_EL1 also says which
// ASID is current (TCR_EL1.A1), and the window's pages are not global: what a TLB keeps of them is dead afterwards.
class TableWindow {
 public:
  [[gnu::noinline]] explicit TableWindow(const std::uint64_t* slot)
      : slots_(reinterpret_cast<std::uint64_t*>(ENKEL_ARM_WINDOW + paging::PhysicalOfSlot(slot))) {
    asm volatile("mrs %0, daif\n\tmsr daifset, #3" : "=r"(masks_)::"memory");
    if (HasMasked()) start_ = ReadCounter();
    Select(ENKEL_ARM_WINDOW_ROOT_OFFSET, ENKEL_ARM_WINDOW_ASID);
  }
  [[gnu::noinline]] ~TableWindow() {
    Select(ENKEL_ARM_EMPTY_ROOT_OFFSET, 0);
    if (HasMasked()) paging::RecordChange(start_);
    asm volatile("msr daif, %0" ::"r"(masks_) : "memory");
  }
  TableWindow(const TableWindow&) = delete;
  TableWindow& operator=(const TableWindow&) = delete;

  std::uint64_t* slots() const { return slots_; }

 private:
  // Whether interrupts were not masked already: then whoever did that keeps the account.
  bool HasMasked() const {
    constexpr std::uint64_t kInterruptsMasked = 1 << 7;  // DAIF.I
    return (masks_ & kInterruptsMasked) == 0;
  }

  static void Select(std::uint64_t root_offset, std::uint64_t asid) {
    const std::uint64_t root = reinterpret_cast<std::uint64_t>(__boot_tables_start) + root_offset;
    asm volatile("msr ttbr1_el1, %0\n\tisb" ::"r"(root | asid) : "memory");
  }

  std::uint64_t* slots_;
  std::uint64_t masks_;
  std::uint64_t start_ = 0;
};

struct LiveTables {
  using Entry = PageTableEntry;
  using Window = TableWindow;

  static constexpr int kRootLevel = 0;
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
  // block is not mapped, and it may hold the stack: registers only. The window masks interrupts; SError, which would
  // need a stack too, is masked here.
  static void ReplaceBlock(std::uint64_t* slot, std::uint64_t table, VirtualAddress, std::uint64_t) {
    const TableWindow window(slot);
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
        : [slot] "r"(window.slots()), [table] "r"(table)
        : "memory");
  }
};

// Nothing in the window is ever replaced or split.
Result<void> MapInWindow(PhysicalAddress physical, std::uint64_t size) {
  const paging::MapOperation<LiveTables> operation{0, ENKEL_ARM_NOT_GLOBAL, Access::kReadWrite, kNormal};
  std::uint64_t* const root = LiveTables::Root() + ENKEL_ARM_WINDOW_ROOT_OFFSET / sizeof(std::uint64_t);
  Result<void> result = operation.Walk(root, 1, physical.value, physical.value + size, false);
  asm volatile("dsb ishst\n\tisb" ::: "memory");
  return result;
}

}  // namespace

bool OwnsPageTables() { return true; }

Result<void> AddTableMemory(VirtualAddress virtual_address, PhysicalAddress physical, std::uint64_t size) {
  Result<void> result = Map(virtual_address, physical, size, Access::kRead, kNormal);
  if (result) result = MapInWindow(physical, size);
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
