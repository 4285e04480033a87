#include "kernel/base/time.h"

#include "gtest/gtest.h"

namespace kernel {
namespace {

TEST(Time, UnitsAreNanoseconds) {
  EXPECT_EQ(Duration::Nanoseconds(7).nanoseconds, 7);
  EXPECT_EQ(Duration::Microseconds(7).nanoseconds, 7'000);
  EXPECT_EQ(Duration::Milliseconds(7).nanoseconds, 7'000'000);
  EXPECT_EQ(Duration::Seconds(7).nanoseconds, 7'000'000'000);
}

TEST(Time, InstantsDifferByDurations) {
  const Instant start{100};
  const Instant later = start + Duration::Nanoseconds(50);
  EXPECT_GT(later, start);
  EXPECT_EQ(later - start, Duration::Nanoseconds(50));
  EXPECT_EQ(later - Duration::Nanoseconds(50), start);
  EXPECT_EQ(Duration::Seconds(1) - Duration::Milliseconds(1), Duration::Microseconds(999'000));
}

}  // namespace
}  // namespace kernel
