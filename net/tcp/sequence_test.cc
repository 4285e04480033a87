#include "net/tcp/sequence.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace net::tcp {
namespace {

TEST(SequenceTest, NumbersCompareAroundTheWrap) {
  for (const std::uint32_t base : {0u, 1u, 0x7fff'ffffu, 0x8000'0000u, 0xffff'fff0u, 0xffff'ffffu}) {
    const Sequence a = {base};
    for (const std::uint32_t distance : {1u, 15u, 16u, 65535u, 0x3fff'ffffu, 0x7fff'ffffu}) {
      const Sequence b = a + distance;
      EXPECT_TRUE(a < b && b > a && a <= b && b >= a) << base << " " << distance;
      EXPECT_FALSE(b < a || a > b || b <= a || a >= b) << base << " " << distance;
      EXPECT_EQ(Distance(a, b), distance);
      EXPECT_EQ(b - a, static_cast<std::int32_t>(distance));
      EXPECT_EQ(Later(a, b), b);
      EXPECT_EQ(Earlier(a, b), a);
      EXPECT_EQ(b - distance, a);
    }
    EXPECT_TRUE(a <= a && a >= a);
    EXPECT_FALSE(a < a || a > a);
  }
}

}  // namespace
}  // namespace net::tcp
