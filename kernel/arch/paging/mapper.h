// Map, Protect and ForEachMapping of kernel/arch/address_space.h over real page tables, for every CPU whose tables have
// 512 entries of 8 bytes at each level: 1 GiB (level 1, the root), 2 MiB (level 2), 4 KiB (level 3).
//
// A CPU instantiates the three templates with a struct of its own:
//
//   struct LiveTables {
//     using Entry = PageTableEntry;        // kernel/arch/<cpu>/page_table_entry.h, see README.md of kernel/arch
//     static std::uint64_t* Root();        // the 512-GiB table
//     static void Publish(VirtualAddress first, std::uint64_t size);   // barriers, forget cached translations
//     static void ReplaceBlock(std::uint64_t* slot, std::uint64_t table, VirtualAddress block, std::uint64_t size);
//     static bool HasGigabyteBlocks();     // whether a level-1 leaf exists on this machine
//   };
//
// ReplaceBlock swaps a live block for a table of the same pages. aarch64 needs break-before-make, and nothing that lies
// in the block may be touched between break and make except by the table walker: not the stack, and not the table that
// holds `slot`. The first is the CPU's business (registers only), the second is SplitOwnBlock's below.
#ifndef ENKEL_KERNEL_ARCH_PAGING_MAPPER_H_
#define ENKEL_KERNEL_ARCH_PAGING_MAPPER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernel/arch/address_space.h"
#include "kernel/arch/paging/table_page_source.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace kernel::arch::paging {

inline constexpr int kRootLevel = 1;
inline constexpr int kPageLevel = 3;
inline constexpr std::size_t kEntries = 512;
inline constexpr std::uint64_t kAddressSpaceSize = std::uint64_t{512} << 30;  // bytes

// Bytes that one entry of a level covers.
constexpr std::uint64_t EntrySize(int level) { return std::uint64_t{kPageSize} << (9 * (kPageLevel - level)); }

constexpr std::size_t EntryIndex(std::uint64_t virtual_address, int level) {
  return (virtual_address / EntrySize(level)) % kEntries;
}

constexpr bool IsPageAligned(std::uint64_t value) { return value % kPageSize == 0; }

constexpr bool IsPageRange(VirtualAddress first, std::uint64_t size) {
  return IsPageAligned(first.value) && IsPageAligned(size) && first.value <= kAddressSpaceSize &&
         size <= kAddressSpaceSize - first.value;
}

// Another observer (the table walker) must not see the entry before what it leads to.
inline void StoreEntry(std::uint64_t* slot, std::uint64_t value) { __atomic_store_n(slot, value, __ATOMIC_RELEASE); }

// Fills `table` with the leaves that say together what the leaf `old` of `level` said.
template <typename Cpu>
void FillWithParts(std::uint64_t* table, std::uint64_t old, int level) {
  using Entry = typename Cpu::Entry;
  std::uint64_t physical = Entry::Physical(old);
  for (std::size_t i = 0; i < kEntries; ++i, physical += EntrySize(level + 1)) {
    table[i] = Entry::Leaf(physical, Entry::AccessOf(old), Entry::TypeOf(old), level + 1);
  }
}

// A table of 2 MiB blocks that lies in one of these blocks could not be written while that block is replaced. So the
// block is made of pages before the table goes live. False when no table page is left.
template <typename Cpu>
bool SplitOwnBlock(std::uint64_t* table, int level, std::uint64_t virtual_address) {
  const auto own_address = reinterpret_cast<std::uint64_t>(table);
  if (level != 1 || own_address / EntrySize(1) != virtual_address / EntrySize(1)) return true;
  auto* pages = reinterpret_cast<std::uint64_t*>(TakeTablePage());
  if (pages == nullptr) return false;
  std::uint64_t* slot = &table[EntryIndex(own_address, 2)];
  FillWithParts<Cpu>(pages, *slot, 2);
  StoreEntry(slot, Cpu::Entry::Table(reinterpret_cast<std::uint64_t>(pages)));
  return true;
}

// The table that `slot` leads to: the one that is there, or a new one that says the same as the entry did.
// Null when no table page is left; nothing is changed then.
template <typename Cpu>
std::uint64_t* TableBelow(std::uint64_t* slot, int level, std::uint64_t virtual_address) {
  using Entry = typename Cpu::Entry;
  const std::uint64_t old = *slot;
  if (Entry::IsTable(old, level)) return reinterpret_cast<std::uint64_t*>(Entry::Physical(old));

  auto* table = reinterpret_cast<std::uint64_t*>(TakeTablePage());
  if (table == nullptr) return nullptr;
  const std::uint64_t table_entry = Entry::Table(reinterpret_cast<std::uint64_t>(table));

  if (Entry::IsEmpty(old)) {
    for (std::size_t i = 0; i < kEntries; ++i) table[i] = old;
    StoreEntry(slot, table_entry);
    return table;
  }
  FillWithParts<Cpu>(table, old, level);
  if (!SplitOwnBlock<Cpu>(table, level, virtual_address)) return nullptr;
  if (Entry::IsPresent(old)) {
    const std::uint64_t size = EntrySize(level);
    Cpu::ReplaceBlock(slot, table_entry, {RoundDown(virtual_address, size)}, size);
  } else {
    StoreEntry(slot, table_entry);
  }
  return table;
}

// Stores a new leaf. Where the page moves or changes its type, the old translation is forgotten first: two different
// ones must never be cached at the same time.
template <typename Cpu>
void ReplaceLeaf(std::uint64_t* slot, std::uint64_t leaf, int level, std::uint64_t virtual_address) {
  using Entry = typename Cpu::Entry;
  const std::uint64_t old = *slot;
  if (Entry::IsPresent(old) &&
      (Entry::Physical(old) != Entry::Physical(leaf) || Entry::TypeOf(old) != Entry::TypeOf(leaf))) {
    StoreEntry(slot, 0);
    Cpu::Publish({virtual_address}, EntrySize(level));
  }
  StoreEntry(slot, leaf);
}

template <typename Cpu>
struct MapOperation {
  using Entry = typename Cpu::Entry;
  std::uint64_t offset;  // physical - virtual, modulo 2^64
  Access access;
  MemoryType type;

  // Walks one table over [first, last); `table` covers both.
  Result<void> Walk(std::uint64_t* table, int level, std::uint64_t first, std::uint64_t last) const {
    const std::uint64_t size = EntrySize(level);
    while (first < last) {
      std::uint64_t* slot = &table[EntryIndex(first, level)];
      const std::uint64_t next = std::min(last, RoundDown(first, size) + size);
      if (FitsLeaf(*slot, level, first, next)) {
        ReplaceLeaf<Cpu>(slot, Entry::Leaf(first + offset, access, type, level), level, first);
      } else {
        std::uint64_t* below = TableBelow<Cpu>(slot, level, first);
        if (below == nullptr) return Fail(Error::kOutOfMemory);
        if (Result<void> result = Walk(below, level + 1, first, next); !result) return result;
      }
      first = next;
    }
    return {};
  }

  bool FitsLeaf(std::uint64_t old, int level, std::uint64_t first, std::uint64_t next) const {
    if (level == kPageLevel) return true;
    const std::uint64_t size = EntrySize(level);
    if (level == 1 && !Cpu::HasGigabyteBlocks()) return false;
    return next - first == size && (first + offset) % size == 0 && !Entry::IsTable(old, level);
  }
};

template <typename Cpu>
struct ProtectOperation {
  using Entry = typename Cpu::Entry;
  Access access;
  bool changed = false;

  Result<void> Walk(std::uint64_t* table, int level, std::uint64_t first, std::uint64_t last) {
    const std::uint64_t size = EntrySize(level);
    while (first < last) {
      std::uint64_t* slot = &table[EntryIndex(first, level)];
      const std::uint64_t next = std::min(last, RoundDown(first, size) + size);
      if (Result<void> result = Change(slot, level, first, next); !result) return result;
      first = next;
    }
    return {};
  }

  Result<void> Change(std::uint64_t* slot, int level, std::uint64_t first, std::uint64_t next) {
    const std::uint64_t old = *slot;
    if (!Entry::IsTable(old, level)) {
      if (Entry::IsEmpty(old)) return Fail(Error::kNotFound);
      if (Entry::AccessOf(old) == access) return {};
      if (next - first == EntrySize(level)) {
        StoreEntry(slot, Entry::Leaf(Entry::Physical(old), access, Entry::TypeOf(old), level));
        changed = true;
        return {};
      }
    }
    std::uint64_t* below = TableBelow<Cpu>(slot, level, first);
    if (below == nullptr) return Fail(Error::kOutOfMemory);
    return Walk(below, level + 1, first, next);
  }
};

// As kernel::arch::Map.
template <typename Cpu>
Result<void> Map(VirtualAddress virtual_address, PhysicalAddress physical, std::uint64_t size, Access access,
                 MemoryType type) {
  if (!IsPageRange(virtual_address, size) || !IsPageAligned(physical.value)) return Fail(Error::kInvalidArgument);
  if (physical.value + size < physical.value) return Fail(Error::kInvalidArgument);
  const MapOperation<Cpu> operation{physical.value - virtual_address.value, access, type};
  Result<void> result = operation.Walk(Cpu::Root(), kRootLevel, virtual_address.value, virtual_address.value + size);
  Cpu::Publish(virtual_address, size);
  return result;
}

// As kernel::arch::Protect. Pages before the one that failed have the new access.
template <typename Cpu>
Result<void> Protect(VirtualAddress virtual_address, std::uint64_t size, Access access) {
  if (!IsPageRange(virtual_address, size)) return Fail(Error::kInvalidArgument);
  ProtectOperation<Cpu> operation{access};
  Result<void> result = operation.Walk(Cpu::Root(), kRootLevel, virtual_address.value, virtual_address.value + size);
  if (operation.changed) Cpu::Publish(virtual_address, size);
  return result;
}

template <typename Cpu>
void VisitTable(const std::uint64_t* table, int level, std::uint64_t first,
                void (*visit)(void* context, const Mapping& mapping), void* context) {
  using Entry = typename Cpu::Entry;
  for (std::size_t i = 0; i < kEntries; ++i, first += EntrySize(level)) {
    const std::uint64_t entry = table[i];
    if (Entry::IsTable(entry, level)) {
      VisitTable<Cpu>(reinterpret_cast<const std::uint64_t*>(Entry::Physical(entry)), level + 1, first, visit, context);
    } else if (Entry::IsPresent(entry)) {
      visit(context, {.virtual_address = {first},
                      .physical = {Entry::Physical(entry)},
                      .size = EntrySize(level),
                      .readable = true,
                      .writable = Entry::IsWritable(entry),
                      .executable = Entry::IsExecutable(entry),
                      .type = Entry::TypeOf(entry)});
    }
  }
}

// As kernel::arch::ForEachMapping. Writable and executable come from the entry's own bits, not from AccessOf, which
// cannot say "both": a walk that proves W^X must not trust the encoder that it checks.
template <typename Cpu>
void ForEachMapping(void (*visit)(void* context, const Mapping& mapping), void* context) {
  VisitTable<Cpu>(Cpu::Root(), kRootLevel, 0, visit, context);
}

}  // namespace kernel::arch::paging

#endif  // ENKEL_KERNEL_ARCH_PAGING_MAPPER_H_
