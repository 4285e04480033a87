// The mapper over an entry format of its own and tables in host memory. The fake CPU checks what a real one would
// punish: tables in a block that is being replaced, and translations that nobody was told to forget.
#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/arch/paging/mapper.h"

namespace kernel::arch {
namespace {

constexpr std::uint64_t kPage = kPageSize;
constexpr std::uint64_t kBlock = kBlockSize;
constexpr std::uint64_t kGigabyte = std::uint64_t{1} << 30;
constexpr std::uint64_t kTop = std::uint64_t{128} << 40;

// Bits 0-1: 1 = leaf, 2 = table, 3 = remembered. Bits 2-3: access. Bit 4: device. Bit 5: guard. Bits 12..: address.
struct FakeEntry {
  static constexpr std::uint64_t Table(std::uint64_t physical) { return physical | 2; }
  static constexpr std::uint64_t Leaf(std::uint64_t physical, Access access, MemoryType type, int level) {
    EXPECT_EQ(physical % paging::EntrySize(level), 0u);
    const std::uint64_t device = type == MemoryType::kDevice ? 16 : 0;
    if (access == Access::kNone) return physical | device | 3;
    if (access == Access::kGuard) return physical | device | 3 | 32;
    return physical | device | (static_cast<std::uint64_t>(access) << 2) | 1;
  }
  static constexpr bool IsEmpty(std::uint64_t entry) { return entry == 0; }
  static constexpr bool IsPresent(std::uint64_t entry) { return (entry & 3) == 1 || (entry & 3) == 2; }
  static constexpr bool IsTable(std::uint64_t entry, int level) { return level < 3 && (entry & 3) == 2; }
  static constexpr std::uint64_t Physical(std::uint64_t entry) { return entry & ~std::uint64_t{4095}; }
  static constexpr Access AccessOf(std::uint64_t entry) {
    if ((entry & 3) == 1) return static_cast<Access>((entry >> 2) & 3);
    return (entry & 32) != 0 ? Access::kGuard : Access::kNone;
  }
  static constexpr MemoryType TypeOf(std::uint64_t entry) {
    return (entry & 16) != 0 ? MemoryType::kDevice : MemoryType::kNormal;
  }
  static constexpr bool IsWritable(std::uint64_t entry) { return AccessOf(entry) == Access::kReadWrite; }
  static constexpr bool IsExecutable(std::uint64_t entry) { return AccessOf(entry) == Access::kReadExecute; }
};

struct Machine {
  std::uint64_t* root = nullptr;
  std::vector<std::uint64_t*> free_tables;
  std::vector<std::uint64_t*> all_tables;
  bool has_gigabyte_blocks = true;
  int replaced_blocks = 0;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> published;

  // Host addresses stand for physical ones. A table is read-only but through a window, as on a machine.
  std::uint64_t* NewTable() {
    void* page = mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) throw std::runtime_error("no memory");
    auto* table = static_cast<std::uint64_t*>(page);
    for (std::size_t i = 0; i < paging::kEntries; ++i) table[i] = 0xdeaddeaddeaddead;
    mprotect(table, kPage, PROT_READ);
    all_tables.push_back(table);
    return table;
  }
  explicit Machine(int tables) {
    root = NewTable();
    mprotect(root, kPage, PROT_READ | PROT_WRITE);
    for (std::size_t i = 0; i < paging::kEntries; ++i) root[i] = 0;
    mprotect(root, kPage, PROT_READ);
    for (int i = 0; i < tables; ++i) free_tables.push_back(NewTable());
  }
  ~Machine() {
    for (std::uint64_t* table : all_tables) munmap(table, kPage);
  }
};

Machine* machine = nullptr;

class FakeWindow {
 public:
  explicit FakeWindow(std::uint64_t* slot)
      : slot_(slot), page_(RoundDown(reinterpret_cast<std::uint64_t>(slot), kPage)) {
    mprotect(reinterpret_cast<void*>(page_), kPage, PROT_READ | PROT_WRITE);
  }
  ~FakeWindow() { mprotect(reinterpret_cast<void*>(page_), kPage, PROT_READ); }
  std::uint64_t* slots() const { return slot_; }

 private:
  std::uint64_t* slot_;
  std::uint64_t page_;
};

struct FakeCpu {
  using Entry = FakeEntry;
  using Window = FakeWindow;
  static constexpr int kRootLevel = 0;
  static std::uint64_t* Root() { return machine->root; }
  static void Publish(VirtualAddress first, std::uint64_t size) { machine->published.emplace_back(first.value, size); }
  static void ReplaceBlock(std::uint64_t* slot, std::uint64_t table, VirtualAddress block, std::uint64_t size) {
    EXPECT_EQ(block.value % size, 0u);
    EXPECT_TRUE(FakeEntry::IsPresent(*slot));
    ++machine->replaced_blocks;
    paging::StoreEntry<FakeCpu>(slot, table);
  }
  static bool HasGigabyteBlocks() { return machine->has_gigabyte_blocks; }
};

struct Leaf {
  std::uint64_t physical;
  std::uint64_t size;
  Access access;
  MemoryType type;
  bool operator==(const Leaf&) const = default;
};

class Paging : public testing::Test {
 protected:
  Paging() { machine = &machine_; }

  static Result<void> Map(std::uint64_t virtual_address, std::uint64_t physical, std::uint64_t size,
                          Access access = Access::kReadWrite, MemoryType type = MemoryType::kNormal) {
    return paging::Map<FakeCpu>({virtual_address}, {physical}, size, access, type);
  }
  static Result<void> Protect(std::uint64_t virtual_address, std::uint64_t size, Access access) {
    return paging::Protect<FakeCpu>({virtual_address}, size, access);
  }

  static std::map<std::uint64_t, Leaf> Leaves() {
    std::map<std::uint64_t, Leaf> leaves;
    paging::ForEachMapping<FakeCpu>(
        [](void* context, const Mapping& mapping) {
          EXPECT_FALSE(mapping.writable && mapping.executable);
          const Access access = mapping.writable     ? Access::kReadWrite
                                : mapping.executable ? Access::kReadExecute
                                                     : Access::kRead;
          (*static_cast<std::map<std::uint64_t, Leaf>*>(context))[mapping.virtual_address.value] = {
              mapping.physical.value, mapping.size, access, mapping.type};
        },
        &leaves);
    return leaves;
  }

  Machine machine_{20};
};

TEST_F(Paging, RefusesWhatIsNotPageAligned) {
  EXPECT_EQ(Map(1, 0, kPage).error(), Error::kInvalidArgument);
  EXPECT_EQ(Map(0, 1, kPage).error(), Error::kInvalidArgument);
  EXPECT_EQ(Map(0, 0, 1).error(), Error::kInvalidArgument);
  EXPECT_EQ(Protect(1, kPage, Access::kRead).error(), Error::kInvalidArgument);
  EXPECT_EQ(Protect(0, 1, Access::kRead).error(), Error::kInvalidArgument);
  EXPECT_TRUE(Leaves().empty());
}

TEST_F(Paging, RefusesWhatLiesBeyondTheAddressSpace) {
  EXPECT_EQ(Map(kTop, 0, kPage).error(), Error::kInvalidArgument);
  EXPECT_EQ(Map(kTop - kPage, 0, 2 * kPage).error(), Error::kInvalidArgument);
  EXPECT_EQ(Map(kPage, 0, UINT64_MAX - kPage + 1).error(), Error::kInvalidArgument);
  EXPECT_EQ(Map(0, UINT64_MAX - kPage + 1, 2 * kPage).error(), Error::kInvalidArgument);
  EXPECT_EQ(Protect(kTop, kPage, Access::kRead).error(), Error::kInvalidArgument);
  EXPECT_TRUE(Map(kTop - kPage, 0, kPage).has_value());
}

TEST_F(Paging, TakesTheLargestLeafThatFits) {
  ASSERT_TRUE(
      Map(kGigabyte - kBlock - kPage, kGigabyte - kBlock - kPage, kPage + kBlock + kGigabyte + kPage).has_value());
  const auto leaves = Leaves();
  ASSERT_EQ(leaves.size(), 4u);
  EXPECT_EQ(leaves.at(kGigabyte - kBlock - kPage).size, kPage);
  EXPECT_EQ(leaves.at(kGigabyte - kBlock).size, kBlock);
  EXPECT_EQ(leaves.at(kGigabyte).size, kGigabyte);
  EXPECT_EQ(leaves.at(2 * kGigabyte).size, kPage);
}

TEST_F(Paging, UsesNoGigabyteLeafWhereTheMachineHasNone) {
  machine_.has_gigabyte_blocks = false;
  ASSERT_TRUE(Map(0, 0, kGigabyte).has_value());
  EXPECT_EQ(Leaves().size(), 512u);
  EXPECT_EQ(Leaves().at(0).size, kBlock);
}

TEST_F(Paging, UsesPagesWhereThePhysicalAddressIsNotBlockAligned) {
  ASSERT_TRUE(Map(kBlock, kBlock + kPage, kBlock).has_value());
  const auto leaves = Leaves();
  EXPECT_EQ(leaves.size(), 512u);
  EXPECT_EQ(leaves.at(kBlock).physical, kBlock + kPage);
  EXPECT_EQ(leaves.at(2 * kBlock - kPage).physical, 2 * kBlock);
}

TEST_F(Paging, ASplitKeepsTheNeighbours) {
  ASSERT_TRUE(Map(0, kGigabyte, kGigabyte, Access::kReadWrite, MemoryType::kDevice).has_value());
  ASSERT_TRUE(Protect(kBlock + kPage, kPage, Access::kRead).has_value());
  const auto leaves = Leaves();
  EXPECT_EQ(leaves.size(), 511u + 512u);
  EXPECT_EQ(leaves.at(0), (Leaf{kGigabyte, kBlock, Access::kReadWrite, MemoryType::kDevice}));
  EXPECT_EQ(leaves.at(kBlock), (Leaf{kGigabyte + kBlock, kPage, Access::kReadWrite, MemoryType::kDevice}));
  EXPECT_EQ(leaves.at(kBlock + kPage), (Leaf{kGigabyte + kBlock + kPage, kPage, Access::kRead, MemoryType::kDevice}));
  EXPECT_EQ(leaves.at(2 * kBlock - kPage).physical, kGigabyte + 2 * kBlock - kPage);
  EXPECT_EQ(leaves.at(2 * kBlock), (Leaf{kGigabyte + 2 * kBlock, kBlock, Access::kReadWrite, MemoryType::kDevice}));
  EXPECT_EQ(machine_.replaced_blocks, 2);
}

TEST_F(Paging, NoneIsRememberedAndComesBack) {
  ASSERT_TRUE(Map(0, kBlock, 2 * kBlock, Access::kReadWrite, MemoryType::kDevice).has_value());
  ASSERT_TRUE(Protect(0, 2 * kBlock, Access::kNone).has_value());
  EXPECT_TRUE(Leaves().empty());
  ASSERT_TRUE(Protect(kPage, kPage, Access::kRead).has_value());
  EXPECT_EQ(Leaves(),
            (std::map<std::uint64_t, Leaf>{{kPage, {kBlock + kPage, kPage, Access::kRead, MemoryType::kDevice}}}));
  EXPECT_EQ(machine_.replaced_blocks, 0) << "an entry that is not live needs no replacement";
  ASSERT_TRUE(Protect(0, 2 * kBlock, Access::kReadWrite).has_value());
  EXPECT_EQ(Leaves().size(), 512u + 1u);
}

TEST_F(Paging, ProtectSplitsNothingThatIsRightAlready) {
  ASSERT_TRUE(Map(0, 0, kGigabyte).has_value());
  ASSERT_TRUE(Protect(kPage, kPage, Access::kReadWrite).has_value());
  EXPECT_EQ(Leaves().size(), 1u);
  EXPECT_EQ(machine_.free_tables.size(), 19u);
}

TEST_F(Paging, ProtectRefusesPagesThatWereNeverMapped) {
  EXPECT_EQ(Protect(0, kPage, Access::kRead).error(), Error::kNotFound);
  ASSERT_TRUE(Map(0, 0, kPage).has_value());
  EXPECT_EQ(Protect(0, 2 * kPage, Access::kRead).error(), Error::kNotFound);
  EXPECT_EQ(Protect(kGigabyte, kPage, Access::kNone).error(), Error::kNotFound);
}

TEST_F(Paging, WithoutTablePagesABlockStaysWhole) {
  machine_.free_tables.resize(2);
  ASSERT_TRUE(Map(0, 0, kBlock).has_value());
  ASSERT_TRUE(machine_.free_tables.empty());
  EXPECT_EQ(Protect(0, kPage, Access::kRead).error(), Error::kOutOfMemory);
  EXPECT_EQ(Map(kGigabyte, 0, kPage).error(), Error::kOutOfMemory);
  EXPECT_EQ(Leaves(), (std::map<std::uint64_t, Leaf>{{0, {0, kBlock, Access::kReadWrite, MemoryType::kNormal}}}));
}

TEST_F(Paging, EveryChangeIsPublished) {
  ASSERT_TRUE(Map(kBlock, 0, kBlock).has_value());
  ASSERT_TRUE(Protect(kBlock, kPage, Access::kNone).has_value());
  EXPECT_EQ(machine_.published, (decltype(machine_.published){{kBlock, kBlock}, {kBlock, kPage}}));
}

TEST_F(Paging, WhatStaysAsItWasIsNotPublished) {
  ASSERT_TRUE(Map(0, 0, kBlock).has_value());
  machine_.published.clear();
  ASSERT_TRUE(Protect(0, kBlock, Access::kReadWrite).has_value());
  EXPECT_TRUE(machine_.published.empty());
}

TEST_F(Paging, APageThatMovesIsForgottenFirst) {
  ASSERT_TRUE(Map(0, 0, kPage).has_value());
  ASSERT_TRUE(Map(0, kPage, kPage).has_value());
  EXPECT_EQ(Leaves().at(0).physical, kPage);
  EXPECT_EQ(machine_.published.size(), 3u);
}

TEST_F(Paging, NothingExecutableCanBeMade) {
  EXPECT_EQ(Map(0, 0, kPage, Access::kReadExecute).error(), Error::kInvalidArgument);
  ASSERT_TRUE(Map(0, 0, kPage).has_value());
  EXPECT_EQ(Protect(0, kPage, Access::kReadExecute).error(), Error::kInvalidArgument);
}

TEST_F(Paging, AGuardCanOnlyBeClosed) {
  ASSERT_TRUE(Map(0, 0, 3 * kPage).has_value());
  ASSERT_TRUE(Protect(kPage, kPage, Access::kGuard).has_value());
  EXPECT_TRUE(paging::IsGuard<FakeCpu>({kPage}));
  EXPECT_FALSE(paging::IsGuard<FakeCpu>({0}));
  EXPECT_FALSE(paging::IsGuard<FakeCpu>({kGigabyte}));
  EXPECT_EQ(Protect(kPage, kPage, Access::kReadWrite).error(), Error::kNotFound);
  EXPECT_EQ(Protect(0, 3 * kPage, Access::kRead).error(), Error::kNotFound);
  EXPECT_TRUE(paging::IsGuard<FakeCpu>({kPage}));
  ASSERT_TRUE(Protect(0, 3 * kPage, Access::kNone).has_value());
  EXPECT_FALSE(paging::IsGuard<FakeCpu>({kPage}));
  ASSERT_TRUE(Protect(0, 3 * kPage, Access::kReadWrite).has_value());
}

TEST_F(Paging, TranslateKnowsWhatIsMappedWhateverItsAccess) {
  ASSERT_TRUE(Map(kGigabyte, 4 * kBlock, 2 * kBlock, Access::kNone).has_value());
  ASSERT_TRUE(Protect(kGigabyte + kPage, kPage, Access::kReadWrite).has_value());
  EXPECT_EQ(paging::Translate<FakeCpu>({kGigabyte + 7})->value, 4 * kBlock + 7);
  EXPECT_EQ(paging::Translate<FakeCpu>({kGigabyte + kPage + 7})->value, 4 * kBlock + kPage + 7);
  EXPECT_EQ(paging::Translate<FakeCpu>({kGigabyte + kBlock + 5 * kPage})->value, 5 * kBlock + 5 * kPage);
  EXPECT_EQ(paging::Translate<FakeCpu>({0}).error(), Error::kNotFound);
  EXPECT_EQ(paging::Translate<FakeCpu>({kGigabyte + 2 * kBlock}).error(), Error::kNotFound);
  EXPECT_EQ(paging::Translate<FakeCpu>({UINT64_MAX}).error(), Error::kNotFound);
}

TEST_F(Paging, AgreesWithAFlatListOfPagesForRandomCalls) {
  constexpr std::uint64_t kPages = 2048;  // 8 MiB over the boundary of a gigabyte
  constexpr std::uint64_t kBase = kGigabyte - kPages / 2 * kPage;
  std::vector<std::pair<std::uint64_t, Access>> expected(kPages);
  constexpr std::uint64_t kNever = 1;
  for (auto& page : expected) page = {kNever, Access::kNone};
  std::mt19937_64 random(20261121);
  for (int step = 0; step < 300; ++step) {
    std::uint64_t first = random() % kPages;
    std::uint64_t count = 1 + random() % (kPages - first);
    if (random() % 3 == 0) count = 1;
    if (random() % 3 == 0) {
      first = RoundDown(first, 512);
      count = 512;
    }
    const auto access = static_cast<Access>(random() % 3);
    if (random() % 4 == 0) {
      const std::uint64_t offset = (random() % 2) * 64 * kBlock;
      ASSERT_TRUE(Map(kBase + first * kPage, kBase + first * kPage + offset, count * kPage, access).has_value());
      for (std::uint64_t i = first; i < first + count; ++i) expected[i] = {kBase + i * kPage + offset, access};
    } else {
      bool is_mapped = true;
      for (std::uint64_t i = first; i < first + count && is_mapped; ++i) {
        is_mapped = expected[i].first != kNever;
        if (is_mapped) expected[i].second = access;
      }
      ASSERT_EQ(Protect(kBase + first * kPage, count * kPage, access).has_value(), is_mapped);
    }
    std::uint64_t visible = 0;
    for (const auto& [address, leaf] : Leaves()) {
      for (std::uint64_t offset = 0; offset < leaf.size; offset += kPage, ++visible) {
        const auto& page = expected[(address + offset - kBase) / kPage];
        ASSERT_EQ(page.first, leaf.physical + offset);
        ASSERT_EQ(page.second, leaf.access);
      }
    }
    std::uint64_t accessible = 0;
    for (const auto& page : expected) accessible += page.first != kNever && page.second != Access::kNone;
    ASSERT_EQ(visible, accessible);
  }
}

}  // namespace

namespace paging {

std::uint64_t TakeTablePage() {
  if (machine->free_tables.empty()) return 0;
  std::uint64_t* table = machine->free_tables.back();
  machine->free_tables.pop_back();
  return reinterpret_cast<std::uint64_t>(table);
}

std::uint64_t* TableAt(std::uint64_t physical) { return reinterpret_cast<std::uint64_t*>(physical); }

}  // namespace paging
}  // namespace kernel::arch
