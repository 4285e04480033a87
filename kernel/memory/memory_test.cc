// The whole room over a machine whose RAM is a region of this process. Access rights are the process's own, so a touch
// of a closed page kills the test.
#include <sys/mman.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/arch/address_space.h"
#include "kernel/boot/board.h"
#include "kernel/memory/anonymous.h"
#include "kernel/memory/memory.h"
#include "kernel/panic/panic.h"

namespace {

using kernel::kPageSize;

constexpr std::uint64_t kRamSize = std::uint64_t{160} << 20;
constexpr std::uint64_t kHole = std::uint64_t{100} << 20;  // one reserved page, at this offset

std::uint64_t ram_base = 0;
bool has_ram = true;
bool may_change_access = true;
bool owns_page_tables = false;  // while memory starts, so that nothing is moved
std::set<std::uint64_t> guards;
std::uint64_t mapped_bytes = 0;
std::uint64_t mapped_at_start = 0;

std::array<std::uint64_t, 2> NoSeed(const board::Handoff&) { return {}; }

}  // namespace

namespace kernel::arch {

// A machine whose zones need no slide: the RAM of the test is where it is.
bool OwnsPageTables() { return owns_page_tables; }

Result<void> AddTableMemory(VirtualAddress, PhysicalAddress, std::uint64_t) { return Fail(Error::kUnsupported); }

Result<void> Map(VirtualAddress first, PhysicalAddress physical, std::uint64_t size, Access access, MemoryType type) {
  EXPECT_EQ(first.value, physical.value);
  EXPECT_EQ(type, MemoryType::kNormal);
  mapped_bytes += size;
  return Protect(first, size, access);
}

Result<void> Protect(VirtualAddress first, std::uint64_t size, Access access) {
  EXPECT_GE(first.value, ram_base);
  EXPECT_LE(first.value + size, ram_base + kRamSize);
  if (!may_change_access) return Fail(Error::kOutOfMemory);
  for (std::uint64_t page = first.value; page < first.value + size; page += kPageSize) {
    if (access != Access::kNone && guards.contains(page)) return Fail(Error::kNotFound);
    if (access == Access::kNone) guards.erase(page);
    if (access == Access::kGuard) guards.insert(page);
  }
  const int protection = access == Access::kRead        ? PROT_READ
                         : access == Access::kReadWrite ? PROT_READ | PROT_WRITE
                                                        : PROT_NONE;
  EXPECT_EQ(mprotect(reinterpret_cast<void*>(first.value), size, protection), 0);
  return {};
}

bool IsGuard(VirtualAddress page) { return guards.contains(page.value); }

Result<PhysicalAddress> Translate(VirtualAddress address) { return PhysicalAddress{address.value}; }

}  // namespace kernel::arch

namespace board {

void FindMemory(const Handoff&, MemoryMapSink& sink) {
  if (!has_ram) return;
  sink.Usable({{ram_base}, kRamSize});
  sink.Reserved({{ram_base + kHole}, 1});
}

}  // namespace board

namespace kernel::panic {

void Panic(std::string_view reason) {
  std::fprintf(stderr, "panic: %.*s\n", static_cast<int>(reason.size()), reason.data());
  std::abort();
}

}  // namespace kernel::panic

namespace kernel::memory {
namespace {

class Memory : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    // Low enough for the memory map, and free under AddressSanitizer too.
    void* wanted = reinterpret_cast<void*>(std::uint64_t{1} << 30);
    void* base = mmap(wanted, kRamSize, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    ASSERT_EQ(base, wanted);
    ram_base = reinterpret_cast<std::uint64_t>(base);
    Start({}, &NoSeed);
    owns_page_tables = true;
    mapped_at_start = mapped_bytes;
  }
  void TearDown() override { EXPECT_EQ(ReadCounters().free_bytes, before_); }

  std::uint64_t before_ = ReadCounters().free_bytes;
};

std::byte* Bytes(VirtualAddress address) { return reinterpret_cast<std::byte*>(address.value); }

TEST_F(Memory, StartMapsALittleAndCountsAll) {
  EXPECT_GT(mapped_at_start, 0u);
  EXPECT_LE(mapped_at_start, std::uint64_t{64} << 20);
  EXPECT_EQ(ReadCounters().total_bytes, kRamSize - kPageSize);
}

TEST_F(Memory, PagesComeZeroedAndWritable) {
  for (int round = 0; round < 2; ++round) {
    const VirtualAddress first = *AllocatePages(3);
    for (std::size_t i = 0; i < 3 * kPageSize; ++i) ASSERT_EQ(Bytes(first)[i], std::byte{0});
    std::memset(Bytes(first), 0xa5, 3 * kPageSize);
    ASSERT_TRUE(FreePages(first, 3).has_value());
  }
}

TEST_F(Memory, UnclearedPagesAreWritableAndNobodyWroteThem) {
  const VirtualAddress first = *AllocatePages(3);
  std::memset(Bytes(first), 0xa5, 3 * kPageSize);
  ASSERT_TRUE(FreePages(first, 3).has_value());
  const VirtualAddress again = *AllocateUnclearedPages(3);
  ASSERT_EQ(again, first) << "the same pages, or this test shows nothing";
  EXPECT_EQ(Bytes(again)[3 * kPageSize - 1], std::byte{0xa5});
  std::memset(Bytes(again), 0x5a, 3 * kPageSize);
  ASSERT_TRUE(FreePages(again, 3).has_value());
}

TEST_F(Memory, AllOfItCanBeHandedOutAndComesBack) {
  // The reserved page splits the RAM: no run is longer than what lies below it.
  const Result<VirtualAddress> below = AllocatePages(kHole / kPageSize);
  ASSERT_FALSE(below.has_value()) << "the reserve for page tables is in it";
  std::vector<VirtualAddress> pages;
  for (Result<VirtualAddress> page = AllocatePages(16); page; page = AllocatePages(16)) pages.push_back(*page);
  EXPECT_LT(ReadCounters().free_bytes, 64 * kPageSize);
  EXPECT_EQ(mapped_bytes, kRamSize - kPageSize);
  EXPECT_EQ(ReadCounters().lowest_free_bytes, ReadCounters().free_bytes);
  for (const VirtualAddress page : pages) ASSERT_TRUE(FreePages(page, 16).has_value());
}

TEST_F(Memory, AFreedPageFaults) {
  const VirtualAddress first = *AllocatePages(4);
  ASSERT_TRUE(FreePages({first.value + kPageSize}, 3).has_value());
  EXPECT_DEATH(Bytes(first)[3 * kPageSize] = std::byte{1}, "");
  Bytes(first)[0] = std::byte{1};
  ASSERT_TRUE(FreePages(first, 1).has_value());
}

TEST_F(Memory, APageThatNoLongerHoldsANodeFaultsToo) {
  const VirtualAddress first = *AllocatePages(4);
  ASSERT_TRUE(FreePages({first.value + 2 * kPageSize}, 1).has_value());
  Bytes(first)[3 * kPageSize - 1] = std::byte{1};  // a run of its own: the node is in this page, which is open
  ASSERT_TRUE(FreePages(first, 2).has_value());
  EXPECT_DEATH(Bytes(first)[3 * kPageSize - 1] = std::byte{1}, "");
  ASSERT_TRUE(FreePages({first.value + 3 * kPageSize}, 1).has_value());
}

TEST_F(Memory, RefusesToFreeWhatItDidNotGive) {
  const VirtualAddress first = *AllocatePages(4);
  EXPECT_EQ(FreePages({first.value + 1}, 1).error(), Error::kInvalidArgument);
  EXPECT_EQ(FreePages(first, 0).error(), Error::kInvalidArgument);
  EXPECT_EQ(FreePages(first, UINT64_MAX / 8).error(), Error::kInvalidArgument);
  EXPECT_EQ(FreePages({ram_base + kHole}, 1).error(), Error::kInvalidArgument);
  EXPECT_EQ(FreePages({0x1000}, 1).error(), Error::kInvalidArgument);
  EXPECT_EQ(FreePages({ram_base + kRamSize}, 1).error(), Error::kInvalidArgument);
  ASSERT_TRUE(FreePages(first, 4).has_value());
  EXPECT_EQ(FreePages(first, 4).error(), Error::kInvalidArgument);
}

TEST_F(Memory, WhenNoAccessCanBeOpenedNothingIsLost) {
  const std::uint64_t free_before = ReadCounters().free_bytes;
  may_change_access = false;
  EXPECT_EQ(AllocatePages(2).error(), Error::kOutOfMemory);
  may_change_access = true;
  EXPECT_EQ(ReadCounters().free_bytes, free_before);
  const VirtualAddress first = *AllocatePages(2);
  ASSERT_TRUE(FreePages(first, 2).has_value());
}

TEST_F(Memory, AGuardLiesAboveWhatIsHandedOut) {
  const VirtualAddress first = *AllocatePages(3);
  const VirtualAddress guard = {first.value + 3 * kPageSize};
  EXPECT_DEATH(Bytes(guard)[0] = std::byte{1}, "");
  EXPECT_EQ(SetAccess(guard, kPageSize, arch::Access::kReadWrite).error(), Error::kInvalidArgument);
  EXPECT_EQ(SetAccess(first, 4 * kPageSize, arch::Access::kReadWrite).error(), Error::kInvalidArgument);
  EXPECT_EQ(FreePages(guard, 1).error(), Error::kInvalidArgument);
  ASSERT_TRUE(FreePages(first, 2).has_value());
  EXPECT_EQ(ReadCounters().free_bytes, before_ - 2 * kPageSize) << "the last page and its guard";
  ASSERT_TRUE(FreePages({first.value + 2 * kPageSize}, 1).has_value());
}

TEST_F(Memory, ReservationsLieFarFromTheHeap) {
  const VirtualAddress heap = *AllocatePages(1);
  const VirtualAddress stack = *AllocateReservation(1);
  EXPECT_GT(stack.value - heap.value, std::uint64_t{32} << 20);
  ASSERT_TRUE(FreePages(heap, 1).has_value());
  ASSERT_TRUE(FreePages(stack, 1).has_value());
}

TEST_F(Memory, PagesOfOneKindServeTheOtherWhenNothingElseIsLeft) {
  std::vector<VirtualAddress> pages;
  for (Result<VirtualAddress> page = AllocateReservation(100); page; page = AllocateReservation(100))
    pages.push_back(*page);
  EXPECT_LT(ReadCounters().free_bytes, 400 * kPageSize);
  for (const VirtualAddress page : pages) ASSERT_TRUE(FreePages(page, 100).has_value());
  pages.clear();
  for (Result<VirtualAddress> page = AllocatePages(100); page; page = AllocatePages(100)) pages.push_back(*page);
  EXPECT_LT(ReadCounters().free_bytes, 400 * kPageSize);
  for (const VirtualAddress page : pages) ASSERT_TRUE(FreePages(page, 100).has_value());
}

TEST_F(Memory, AnonymousMemoryHasTheAccessThatWasAskedFor) {
  const VirtualAddress read_only = *MapAnonymous(100, arch::Access::kRead);
  EXPECT_EQ(Bytes(read_only)[99], std::byte{0});
  EXPECT_DEATH(Bytes(read_only)[0] = std::byte{1}, "");
  ASSERT_TRUE(Unmap(read_only, kPageSize).has_value());

  const VirtualAddress none = *MapAnonymous(3 * kPageSize, arch::Access::kNone);
  EXPECT_DEATH(EXPECT_EQ(Bytes(none)[0], std::byte{0}), "");
  ASSERT_TRUE(SetAccess({none.value + kPageSize}, kPageSize, arch::Access::kReadWrite).has_value());
  Bytes(none)[kPageSize] = std::byte{1};
  ASSERT_TRUE(Unmap(none, 3 * kPageSize).has_value());
}

TEST_F(Memory, NothingAnonymousIsEverCode) {
  EXPECT_EQ(MapAnonymous(kPageSize, arch::Access::kReadExecute).error(), Error::kInvalidArgument);
  const VirtualAddress first = *MapAnonymous(kPageSize, arch::Access::kReadWrite);
  EXPECT_EQ(SetAccess(first, kPageSize, arch::Access::kReadExecute).error(), Error::kInvalidArgument);
  ASSERT_TRUE(Unmap(first, kPageSize).has_value());
}

TEST_F(Memory, AnonymousMemoryRefusesImpossibleSizes) {
  EXPECT_EQ(MapAnonymous(0, arch::Access::kReadWrite).error(), Error::kInvalidArgument);
  EXPECT_EQ(MapAnonymous(UINT64_MAX, arch::Access::kReadWrite).error(), Error::kOutOfMemory);
  EXPECT_EQ(MapAnonymous(kRamSize, arch::Access::kReadWrite).error(), Error::kOutOfMemory);
  EXPECT_EQ(Unmap({ram_base}, 1).error(), Error::kInvalidArgument);
  EXPECT_EQ(SetAccess({ram_base}, kPageSize, arch::Access::kRead).error(), Error::kInvalidArgument);
  EXPECT_EQ(Discard({ram_base}, kPageSize).error(), Error::kInvalidArgument);
}

TEST_F(Memory, DiscardMakesZeroes) {
  const VirtualAddress first = *MapAnonymous(2 * kPageSize, arch::Access::kReadWrite);
  std::memset(Bytes(first), 0x5a, 2 * kPageSize);
  ASSERT_TRUE(Discard({first.value + kPageSize}, kPageSize).has_value());
  EXPECT_EQ(Bytes(first)[kPageSize - 1], std::byte{0x5a});
  EXPECT_EQ(Bytes(first)[kPageSize], std::byte{0});
  EXPECT_EQ(Bytes(first)[2 * kPageSize - 1], std::byte{0});
  ASSERT_TRUE(Unmap(first, 2 * kPageSize).has_value());
}

TEST_F(Memory, RandomMappingsKeepTheirContents) {
  std::mt19937_64 random(11);
  std::map<std::uint64_t, std::uint64_t> taken;  // address to pages; every page begins with its own address
  for (int step = 0; step < 3'000; ++step) {
    if (random() % 5 < 3) {
      const std::uint64_t count = 1 + random() % 40;
      const Result<VirtualAddress> first = MapAnonymous(count * kPageSize, arch::Access::kReadWrite);
      if (!first) continue;
      for (std::uint64_t i = 0; i < count; ++i) {
        auto* word = reinterpret_cast<std::uint64_t*>(first->value + i * kPageSize);
        ASSERT_EQ(word[0], 0u);
        ASSERT_EQ(word[511], 0u);
        word[0] = word[511] = first->value + i * kPageSize;
      }
      taken[first->value] = count;
    } else if (!taken.empty()) {
      auto piece = std::next(taken.begin(), static_cast<std::ptrdiff_t>(random() % taken.size()));
      const auto [first, count] = *piece;
      taken.erase(piece);
      for (std::uint64_t i = 0; i < count; ++i) {
        const auto* word = reinterpret_cast<const std::uint64_t*>(first + i * kPageSize);
        ASSERT_EQ(word[0], first + i * kPageSize);
        ASSERT_EQ(word[511], first + i * kPageSize);
      }
      const std::uint64_t skip = random() % count;
      if (skip > 0) taken[first] = skip;
      ASSERT_TRUE(
          SetAccess({first + skip * kPageSize}, (count - skip) * kPageSize, static_cast<arch::Access>(random() % 3))
              .has_value());
      ASSERT_TRUE(Unmap({first + skip * kPageSize}, (count - skip) * kPageSize).has_value());
    }
  }
  for (const auto& [first, count] : taken) ASSERT_TRUE(Unmap({first}, count * kPageSize).has_value());
}

TEST(MemoryDeathTest, PanicsWithoutRam) {
  EXPECT_DEATH((has_ram = false, owns_page_tables = false, Start({}, &NoSeed)),
               "panic: the memory map has no usable RAM");
}

}  // namespace
}  // namespace kernel::memory
