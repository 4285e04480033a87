#include "kernel/boot/device_tree/device_tree.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "kernel/boot/device_tree/testing_tree.h"

namespace kernel::boot {
namespace {

// Writes down what it is told: "{name", "name=bytes", "}".
class Recorder final : public DeviceTreeVisitor {
 public:
  Next BeginNode(int depth, std::string_view name) override {
    log_ += std::string(depth, ' ') + "{" + std::string(name) + "\n";
    return name == past_ ? Next::kPast : name == stop_ ? Next::kStop : Next::kInto;
  }
  void Property(int depth, const DeviceTreeProperty& property) override {
    log_ +=
        std::string(depth, ' ') + std::string(property.name()) + "=" + std::to_string(property.value().size()) + "\n";
  }
  void EndNode(int depth) override { log_ += std::string(depth, ' ') + "}\n"; }

  std::string log_;
  std::string past_ = "?";
  std::string stop_ = "?";
};

Error WalkError(const std::vector<std::byte>& bytes) {
  const auto tree = DeviceTree::Open(bytes);
  if (!tree) return tree.error();
  Recorder recorder;
  const auto walked = tree->Walk(recorder);
  EXPECT_FALSE(walked) << recorder.log_;
  return walked ? Error::kNotFound : walked.error();
}

TestingTree Small() {
  TestingTree tree;
  tree.Begin("").Cells("#address-cells", {2});
  tree.Begin("cpus").Text("status", "okay").Begin("cpu@0").Cells("reg", {0}).End().End();
  tree.Begin("chosen").End();
  tree.End();
  return tree;
}

TEST(DeviceTree, WalksInTheOrderOfTheBytes) {
  const auto bytes = Small().Build();
  Recorder recorder;
  ASSERT_TRUE(DeviceTree::Open(bytes)->Walk(recorder));
  EXPECT_EQ(recorder.log_, "{\n#address-cells=4\n {cpus\n status=5\n  {cpu@0\n  reg=4\n  }\n }\n {chosen\n }\n}\n");
}

TEST(DeviceTree, PassesOverANodeWithAllThatIsInIt) {
  const auto bytes = Small().Build();
  Recorder recorder;
  recorder.past_ = "cpus";
  ASSERT_TRUE(DeviceTree::Open(bytes)->Walk(recorder));
  EXPECT_EQ(recorder.log_, "{\n#address-cells=4\n {cpus\n {chosen\n }\n}\n");
}

TEST(DeviceTree, StopsWhenTold) {
  const auto bytes = Small().Build();
  Recorder recorder;
  recorder.stop_ = "cpu@0";
  ASSERT_TRUE(DeviceTree::Open(bytes)->Walk(recorder));
  EXPECT_EQ(recorder.log_, "{\n#address-cells=4\n {cpus\n status=5\n  {cpu@0\n");
}

TEST(DeviceTree, ReadsNumbersOfOneAndTwoCells) {
  const std::vector<std::byte> bytes = {std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4},
                                        std::byte{5}, std::byte{6}, std::byte{7}, std::byte{8}};
  EXPECT_EQ(DeviceTreeProperty("x", std::span(bytes).first(4)).AsNumber(), 0x01020304u);
  EXPECT_EQ(DeviceTreeProperty("x", bytes).AsNumber(), 0x0102030405060708u);
  EXPECT_EQ(DeviceTreeProperty("x", std::span(bytes).first(3)).AsNumber(), std::nullopt);
  EXPECT_EQ(DeviceTreeProperty("x", {}).AsNumber(), std::nullopt);
}

TEST(DeviceTree, ComparesStringsToTheirEnd) {
  const std::vector<std::byte> okay = {std::byte{'o'}, std::byte{'k'}, std::byte{0}};
  EXPECT_TRUE(DeviceTreeProperty("x", okay).Equals("ok"));
  EXPECT_FALSE(DeviceTreeProperty("x", okay).Equals("o"));
  EXPECT_FALSE(DeviceTreeProperty("x", std::span(okay).first(2)).Equals("ok"));
  EXPECT_FALSE(DeviceTreeProperty("x", std::span(okay).first(2)).Equals("o"));
  EXPECT_FALSE(DeviceTreeProperty("x", {}).Equals(""));
}

TEST(DeviceTree, ListsReservations) {
  const auto bytes = Small().Reserve(0x1000, 0x2000).Reserve(0, 0x10).Build();
  const auto tree = DeviceTree::Open(bytes);
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->Reservation(0)->value().address, 0x1000u);
  EXPECT_EQ(tree->Reservation(0)->value().size, 0x2000u);
  EXPECT_EQ(tree->Reservation(1)->value().size, 0x10u);
  EXPECT_FALSE(tree->Reservation(2)->has_value());
  EXPECT_EQ(tree->Reservation(1000).error(), Error::kMalformed);
}

TEST(DeviceTree, OtherBytesAreNoTree) {
  EXPECT_EQ(DeviceTree::Open({}).error(), Error::kNotFound);
  EXPECT_EQ(DeviceTree::Open(std::vector<std::byte>(100)).error(), Error::kNotFound);
  auto bytes = Small().Build();
  Patch(bytes, 0, 0xedfe0dd0);
  EXPECT_EQ(DeviceTree::Open(bytes).error(), Error::kNotFound);
}

TEST(DeviceTree, HeadersThatPointOutsideAreRefused) {
  constexpr std::size_t kOffsets[] = {4, 8, 12, 16, 32, 36};  // all sizes and offsets of the header
  for (const std::size_t offset : kOffsets) {
    for (const std::uint32_t value : {0x7ffffffcu, 0xfffffffcu, 0xffffffffu}) {
      auto bytes = Small().Build();
      Patch(bytes, offset, value);
      EXPECT_EQ(DeviceTree::Open(bytes).error(), Error::kMalformed) << offset << " " << value;
    }
  }
  for (const std::size_t offset : {std::size_t{8}, std::size_t{36}}) {
    auto bytes = Small().Build();
    Patch(bytes, offset, 42);  // inside, but not a multiple of 4
    EXPECT_EQ(DeviceTree::Open(bytes).error(), Error::kMalformed) << offset;
  }
  auto bytes = Small().Build();
  Patch(bytes, 4, 39);
  EXPECT_EQ(DeviceTree::Open(bytes).error(), Error::kMalformed);
}

TEST(DeviceTree, VersionsThatWeCannotReadAreRefused) {
  auto bytes = Small().Build();
  Patch(bytes, 20, 16);
  EXPECT_EQ(DeviceTree::Open(bytes).error(), Error::kUnsupported);
  bytes = Small().Build();
  Patch(bytes, 24, 18);
  EXPECT_EQ(DeviceTree::Open(bytes).error(), Error::kUnsupported);
}

TEST(DeviceTree, ATreeCutOffAnywhereIsRefusedAndNeverReadBeyond) {
  const auto whole = Small().Reserve(1, 1).Build();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::vector<std::byte> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));  // asan watches
    EXPECT_FALSE(DeviceTree::Open(cut)) << size;
  }
}

TEST(DeviceTree, AStructureThatEndsTooEarlyIsMalformed) {
  const auto whole = Small().Build();
  const std::uint32_t size = BigEndian32(&whole[36]);
  for (std::uint32_t cut = 0; cut < size; cut += 4) {
    auto bytes = whole;
    Patch(bytes, 36, cut);
    EXPECT_EQ(WalkError(bytes), Error::kMalformed) << cut;
  }
}

TEST(DeviceTree, BrokenStructuresAreMalformed) {
  EXPECT_EQ(WalkError(TestingTree().Build()), Error::kMalformed);                        // no root
  EXPECT_EQ(WalkError(TestingTree().End().Build()), Error::kMalformed);                  // end of nothing
  EXPECT_EQ(WalkError(TestingTree().Cells("a", {1}).Build()), Error::kMalformed);        // property of nothing
  EXPECT_EQ(WalkError(TestingTree().Begin("").Build()), Error::kMalformed);              // not ended
  EXPECT_EQ(WalkError(TestingTree().Begin("").End().End().Build()), Error::kMalformed);  // ended twice
  EXPECT_EQ(WalkError(TestingTree().Begin("").End().Begin("").End().Build()), Error::kMalformed);  // two roots
  EXPECT_EQ(WalkError(TestingTree().Begin("").Token(5).End().Build()), Error::kMalformed);         // unknown token
  EXPECT_EQ(WalkError(TestingTree().Begin("").Token(3).Token(0xffffffff).Token(0).End().Build()),
            Error::kMalformed);  // property larger than the rest
  EXPECT_EQ(WalkError(TestingTree().Begin("").Token(3).Token(0).Token(0).End().Build()),
            Error::kMalformed);  // name outside of the strings
  EXPECT_EQ(WalkError(TestingTree().Begin("").Token(3).Token(0).Token(0x7fffffff).End().Build()), Error::kMalformed);
}

TEST(DeviceTree, ANameThatDoesNotEndIsMalformed) {
  auto bytes = TestingTree().Begin("").Cells("reg", {1}).End().Build();
  Patch(bytes, 32, 3);  // the strings block without its zero
  EXPECT_EQ(WalkError(bytes), Error::kMalformed);
}

TEST(DeviceTree, NestingHasALimit) {
  TestingTree deep;
  for (int i = 0; i < DeviceTree::kMaximumDepth; ++i) deep.Begin("n");
  for (int i = 0; i < DeviceTree::kMaximumDepth; ++i) deep.End();
  Recorder recorder;
  EXPECT_TRUE(DeviceTree::Open(deep.Build())->Walk(recorder));

  TestingTree deeper;
  for (int i = 0; i <= DeviceTree::kMaximumDepth; ++i) deeper.Begin("n");
  for (int i = 0; i <= DeviceTree::kMaximumDepth; ++i) deeper.End();
  EXPECT_EQ(WalkError(deeper.Build()), Error::kMalformed);
}

TEST(DeviceTree, NopsAreIgnored) {
  const auto bytes = TestingTree().Token(4).Begin("").Token(4).Begin("a").Token(4).End().End().Token(4).Build();
  Recorder recorder;
  recorder.past_ = "a";
  EXPECT_TRUE(DeviceTree::Open(bytes)->Walk(recorder));
}

}  // namespace
}  // namespace kernel::boot
