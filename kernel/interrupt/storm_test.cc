#include "kernel/interrupt/storm.h"

#include <cstdint>

#include "gtest/gtest.h"
#include "kernel/base/time.h"
#include "kernel/interrupt/ticks.h"

namespace kernel::interrupt {
namespace {

// How many storms `runs` runs with these ticks are.
int StormsIn(int runs, std::uint64_t dispatch_ticks, std::uint64_t away_ticks, std::uint64_t turns_per_run = 0) {
  Burst burst;
  int storms = 0;
  for (int i = 0; i < runs; ++i) {
    if (burst.Add(static_cast<std::uint64_t>(i) * turns_per_run, dispatch_ticks, away_ticks)) ++storms;
  }
  return storms;
}

constexpr int kRuns = static_cast<int>(kStormRuns);

TEST(Burst, AProgramThatHardlyMovesIsInAStorm) { EXPECT_EQ(StormsIn(10 * kRuns, 50, 60), 10); }

TEST(Burst, AFastTimerThatLeavesTheProgramTimeIsNone) { EXPECT_EQ(StormsIn(10 * kRuns, 50, 50 * kStormShare * 2), 0); }

TEST(Burst, TurnsOfTheLoopAreProgress) { EXPECT_EQ(StormsIn(10 * kRuns, 50, 0, 1), 0); }

TEST(Burst, FewRunsAreNone) { EXPECT_EQ(StormsIn(kRuns - 1, 50, 0), 0); }

TEST(Burst, ALongPauseBeforeItHidesNothing) {
  Burst burst;
  EXPECT_FALSE(burst.Add(0, 50, 1'000'000'000));
  bool is_storm = false;
  for (int i = 1; i < kRuns; ++i) is_storm = burst.Add(0, 50, 60);
  EXPECT_TRUE(is_storm);
}

TEST(ScaleTicks, IsWhatATickHasBeenWorth) {
  EXPECT_EQ(ScaleTicks(625, 62'500'000, Duration::Seconds(1)), Duration::Microseconds(10));
  EXPECT_EQ(ScaleTicks(3'000, 3'000'000'000'000, Duration::Seconds(1'000)).nanoseconds, 1'000);
  EXPECT_EQ(ScaleTicks(5, 0, Duration::Seconds(1)), Duration{});
  // Both scaled down alike: a year's uptime loses no more than a millionth.
  EXPECT_NEAR(
      static_cast<double>(ScaleTicks(1'000'000, 31'557'600ull * 19'200'000, Duration::Seconds(31'557'600)).nanoseconds),
      1e9 / 19.2, 100);
}

}  // namespace
}  // namespace kernel::interrupt
