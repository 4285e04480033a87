#include "kernel/panic/function_names.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/panic/last_words.h"

extern "C" void EnkelBoot() {}

namespace kernel::panic {
namespace {

// Two blocks: alpha::One at 0x10, alpha::Two at 0x110; beta at 0x400; the end at 0x500. As function_names.py writes
// them.
std::vector<std::uint8_t> Table() {
  std::vector<std::uint8_t> table = {2, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 24, 0, 0, 0, 0, 4, 0, 0, 44, 0, 0, 0};
  const auto entry = [&table](std::vector<std::uint8_t> distance, std::uint8_t shared, const std::string& more) {
    table.insert(table.end(), distance.begin(), distance.end());
    table.push_back(shared);
    table.push_back(static_cast<std::uint8_t>(more.size()));
    table.insert(table.end(), more.begin(), more.end());
  };
  entry({0}, 0, "alpha::One");
  entry({0x80, 0x02}, 7, "Two");
  entry({0}, 0, "beta");
  entry({0x80, 0x02}, 0, "");
  return table;
}

std::string NameAt(std::uint32_t distance) {
  const std::vector<std::uint8_t> table = Table();
  FunctionName found;
  if (!FindFunction(table.data(), distance, found)) return "none";
  return std::string(found.name()) + "+" + std::to_string(found.offset);
}

TEST(FunctionNames, AreFoundFromTheFirstByteToTheLast) {
  EXPECT_EQ(NameAt(0x10), "alpha::One+0");
  EXPECT_EQ(NameAt(0x10f), "alpha::One+255");
  EXPECT_EQ(NameAt(0x110), "alpha::Two+0");
  EXPECT_EQ(NameAt(0x3ff), "alpha::Two+751");
  EXPECT_EQ(NameAt(0x400), "beta+0");
  EXPECT_EQ(NameAt(0x4ff), "beta+255");
}

TEST(FunctionNames, ThereAreNoneOutsideOfTheText) {
  EXPECT_EQ(NameAt(0xf), "none");
  EXPECT_EQ(NameAt(0x500), "none");
  EXPECT_EQ(NameAt(0xffff'ffff), "none");
}

TEST(FunctionNames, AnImageWithoutATableHasNone) {
  FunctionName found;
  EXPECT_FALSE(EnkelNameFunction(0x10, found));
}

}  // namespace
}  // namespace kernel::panic
