#include "kernel/boot/device_tree/boot_arguments.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "kernel/boot/device_tree/testing_tree.h"

namespace kernel::boot {
namespace {

std::string Arguments(const TestingTree& tree) {
  const std::vector<std::byte> bytes = tree.Build();
  const auto arguments = ReadBootArguments(bytes);
  return {reinterpret_cast<const char*>(arguments.data()), arguments.size()};
}

TEST(BootArguments, AreAPropertyOfChosen) {
  TestingTree tree;
  tree.Begin("").Text("bootargs", "of the root");
  tree.Begin("memory").Text("bootargs", "of another node").End();
  tree.Begin("chosen").Text("stdout-path", "/pl011").Text("bootargs", "one two");
  tree.Begin("node").Text("bootargs", "too deep").End().End();
  tree.Begin("last").Text("bootargs", "too late").End().End();
  EXPECT_EQ(Arguments(tree), std::string("one two\0", 8));
}

TEST(BootArguments, AreEmptyWhereThereAreNone) {
  EXPECT_EQ(Arguments(TestingTree().Begin("").End()), "");
  EXPECT_EQ(Arguments(TestingTree().Begin("").Begin("chosen").End().End()), "");
  EXPECT_TRUE(ReadBootArguments({}).empty());
}

TEST(BootArguments, OfAMalformedTreeAreNone) {
  EXPECT_EQ(Arguments(TestingTree().Begin("").Begin("chosen").Text("bootargs", "x").Token(7)), "");
}

}  // namespace
}  // namespace kernel::boot
