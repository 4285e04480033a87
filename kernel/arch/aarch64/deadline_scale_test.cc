#include "kernel/arch/aarch64/deadline_scale.h"

#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace kernel::arch {
namespace {

constexpr std::uint32_t kFrequencies[] = {1,          32'768,     1'000'000,   19'200'000,    24'000'000,
                                          54'000'000, 62'500'000, 100'000'000, 1'000'000'000, 1'999'999'943};

TEST(DeadlineScale, TheTickIsTheFirstThatShowsTheTime) {
  for (const std::uint32_t hertz : kFrequencies) {
    const TickScale scale = TickScale::For(hertz);
    const DeadlineScale deadlines = DeadlineScale::For(scale);
    std::uint64_t random = hertz;
    for (int i = 0; i < 20'000; ++i) {
      random = random * 6364136223846793005 + 1442695040888963407;
      const auto nanoseconds = static_cast<std::int64_t>(random >> (1 + i % 62));
      const std::uint64_t ticks = deadlines.Ticks(nanoseconds);
      ASSERT_GE(scale.Nanoseconds(ticks), nanoseconds) << hertz << ": early";
      if (ticks != 0) {
        ASSERT_LT(scale.Nanoseconds(ticks - 1), nanoseconds) << hertz << ": late";
      }
    }
  }
}

TEST(DeadlineScale, QemusTicksAre16Nanoseconds) {
  constexpr DeadlineScale kDeadlines = DeadlineScale::For(TickScale::For(62'500'000));
  EXPECT_EQ(kDeadlines.Ticks(0), 0u);
  EXPECT_EQ(kDeadlines.Ticks(1), 1u);
  EXPECT_EQ(kDeadlines.Ticks(16), 1u);
  EXPECT_EQ(kDeadlines.Ticks(17), 2u);
}

TEST(DeadlineScale, WhatIsPastIsNow) {
  constexpr DeadlineScale kDeadlines = DeadlineScale::For(TickScale::For(19'200'000));
  EXPECT_EQ(kDeadlines.Ticks(-1), 0u);
  EXPECT_EQ(kDeadlines.Ticks(std::numeric_limits<std::int64_t>::min()), 0u);
}

}  // namespace
}  // namespace kernel::arch
