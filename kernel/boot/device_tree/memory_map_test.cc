#include "kernel/boot/device_tree/memory_map.h"

#include <string>

#include <gtest/gtest.h>

#include "kernel/boot/device_tree/testing_tree.h"

namespace kernel::boot {
namespace {

class Recorder final : public board::MemoryMapSink {
 public:
  void Usable(board::MemoryRegion region) override { Add("usable", region); }
  void Reserved(board::MemoryRegion region) override { Add("reserved", region); }
  std::string log_;

 private:
  void Add(const char* kind, board::MemoryRegion region) {
    char line[80];
    std::snprintf(line, sizeof(line), "%s %llx+%llx\n", kind, static_cast<unsigned long long>(region.base.value),
                  static_cast<unsigned long long>(region.size));
    log_ += line;
  }
};

std::string Map(const TestingTree& tree) {
  Recorder recorder;
  const auto read = ReadMemoryMap(tree.Build(), recorder);
  return read ? recorder.log_ : "error " + std::to_string(static_cast<int>(read.error())) + recorder.log_;
}

std::string Failed(Error error) { return "error " + std::to_string(static_cast<int>(error)); }

TestingTree Root(std::uint32_t address_cells = 2, std::uint32_t size_cells = 2) {
  TestingTree tree;
  tree.Begin("").Cells("#address-cells", {address_cells}).Cells("#size-cells", {size_cells});
  return tree;
}

TEST(MemoryMap, ReadsSeveralRegionsOfSeveralNodes) {
  TestingTree tree = Root();
  tree.Begin("memory@40000000").Cells("reg", {0, 0x40000000, 0, 0x4000000, 1, 0, 0, 0x1000});
  tree.Text("device_type", "memory").End();
  tree.Begin("memory@80000000").Text("device_type", "memory").Cells("reg", {0, 0x80000000, 2, 0}).End().End();
  EXPECT_EQ(Map(tree), "usable 40000000+4000000\nusable 100000000+1000\nusable 80000000+200000000\n");
}

TEST(MemoryMap, FindsTheSeedsOnTheWay) {
  TestingTree tree = Root();
  tree.Begin("chosen").Text("kaslr-seed", "1234567").Text("rng-seed", "a seed").Text("bootargs", "x");
  tree.Begin("node").Text("rng-seed", "of another node").End().End();
  tree.Begin("memory@40000000").Text("device_type", "memory").Cells("reg", {0, 0x40000000, 0, 0x4000000}).End().End();
  Recorder recorder;
  const auto bytes = tree.Build();
  const Result<LoaderSeeds> seeds = ReadMemoryMap(bytes, recorder);
  ASSERT_TRUE(seeds.has_value());
  ASSERT_EQ(seeds->kaslr_seed.size(), 8u);
  EXPECT_EQ(seeds->kaslr_seed[0], std::byte{'1'});
  ASSERT_EQ(seeds->rng_seed.size(), 7u);
  EXPECT_EQ(seeds->rng_seed[0], std::byte{'a'});
  EXPECT_EQ(recorder.log_, "usable 40000000+4000000\n");
}

TEST(MemoryMap, ATreeWithoutSeedsHasNone) {
  TestingTree tree = Root();
  tree.Begin("memory").Text("device_type", "memory").Cells("reg", {0, 0x40000000, 0, 0x4000000}).End().End();
  Recorder recorder;
  const auto bytes = tree.Build();
  const Result<LoaderSeeds> seeds = ReadMemoryMap(bytes, recorder);
  ASSERT_TRUE(seeds.has_value());
  EXPECT_TRUE(seeds->kaslr_seed.empty());
  EXPECT_TRUE(seeds->rng_seed.empty());
}

TEST(MemoryMap, ReadsOneCellRegions) {
  TestingTree tree = Root(1, 1);
  tree.Begin("memory").Text("device_type", "memory").Cells("reg", {0, 0x3c000000}).End().End();
  EXPECT_EQ(Map(tree), "usable 0+3c000000\n");
}

TEST(MemoryMap, CellCountsHaveTheDefaultsOfTheSpecification) {
  TestingTree tree;
  tree.Begin("").Begin("memory").Text("device_type", "memory").Cells("reg", {1, 2, 3}).End().End();
  EXPECT_EQ(Map(tree), "usable 100000002+3\n");
}

TEST(MemoryMap, ReservesWhatTheTreeReserves) {
  TestingTree tree = Root();
  tree.Reserve(0x7000, 0x1000);
  tree.Begin("reserved-memory").Cells("#address-cells", {1}).Cells("#size-cells", {1});
  tree.Begin("gpu@3e000000").Cells("reg", {0x3e000000, 0x1000000}).End();
  tree.Begin("pool").Cells("size", {0x1000}).End();
  tree.Begin("off@1").Cells("reg", {1, 1}).Text("status", "disabled").End().End();
  tree.Begin("memory").Text("device_type", "memory").Cells("reg", {0, 0, 0, 0x40000000}).End().End();
  EXPECT_EQ(Map(tree), "reserved 7000+1000\nreserved 3e000000+1000000\nusable 0+40000000\n");
}

TEST(MemoryMap, DisabledMemoryAndOtherNodesDoNotCount) {
  TestingTree tree = Root();
  tree.Begin("secram@e000000").Text("device_type", "memory").Cells("reg", {0, 0xe000000, 0, 0x1000000}).End();
  tree.Begin("memory@1").Text("device_type", "memory").Text("status", "disabled").Cells("reg", {0, 1, 0, 1}).End();
  tree.Begin("memory@2").Cells("reg", {0, 2, 0, 1}).End();
  tree.Begin("memory-controller").Text("device_type", "memory").Cells("reg", {0, 3, 0, 1}).End().End();
  EXPECT_EQ(Map(tree), Failed(Error::kNotFound));
}

TEST(MemoryMap, ChildrenOfMemoryDoNotCount) {
  TestingTree tree = Root();
  tree.Begin("memory").Text("device_type", "memory").Cells("reg", {0, 0, 0, 0x1000});
  tree.Begin("child").Cells("reg", {0, 5, 0, 5}).End().End().End();
  EXPECT_EQ(Map(tree), "usable 0+1000\n");
}

TEST(MemoryMap, EmptyRegionsAreLeftOut) {
  TestingTree tree = Root();
  tree.Begin("memory").Text("device_type", "memory").Cells("reg", {0, 0, 0, 0, 0, 0, 0, 7}).End().End();
  EXPECT_EQ(Map(tree), "usable 0+7\n");
}

TEST(MemoryMap, RegionsThatOverflowAreMalformed) {
  TestingTree tree = Root();
  tree.Begin("memory").Text("device_type", "memory");
  tree.Cells("reg", {0, 0, 0, 0x1000, 0xffffffff, 0xfffff000, 0, 0x2000}).End().End();
  EXPECT_EQ(Map(tree), Failed(Error::kMalformed));
}

TEST(MemoryMap, RegOfAnotherLengthIsMalformed) {
  TestingTree tree = Root();
  tree.Begin("memory").Text("device_type", "memory").Cells("reg", {0, 0, 0}).End().End();
  EXPECT_EQ(Map(tree), Failed(Error::kMalformed));
}

TEST(MemoryMap, CellCountsThatNobodyUsesAreMalformed) {
  for (const std::uint32_t cells : {0u, 3u, 0x40000000u, 0xffffffffu}) {
    for (const bool is_address : {false, true}) {
      TestingTree tree = is_address ? Root(cells, 1) : Root(1, cells);
      tree.Begin("memory").Text("device_type", "memory").Cells("reg", {0, 1, 2, 3, 4, 5, 6, 7}).End().End();
      EXPECT_EQ(Map(tree), Failed(Error::kMalformed)) << cells;
    }
  }
}

TEST(MemoryMap, TooManyRegionsAreUnsupported) {
  TestingTree tree = Root(1, 1);
  for (std::size_t i = 0; i <= kMaximumMemoryRegions; ++i) tree.Reserve(0x1000 * (i + 1), 1);
  tree.Begin("memory").Text("device_type", "memory").Cells("reg", {0, 0x1000}).End().End();
  EXPECT_EQ(Map(tree), Failed(Error::kUnsupported));
}

TEST(MemoryMap, ABrokenTreeTellsNothing) {
  TestingTree tree = Root();
  tree.Begin("memory").Text("device_type", "memory").Cells("reg", {0, 0, 0, 0x1000}).End().Token(77);
  EXPECT_EQ(Map(tree), Failed(Error::kMalformed));
}

}  // namespace
}  // namespace kernel::boot
