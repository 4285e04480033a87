#include "kernel/memory/placement.h"

#include <array>
#include <cstdint>
#include <set>

#include "gtest/gtest.h"

namespace kernel::memory {
namespace {

constexpr std::uint64_t kGrain = std::uint64_t{2} << 20;
constexpr std::uint64_t kSize = std::uint64_t{64} << 30;
constexpr Region kRegions[] = {Region::kHeap, Region::kReservations, Region::kMainStack, Region::kTables};

TEST(Placement, IsTheSameForTheSameSeed) {
  EXPECT_EQ(Placement({1, 2}).Place(Region::kHeap, kSize, kGrain),
            Placement({1, 2}).Place(Region::kHeap, kSize, kGrain));
  EXPECT_NE(Placement({1, 2}).Place(Region::kHeap, kSize, kGrain),
            Placement({1, 3}).Place(Region::kHeap, kSize, kGrain));
  EXPECT_NE(Placement({1, 2}).Place(Region::kHeap, kSize, kGrain),
            Placement({2, 2}).Place(Region::kHeap, kSize, kGrain));
}

TEST(Placement, RegionsNeverMeet) {
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
    const Placement placement({seed, ~seed});
    std::uint64_t end = std::uint64_t{512} << 30;
    for (const Region region : kRegions) {
      const std::uint64_t begin = placement.Place(region, kSize, kGrain);
      EXPECT_EQ(begin % kGrain, 0u);
      EXPECT_GE(begin, end + (std::uint64_t{1} << 30));
      end = begin + kSize;
    }
    EXPECT_LT(end, std::uint64_t{128} << 40);
  }
}

// 18 bits above the grain: each is set in half of the boots, within five standard deviations. The difference of two
// regions is as good.
TEST(Placement, EachBitIsAFairCoin) {
  constexpr int kBoots = 4'000;
  constexpr int kBits = 18;
  std::array<int, kBits> heap = {};
  std::array<int, kBits> difference = {};
  std::set<std::uint64_t> places;
  for (std::uint64_t boot = 0; boot < kBoots; ++boot) {
    const Placement placement({boot, 7});
    const std::uint64_t at = placement.Place(Region::kHeap, kSize, kGrain);
    const std::uint64_t stack = placement.Place(Region::kReservations, kSize, kGrain);
    places.insert(at);
    for (int bit = 0; bit < kBits; ++bit) {
      heap[bit] += static_cast<int>(at / kGrain >> bit & 1);
      difference[bit] += static_cast<int>((stack - at) / kGrain >> bit & 1);
    }
  }
  for (int bit = 0; bit < kBits; ++bit) {
    EXPECT_NEAR(heap[bit], kBoots / 2, 160) << bit;
    EXPECT_NEAR(difference[bit], kBoots / 2, 160) << bit;
  }
  EXPECT_GT(places.size(), kBoots * 99u / 100);
}

TEST(Placement, NumbersStayBelowTheirLimit) {
  std::set<std::uint64_t> numbers;
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
    numbers.insert(Placement({seed, 0}).NumberFor(Region::kHeap, 8));
  }
  EXPECT_EQ(numbers, (std::set<std::uint64_t>{0, 1, 2, 3, 4, 5, 6, 7}));
}

}  // namespace
}  // namespace kernel::memory
