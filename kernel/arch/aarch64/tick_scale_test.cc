#include "kernel/arch/aarch64/tick_scale.h"

#include <gtest/gtest.h>

namespace kernel::arch {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

TEST(TickScale, QemuTicksAreExactly16Nanoseconds) {
  constexpr TickScale kScale = TickScale::For(62'500'000);
  EXPECT_EQ(kScale.Nanoseconds(0), 0);
  EXPECT_EQ(kScale.Nanoseconds(1), 16);
  EXPECT_EQ(kScale.Nanoseconds(62'500'000), kSecond);
}

TEST(TickScale, HundredYearsOfAPi3DoNotOverflowAndDriftLessThanASecond) {
  constexpr std::uint64_t kHertz = 19'200'000;
  constexpr std::int64_t kSeconds = 100ll * 365 * 24 * 3600;
  const std::int64_t nanoseconds = TickScale::For(kHertz).Nanoseconds(kSeconds * kHertz);
  EXPECT_NEAR(static_cast<double>(nanoseconds - kSeconds * kSecond), 0, static_cast<double>(kSecond));
}

TEST(TickScale, MoreTicksAreNeverLessTime) {
  constexpr TickScale kScale = TickScale::For(19'200'000);
  std::int64_t before = 0;
  for (std::uint64_t ticks = 1; ticks != 0; ticks = ticks * 2 + (ticks & 1)) {
    if (ticks > std::uint64_t{1} << 57) break;
    EXPECT_GT(kScale.Nanoseconds(ticks), before);
    EXPECT_GE(kScale.Nanoseconds(ticks + 1), kScale.Nanoseconds(ticks));
    before = kScale.Nanoseconds(ticks);
  }
}

TEST(TickScale, SlowestAndFastestCounters) {
  EXPECT_EQ(TickScale::For(1).Nanoseconds(3), 3 * kSecond);
  EXPECT_EQ(TickScale::For(1'000'000'000).Nanoseconds(7), 7);
}

}  // namespace
}  // namespace kernel::arch
