#include "kernel/libc/timespec.h"

#include <cstdint>
#include <limits>

#include "gtest/gtest.h"

namespace kernel::libc {
namespace {

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();

TEST(Timespec, NegativeTimesAndLongFractionsAreInvalid) {
  EXPECT_TRUE(IsValid({.tv_sec = 0, .tv_nsec = 0}));
  EXPECT_TRUE(IsValid({.tv_sec = kLargest, .tv_nsec = 999'999'999}));
  EXPECT_FALSE(IsValid({.tv_sec = -1, .tv_nsec = 0}));
  EXPECT_FALSE(IsValid({.tv_sec = 0, .tv_nsec = -1}));
  EXPECT_FALSE(IsValid({.tv_sec = 0, .tv_nsec = 1'000'000'000}));
}

TEST(Timespec, WhatDoesNotFitIsTheLargestDuration) {
  EXPECT_EQ(ToDuration({.tv_sec = 2, .tv_nsec = 3}).nanoseconds, 2'000'000'003);
  EXPECT_EQ(ToDuration({.tv_sec = kLargest, .tv_nsec = 999'999'999}).nanoseconds, kLargest);
  EXPECT_EQ(ToDuration({.tv_sec = kLargest / 1'000'000'000, .tv_nsec = kLargest % 1'000'000'000}).nanoseconds,
            kLargest);
  EXPECT_EQ(ToDuration({.tv_sec = kLargest / 1'000'000'000, .tv_nsec = 999'999'999}).nanoseconds, kLargest);
}

TEST(Timespec, ADeadlineBeyondTheEndOfTimeIsTheEndOfTime) {
  EXPECT_EQ(Later({5}, {7}).nanoseconds, 12);
  EXPECT_EQ(Later({5}, {kLargest}).nanoseconds, kLargest);
  EXPECT_EQ(Later({5}, {kLargest - 5}).nanoseconds, kLargest);
}

TEST(Timespec, NanosecondsSplit) {
  EXPECT_EQ(ToTimespec(2'000'000'003).tv_sec, 2);
  EXPECT_EQ(ToTimespec(2'000'000'003).tv_nsec, 3);
}

}  // namespace
}  // namespace kernel::libc
