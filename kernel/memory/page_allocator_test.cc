#include "kernel/memory/page_allocator.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace kernel::memory {
namespace {

constexpr std::uint64_t kPages = 512;

class PageAllocatorTest : public testing::Test {
 protected:
  PageAllocatorTest() : memory_(static_cast<std::byte*>(std::aligned_alloc(kPageSize, kPages * kPageSize))) {}
  ~PageAllocatorTest() override { std::free(memory_); }

  VirtualAddress Page(std::uint64_t index) const {
    return {reinterpret_cast<std::uint64_t>(memory_) + index * kPageSize};
  }
  std::uint64_t IndexOf(VirtualAddress address) const { return (address.value - Page(0).value) / kPageSize; }
  void Add(std::uint64_t first, std::uint64_t count) { ASSERT_TRUE(allocator_.Free(Page(first), count).has_value()); }

  std::byte* memory_;
  PageAllocator allocator_;
};

TEST_F(PageAllocatorTest, AnEmptyOneHasNothing) {
  EXPECT_EQ(allocator_.Allocate(1).error(), Error::kOutOfMemory);
  EXPECT_EQ(allocator_.free_pages(), 0u);
}

TEST_F(PageAllocatorTest, RefusesZeroPages) {
  Add(0, 4);
  EXPECT_EQ(allocator_.Allocate(0).error(), Error::kInvalidArgument);
  EXPECT_EQ(allocator_.Free(Page(8), 0).error(), Error::kInvalidArgument);
}

TEST_F(PageAllocatorTest, TakesTheEndOfTheLowestRunThatFits) {
  Add(0, 2);
  Add(10, 8);
  Add(30, 20);
  EXPECT_EQ(IndexOf(*allocator_.Allocate(3)), 15u);
  EXPECT_EQ(IndexOf(*allocator_.Allocate(2)), 0u);
  EXPECT_EQ(IndexOf(*allocator_.Allocate(6)), 44u);
  EXPECT_EQ(IndexOf(*allocator_.Allocate(5)), 10u);
  EXPECT_EQ(allocator_.free_pages(), 14u);
}

TEST_F(PageAllocatorTest, GivesTheVeryLastPage) {
  Add(7, 1);
  EXPECT_EQ(IndexOf(*allocator_.Allocate(1)), 7u);
  EXPECT_EQ(allocator_.Allocate(1).error(), Error::kOutOfMemory);
}

TEST_F(PageAllocatorTest, NeighboursGrowTogether) {
  Add(0, 4);
  Add(8, 4);
  EXPECT_EQ(allocator_.Allocate(12).error(), Error::kOutOfMemory);
  const Result<PageAllocator::Freed> freed = allocator_.Free(Page(4), 4);
  ASSERT_TRUE(freed.has_value());
  EXPECT_EQ(IndexOf(freed->run), 0u);
  EXPECT_TRUE(freed->merged_above);
  EXPECT_EQ(IndexOf(*allocator_.Allocate(12)), 0u);
}

TEST_F(PageAllocatorTest, SaysWhereTheNodeLies) {
  Add(4, 2);
  Result<PageAllocator::Freed> freed = allocator_.Free(Page(8), 2);
  EXPECT_EQ(IndexOf(freed->run), 8u);
  EXPECT_FALSE(freed->merged_above);
  freed = allocator_.Free(Page(3), 1);
  EXPECT_EQ(IndexOf(freed->run), 3u);
  EXPECT_TRUE(freed->merged_above);
  freed = allocator_.Free(Page(6), 1);
  EXPECT_EQ(IndexOf(freed->run), 3u);
  EXPECT_FALSE(freed->merged_above);
}

TEST_F(PageAllocatorTest, RefusesWhatIsFreeAlready) {
  Add(10, 10);
  EXPECT_EQ(allocator_.Free(Page(10), 1).error(), Error::kInvalidArgument);
  EXPECT_EQ(allocator_.Free(Page(19), 1).error(), Error::kInvalidArgument);
  EXPECT_EQ(allocator_.Free(Page(5), 6).error(), Error::kInvalidArgument);
  EXPECT_EQ(allocator_.Free(Page(5), 100).error(), Error::kInvalidArgument);
  EXPECT_EQ(allocator_.free_pages(), 10u);
}

TEST_F(PageAllocatorTest, RefusesWhatIsNoRangeOfPages) {
  EXPECT_EQ(allocator_.Free({Page(0).value + 8}, 1).error(), Error::kInvalidArgument);
  EXPECT_EQ(allocator_.Free(Page(0), UINT64_MAX / kPageSize).error(), Error::kInvalidArgument);
  EXPECT_EQ(allocator_.Free(Page(0), UINT64_MAX).error(), Error::kInvalidArgument);
}

TEST_F(PageAllocatorTest, AgreesWithABitPerPageForRandomCalls) {
  std::mt19937_64 random(7);
  std::vector<bool> is_free(kPages, false);
  std::map<std::uint64_t, std::uint64_t> taken = {{0, kPages}};
  for (int step = 0; step < 20'000; ++step) {
    if (random() % 2 == 0) {
      const std::uint64_t count = 1 + random() % (random() % 4 == 0 ? 64 : 4);
      const Result<VirtualAddress> first = allocator_.Allocate(count);
      // First fit: the lowest run of that length, which gives its end.
      std::uint64_t run = 0;
      std::uint64_t end = 0;
      for (; end < kPages; ++end) {
        run = is_free[end] ? run + 1 : 0;
        if (run >= count && (end + 1 == kPages || !is_free[end + 1])) break;
      }
      ASSERT_EQ(first.has_value(), end < kPages);
      if (!first) continue;
      ASSERT_EQ(IndexOf(*first), end + 1 - count);
      for (std::uint64_t i = IndexOf(*first); i < IndexOf(*first) + count; ++i) is_free[i] = false;
      taken[IndexOf(*first)] = count;
    } else if (!taken.empty()) {
      auto piece = std::next(taken.begin(), static_cast<std::ptrdiff_t>(random() % taken.size()));
      auto [first, count] = *piece;
      taken.erase(piece);
      // Any part of it: what is left on both sides stays taken.
      const std::uint64_t skip = random() % count;
      const std::uint64_t part = 1 + random() % (count - skip);
      if (skip > 0) taken[first] = skip;
      if (skip + part < count) taken[first + skip + part] = count - skip - part;
      ASSERT_TRUE(allocator_.NoneFree(Page(first + skip), part));
      ASSERT_TRUE(allocator_.Free(Page(first + skip), part).has_value());
      ASSERT_FALSE(allocator_.NoneFree(Page(first + skip), 1));
      for (std::uint64_t i = first + skip; i < first + skip + part; ++i) is_free[i] = true;
    }
    std::uint64_t free_pages = 0;
    for (const bool page : is_free) free_pages += page;
    ASSERT_EQ(allocator_.free_pages(), free_pages);
  }
}

}  // namespace
}  // namespace kernel::memory
