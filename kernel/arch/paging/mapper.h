// Map, Protect, Translate and ForEachMapping of kernel/arch/address_space.h over real page tables, for every CPU whose
// tables have 512 entries of 8 bytes at each level: 512 GiB (level 0, the root), 1 GiB, 2 MiB, 4 KiB (level 3).
//
// A CPU instantiates the templates with a struct of its own:
//
//   struct LiveTables {
//     using Entry = PageTableEntry;        // kernel/arch/<cpu>/page_table_entry.h, see README.md of kernel/arch
//     using Window = TableWindow;          // opens tables for stores while it lives, interrupts masked
//     static constexpr int kRootLevel = 0; // of Root()
//     static std::uint64_t* Root();
//     static void Publish(VirtualAddress first, std::uint64_t size);   // barriers, forget cached translations
//     static void ReplaceBlock(std::uint64_t* slot, std::uint64_t table, VirtualAddress block, std::uint64_t size);
//     static bool HasGigabyteBlocks();     // whether a level-1 leaf exists on this machine
//   };
//
// Window(slot).slots() is where `slot` and its neighbours in the same table can be written. ReplaceBlock swaps a live
// block for a table of the same pages. aarch64 needs break-before-make, and nothing that lies in the block may be
// touched between break and make except by the table walker.
#ifndef ENKEL_KERNEL_ARCH_PAGING_MAPPER_H_
#define ENKEL_KERNEL_ARCH_PAGING_MAPPER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernel/arch/address_space.h"
#include "kernel/arch/paging/table_memory.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace kernel::arch::paging {

inline constexpr int kPageLevel = 3;
inline constexpr std::size_t kEntries = 512;

// Interrupts wait while a window is open: no more entries than this are written in one.
inline constexpr std::size_t kEntriesPerWindow = 64;

// Bytes that one entry of a level covers, and how many bits of an address say which of them.
constexpr unsigned EntryShift(int level) { return 12 + 9 * static_cast<unsigned>(kPageLevel - level); }
constexpr std::uint64_t EntrySize(int level) { return std::uint64_t{1} << EntryShift(level); }

constexpr std::size_t EntryIndex(std::uint64_t virtual_address, int level) {
  return (virtual_address / EntrySize(level)) % kEntries;
}

constexpr bool IsPageAligned(std::uint64_t value) { return value % kPageSize == 0; }

// Bytes that the tables of a CPU describe: where the root is level 0, half of what they could. That is what a process
// has elsewhere, and what x86_64 can map at the bottom.
template <typename Cpu>
constexpr std::uint64_t AddressSpaceSize() {
  return Cpu::kRootLevel == 0 ? EntrySize(0) * kEntries / 2 : EntrySize(0);
}

template <typename Cpu>
constexpr bool IsPageRange(VirtualAddress first, std::uint64_t size) {
  constexpr std::uint64_t kSize = AddressSpaceSize<Cpu>();
  return IsPageAligned(first.value) && IsPageAligned(size) && first.value <= kSize && size <= kSize - first.value;
}

// Stores first, first + step, ... into `count` entries of one table. Another observer (the table walker) must not see
// an entry before what it leads to.
template <typename Cpu>
[[gnu::noinline]] void StoreEntries(std::uint64_t* slot, std::size_t count, std::uint64_t first, std::uint64_t step) {
  while (count > 0) {
    const std::size_t now = std::min(count, kEntriesPerWindow);
    const typename Cpu::Window window(slot);
    std::uint64_t* at = window.slots();
    std::uint64_t* const end = at + now;
    for (; at != end; ++at, first += step) __atomic_store_n(at, first, __ATOMIC_RELEASE);
    slot += now;
    count -= now;
  }
}

template <typename Cpu>
void StoreEntry(std::uint64_t* slot, std::uint64_t value) {
  StoreEntries<Cpu>(slot, 1, value, 0);
}

template <typename Cpu>
void MakeEmpty(std::uint64_t* table) {
  const typename Cpu::Window window(table);
  __builtin_memset(window.slots(), 0, kPageSize);
}

// Fills `table`, which nothing leads to yet, with the leaves that say together what the leaf `old` of `level` said.
template <typename Cpu>
void FillWithParts(std::uint64_t* table, std::uint64_t old, int level) {
  using Entry = typename Cpu::Entry;
  using Pair [[gnu::vector_size(16), gnu::may_alias]] = std::uint64_t;
  const std::uint64_t first = Entry::Leaf(Entry::Physical(old), Entry::AccessOf(old), Entry::TypeOf(old), level + 1);
  const std::uint64_t size = EntrySize(level + 1);
  Pair pair = {first, first + size};
  for (std::size_t done = 0; done < kEntries; done += kEntriesPerWindow) {
    const typename Cpu::Window window(table + done);
    auto* const at = reinterpret_cast<Pair*>(window.slots());
    for (std::size_t i = 0; i < kEntriesPerWindow / 2; ++i, pair += 2 * size) at[i] = pair;
  }
}

// The table that `slot` leads to: the one that is there, or a new one that says the same as the entry did.
// Null when no table page is left; nothing is changed then.
template <typename Cpu>
[[gnu::noinline]] std::uint64_t* TableBelow(std::uint64_t* slot, int level, std::uint64_t virtual_address) {
  using Entry = typename Cpu::Entry;
  const std::uint64_t old = *slot;
  if (Entry::IsTable(old, level)) return TableAt(Entry::Physical(old));

  const std::uint64_t physical = TakeTablePage();
  if (physical == 0) return nullptr;
  std::uint64_t* table = TableAt(physical);
  const std::uint64_t table_entry = Entry::Table(physical);

  if (Entry::IsEmpty(old)) {
    MakeEmpty<Cpu>(table);
  } else {
    FillWithParts<Cpu>(table, old, level);
  }
  if (Entry::IsPresent(old)) {
    const std::uint64_t size = EntrySize(level);
    Cpu::ReplaceBlock(slot, table_entry, {RoundDown(virtual_address, size)}, size);
  } else {
    StoreEntry<Cpu>(slot, table_entry);
  }
  return table;
}

// Forgets a present translation where the page moves or changes its type: two different ones must never be cached at
// the same time.
template <typename Cpu>
void ForgetIfDifferent(std::uint64_t* slot, std::uint64_t leaf, int level, std::uint64_t virtual_address) {
  using Entry = typename Cpu::Entry;
  const std::uint64_t old = *slot;
  if (Entry::Physical(old) != Entry::Physical(leaf) || Entry::TypeOf(old) != Entry::TypeOf(leaf)) {
    StoreEntry<Cpu>(slot, 0);
    Cpu::Publish({virtual_address}, EntrySize(level));
  }
}

struct TableAndLevel {
  std::uint64_t* table;
  int level;
};

// Where a walk over [first, last) begins: the last table that leads to all of it.
template <typename Cpu>
TableAndLevel TableFor(std::uint64_t first, std::uint64_t last) {
  std::uint64_t* table = Cpu::Root();
  const std::uint64_t different = first ^ (last - 1);  // bits
  for (int level = Cpu::kRootLevel; level < kPageLevel; ++level) {
    const std::uint64_t entry = table[EntryIndex(first, level)];
    if (different >= EntrySize(level) || !Cpu::Entry::IsTable(entry, level)) return {table, level};
    table = TableAt(Cpu::Entry::Physical(entry));
  }
  return {table, kPageLevel};
}

template <typename Cpu>
struct MapOperation {
  using Entry = typename Cpu::Entry;
  std::uint64_t offset;     // physical - virtual, modulo 2^64
  std::uint64_t more_bits;  // of each leaf
  Access access;
  MemoryType type;

  // Walks one table over [first, last); `table` covers both. `is_empty`: it is new, and no entry leads anywhere.
  Result<void> Walk(std::uint64_t* table, int level, std::uint64_t first, std::uint64_t last, bool is_empty) const {
    const std::uint64_t size = EntrySize(level);
    while (first < last) {
      std::uint64_t* slot = &table[EntryIndex(first, level)];
      if (const std::size_t leaves = CountLeaves(slot, level, first, last); leaves > 0) {
        StoreLeaves(slot, leaves, level, first, is_empty);
        first += leaves * size;
        continue;
      }
      const std::uint64_t next = std::min(last, RoundDown(first, size) + size);
      const bool makes_table = Entry::IsEmpty(*slot);
      std::uint64_t* below = TableBelow<Cpu>(slot, level, first);
      if (below == nullptr) return Fail(Error::kOutOfMemory);
      if (Result<void> result = Walk(below, level + 1, first, next, makes_table); !result) return result;
      first = next;
    }
    return {};
  }

  // How many entries from `slot` on can be leaves of [first, last).
  std::size_t CountLeaves(const std::uint64_t* slot, int level, std::uint64_t first, std::uint64_t last) const {
    if (level == kPageLevel) return (last - first) / kPageSize;
    const std::uint64_t size = EntrySize(level);
    if (level == 0 || (level == 1 && !Cpu::HasGigabyteBlocks())) return 0;
    if (first % size != 0 || (first + offset) % size != 0) return 0;
    std::size_t count = 0;
    while (last - first >= size && !Entry::IsTable(slot[count], level)) {
      ++count;
      first += size;
    }
    return count;
  }

  void StoreLeaves(std::uint64_t* slot, std::size_t count, int level, std::uint64_t first, bool are_empty) const {
    const std::uint64_t size = EntrySize(level);
    const std::uint64_t leaf = Entry::Leaf(first + offset, access, type, level) | more_bits;
    for (std::size_t i = 0; i < count && !are_empty; ++i) {
      if (Entry::IsPresent(slot[i])) ForgetIfDifferent<Cpu>(slot + i, leaf + i * size, level, first + i * size);
    }
    StoreEntries<Cpu>(slot, count, leaf, size);
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
      if (const std::size_t leaves = CountLeaves(slot, level, first, last); leaves > 0) {
        const std::uint64_t leaf = Entry::Leaf(Entry::Physical(*slot), access, Entry::TypeOf(*slot), level);
        if (Entry::AccessOf(*slot) != access) {
          StoreEntries<Cpu>(slot, leaves, leaf, size);
          changed = true;
        }
        first += leaves * size;
        continue;
      }
      const std::uint64_t next = std::min(last, RoundDown(first, size) + size);
      if (Result<void> result = Descend(slot, level, first, next); !result) return result;
      first = next;
    }
    return {};
  }

  // How many entries from `slot` on are leaves within [first, last) that differ in nothing but their addresses, which
  // follow each other.
  std::size_t CountLeaves(const std::uint64_t* slot, int level, std::uint64_t first, std::uint64_t last) const {
    const std::uint64_t size = EntrySize(level);
    const std::uint64_t leaf = *slot;
    if (first % size != 0 || Entry::IsTable(leaf, level) || Entry::IsEmpty(leaf) || !MayChange(leaf)) return 0;
    const std::uint64_t* const end = slot + (last - first) / size;
    const std::uint64_t* at = slot;
    for (std::uint64_t expected = leaf; at != end && *at == expected; ++at) expected += size;
    return static_cast<std::size_t>(at - slot);
  }

  // A guard may be closed for good, and nothing else.
  bool MayChange(std::uint64_t old) const { return Entry::AccessOf(old) != Access::kGuard || access == Access::kNone; }

  Result<void> Descend(std::uint64_t* slot, int level, std::uint64_t first, std::uint64_t next) {
    const std::uint64_t old = *slot;
    if (!Entry::IsTable(old, level)) {
      if (Entry::IsEmpty(old) || !MayChange(old)) return Fail(Error::kNotFound);
      if (Entry::AccessOf(old) == access) return {};
    }
    std::uint64_t* below = TableBelow<Cpu>(slot, level, first);
    if (below == nullptr) return Fail(Error::kOutOfMemory);
    if (!Entry::IsTable(old, level) && level + 1 == kPageLevel) {
      // All entries of the new table are alike: no need to look at each.
      const std::uint64_t physical = Entry::Physical(old) + first % EntrySize(level);
      StoreEntries<Cpu>(&below[EntryIndex(first, kPageLevel)], (next - first) / kPageSize,
                        Entry::Leaf(physical, access, Entry::TypeOf(old), kPageLevel), kPageSize);
      changed = true;
      return {};
    }
    return Walk(below, level + 1, first, next);
  }
};

// The entry that says what `virtual_address` is, and its level: a leaf, or one that is empty.
template <typename Cpu>
std::uint64_t FindEntry(std::uint64_t virtual_address, int& level) {
  level = Cpu::kRootLevel;
  std::uint64_t entry = Cpu::Root()[EntryIndex(virtual_address, level)];
  while (Cpu::Entry::IsTable(entry, level)) {
    ++level;
    entry = TableAt(Cpu::Entry::Physical(entry))[EntryIndex(virtual_address, level)];
  }
  return entry;
}

// As kernel::arch::Map.
template <typename Cpu>
Result<void> Map(VirtualAddress virtual_address, PhysicalAddress physical, std::uint64_t size, Access access,
                 MemoryType type) {
  if (!IsPageRange<Cpu>(virtual_address, size) || !IsPageAligned(physical.value)) return Fail(Error::kInvalidArgument);
  if (physical.value + size < physical.value || access == Access::kReadExecute) return Fail(Error::kInvalidArgument);
  const MapOperation<Cpu> operation{physical.value - virtual_address.value, 0, access, type};
  const auto [table, level] = TableFor<Cpu>(virtual_address.value, virtual_address.value + size);
  Result<void> result = operation.Walk(table, level, virtual_address.value, virtual_address.value + size, false);
  Cpu::Publish(virtual_address, size);
  return result;
}

// As kernel::arch::Protect. Pages before the one that failed have the new access.
template <typename Cpu>
Result<void> Protect(VirtualAddress virtual_address, std::uint64_t size, Access access) {
  if (!IsPageRange<Cpu>(virtual_address, size)) return Fail(Error::kInvalidArgument);
  if (access == Access::kReadExecute) return Fail(Error::kInvalidArgument);
  ProtectOperation<Cpu> operation{access};
  const auto [table, level] = TableFor<Cpu>(virtual_address.value, virtual_address.value + size);
  Result<void> result = operation.Walk(table, level, virtual_address.value, virtual_address.value + size);
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
      VisitTable<Cpu>(TableAt(Entry::Physical(entry)), level + 1, first, visit, context);
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

// `table` and those below it.
template <typename Cpu>
void VisitTables(const std::uint64_t* table, int level, void (*visit)(void* context, PhysicalAddress table),
                 void* context) {
  visit(context, {PhysicalOfSlot(table)});
  for (std::size_t i = 0; i < kEntries; ++i) {
    if (!Cpu::Entry::IsTable(table[i], level)) continue;
    VisitTables<Cpu>(TableAt(Cpu::Entry::Physical(table[i])), level + 1, visit, context);
  }
}

// As kernel::arch::ForEachMapping. Writable and executable come from the entry's own bits, not from AccessOf, which
// cannot say "both": a walk that proves W^X must not trust the encoder that it checks.
template <typename Cpu>
void ForEachMapping(void (*visit)(void* context, const Mapping& mapping), void* context) {
  VisitTable<Cpu>(Cpu::Root(), Cpu::kRootLevel, 0, visit, context);
}

// As kernel::arch::Translate.
template <typename Cpu>
Result<PhysicalAddress> Translate(VirtualAddress virtual_address) {
  if (virtual_address.value >= AddressSpaceSize<Cpu>()) return Fail(Error::kNotFound);
  int level = 0;
  const std::uint64_t entry = FindEntry<Cpu>(virtual_address.value, level);
  if (Cpu::Entry::IsEmpty(entry)) return Fail(Error::kNotFound);
  return PhysicalAddress{Cpu::Entry::Physical(entry) + virtual_address.value % EntrySize(level)};
}

// As kernel::arch::IsGuard.
template <typename Cpu>
bool IsGuard(VirtualAddress page) {
  int level = 0;
  return page.value < AddressSpaceSize<Cpu>() &&
         Cpu::Entry::AccessOf(FindEntry<Cpu>(page.value, level)) == Access::kGuard;
}

}  // namespace kernel::arch::paging

#endif  // ENKEL_KERNEL_ARCH_PAGING_MAPPER_H_
