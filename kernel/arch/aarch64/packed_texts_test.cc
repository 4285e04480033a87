#include "kernel/arch/aarch64/packed_texts.h"

#include <array>

#include <gtest/gtest.h>

namespace kernel::arch {
namespace {

constexpr auto kTable = std::to_array<NumberedText>({{7, "seven"}, {0, "zero"}, {255, ""}, {'s', "s"}});
constexpr auto kPacked = PackTexts<kTable>();

TEST(PackedTexts, EveryTextIsFoundByItsNumber) {
  for (const NumberedText& line : kTable) EXPECT_EQ(FindText(kPacked, line.number), line.text);
}

TEST(PackedTexts, OtherNumbersHaveNone) {
  for (const std::uint64_t number : {1ull, 8ull, 254ull, 256ull + 7, ~0ull}) {
    EXPECT_EQ(FindText(kPacked, number), nullptr) << number;
  }
  EXPECT_EQ(FindText({}, 0), nullptr);
}

TEST(PackedTexts, TakeTwoBytesMoreThanTheText) { EXPECT_EQ(kPacked.size(), 5 + 4 + 0 + 1 + 4 * 2); }

}  // namespace
}  // namespace kernel::arch
