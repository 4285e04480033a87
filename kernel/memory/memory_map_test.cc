#include "kernel/memory/memory_map.h"

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace kernel::memory {
namespace {

using Ranges = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

constexpr std::uint64_t kLimit = std::uint64_t{512} << 30;

Ranges Cut(const MemoryMap& map) {
  std::array<PhysicalRange, MemoryMap::kMaxRegions> room;
  const std::size_t count = map.Cut(room);
  Ranges ranges;
  for (std::size_t i = 0; i < count; ++i) ranges.emplace_back(room[i].begin, room[i].end);
  return ranges;
}

TEST(MemoryMap, CutsReservedRegionsOut) {
  MemoryMap map;
  map.Reserved({{0x5000}, 0x1000});
  map.Usable({{0x1000}, 0x9000});
  map.Reserved({{0x7000}, 0x1000});
  EXPECT_EQ(Cut(map), (Ranges{{0x1000, 0x5000}, {0x6000, 0x7000}, {0x8000, 0xa000}}));
}

TEST(MemoryMap, ReservedRegionsMayOverlapEachOtherAndTheEdges) {
  MemoryMap map;
  map.Usable({{0x10000}, 0x10000});
  map.Reserved({{0x0000}, 0x11000});
  map.Reserved({{0x14000}, 0x3000});
  map.Reserved({{0x15000}, 0x1000});
  map.Reserved({{0x16000}, 0x2000});
  map.Reserved({{0x1f000}, 0x9000});
  EXPECT_EQ(Cut(map), (Ranges{{0x11000, 0x14000}, {0x18000, 0x1f000}}));
}

TEST(MemoryMap, RoundsUsableInwardsAndReservedOutwards) {
  MemoryMap map;
  map.Usable({{0x1001}, 0x8000});
  map.Reserved({{0x4fff}, 2});
  EXPECT_EQ(Cut(map), (Ranges{{0x2000, 0x4000}, {0x6000, 0x9000}}));
}

TEST(MemoryMap, HandsOverlappingRamOutOnce) {
  MemoryMap map;
  map.Usable({{0x4000}, 0x4000});
  map.Usable({{0x2000}, 0x4000});
  map.Usable({{0x2000}, 0x8000});
  EXPECT_EQ(Cut(map), (Ranges{{0x4000, 0x8000}, {0x2000, 0x4000}, {0x8000, 0xa000}}));
}

TEST(MemoryMap, SurvivesALoaderThatLies) {
  MemoryMap map;
  map.Usable({{UINT64_MAX}, UINT64_MAX});
  map.Usable({{0x1000}, 0});
  map.Usable({{0x1fff}, 0x10});
  map.Usable({{kLimit - 0x2000}, UINT64_MAX});
  map.Reserved({{UINT64_MAX - 5}, UINT64_MAX});
  map.Reserved({{0}, 0});
  EXPECT_EQ(Cut(map), (Ranges{{kLimit - 0x2000, kLimit}}));
  map.Reserved({{kLimit - 1}, UINT64_MAX});
  EXPECT_EQ(Cut(map), (Ranges{{kLimit - 0x2000, kLimit - 0x1000}}));
}

TEST(MemoryMap, DropsUsableRegionsThatItCannotHold) {
  MemoryMap map;
  for (std::uint64_t i = 0; i < 2 * MemoryMap::kMaxRegions; ++i) map.Usable({{i * 0x2000}, 0x1000});
  EXPECT_EQ(Cut(map).size(), MemoryMap::kMaxRegions);
  EXPECT_FALSE(map.overflowed());
}

TEST(MemoryMap, SaysWhenItCannotHoldAReservedRegion) {
  MemoryMap map;
  for (std::uint64_t i = 0; i < MemoryMap::kMaxRegions; ++i) map.Reserved({{i * 0x2000}, 0x1000});
  EXPECT_FALSE(map.overflowed());
  map.Reserved({{0x100'0000}, 1});
  EXPECT_TRUE(map.overflowed());
}

TEST(MemoryMap, StopsWhenTheRoomIsFull) {
  MemoryMap map;
  map.Usable({{0}, 0x100'0000});
  for (std::uint64_t i = 0; i < 8; ++i) map.Reserved({{0x1000 + i * 0x2000}, 0x1000});
  std::array<PhysicalRange, 4> room;
  EXPECT_EQ(map.Cut(room), 4u);
  EXPECT_EQ(room[3].end, 0x7000u);
}

}  // namespace
}  // namespace kernel::memory
