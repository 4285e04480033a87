#include "net/tcp/cubic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "kernel/base/time.h"

namespace net::tcp {
namespace {

using kernel::Duration;
using kernel::Instant;

constexpr std::uint32_t kSegment = 1460;
constexpr Duration kRoundTrip = Duration::Milliseconds(100);

TEST(CubicTest, TheInitialWindowIsTenSegmentsOrFourteenThousandBytes) {
  EXPECT_EQ(Cubic::InitialWindow(1460), 14600u);
  EXPECT_EQ(Cubic::InitialWindow(536), 5360u);
  EXPECT_EQ(Cubic::InitialWindow(8960), 17920u);
}

TEST(CubicTest, SlowStartGrowsByWhatIsAcknowledged) {
  Cubic cubic(kSegment);
  cubic.OnAcknowledged(2 * kSegment, kRoundTrip, {});
  EXPECT_EQ(cubic.window(), 12 * kSegment);
  EXPECT_TRUE(cubic.IsInSlowStart());
}

TEST(CubicTest, ALossLeavesSevenTenthsOfWhatWasOnTheWay) {
  Cubic cubic(kSegment);
  cubic.OnCongestion(100 * kSegment);
  EXPECT_EQ(cubic.window(), 70 * kSegment);
  EXPECT_EQ(cubic.threshold(), 70 * kSegment);
  EXPECT_FALSE(cubic.IsInSlowStart());
  cubic.OnCongestion(kSegment);
  EXPECT_EQ(cubic.window(), 2 * kSegment);
}

// Grows a connection to `segments` by slow start, then loses one.
Cubic AfterLossAt(std::uint32_t segments) {
  Cubic cubic(kSegment);
  cubic.OnAcknowledged((segments - 10) * kSegment, kRoundTrip, {});
  cubic.OnCongestion(segments * kSegment);
  return cubic;
}

// The window of the RFC in real numbers, where Reno would have less: one update a round trip is what acknowledgments of
// all of a window amount to.
TEST(CubicTest, TheWindowFollowsTheCurveWithinAPercentForAMinute) {
  constexpr double kMaximum = 2000;  // segments
  Cubic cubic = AfterLossAt(2000);
  const double start = 0.7 * kMaximum;
  const double plateau = std::cbrt((kMaximum - start) / 0.4);
  Instant now = {};
  std::uint64_t compared = 0;
  while (now < Instant{} + Duration::Seconds(60)) {
    // A window of acknowledgments, each for two segments, spread over the round trip.
    const std::uint32_t steps = cubic.window() / (2 * kSegment);
    const Instant turn = now;
    for (std::uint32_t i = 0; i < steps; ++i) {
      now = turn + Duration{kRoundTrip.nanoseconds * (i + 1) / steps};
      cubic.OnAcknowledged(2 * kSegment, kRoundTrip, now);
    }
    const double seconds = static_cast<double>(now.nanoseconds) / 1e9;
    const double expected = 0.4 * std::pow(seconds - plateau, 3) + kMaximum;
    const double window = static_cast<double>(cubic.window()) / kSegment;
    EXPECT_NEAR(window / expected, 1.0, 0.01) << seconds;
    ++compared;
  }
  EXPECT_GT(compared, 500u);
}

TEST(CubicTest, OnAShortPathItIsNotSlowerThanReno) {
  constexpr Duration kShort = Duration::Milliseconds(1);
  Cubic cubic = AfterLossAt(20);
  Instant now = {};
  double reno = 14;  // segments
  for (int turn = 0; turn < 200; ++turn) {
    const std::uint32_t steps = std::max(cubic.window() / kSegment, 1u);
    for (std::uint32_t i = 0; i < steps; ++i) {
      now = now + Duration{kShort.nanoseconds / steps};
      cubic.OnAcknowledged(kSegment, kShort, now);
    }
    reno += reno < 20 ? 9.0 / 17.0 : 1.0;
  }
  EXPECT_NEAR(static_cast<double>(cubic.window()) / kSegment / reno, 1.0, 0.05);
}

TEST(CubicTest, LosingBelowTheOldMaximumLeavesRoomForOthers) {
  Cubic once = AfterLossAt(1000);
  once.OnCongestion(700 * kSegment);  // never came back to 1000: the next plateau is at 0.85 * 700
  Instant now = {};
  for (int i = 0; i < 100'000 && once.window() < 590 * kSegment; ++i) {
    now = now + Duration::Milliseconds(1);
    once.OnAcknowledged(4 * kSegment, kRoundTrip, now);
  }
  const std::uint32_t at_plateau = once.window();
  for (int i = 0; i < 500; ++i) {
    now = now + Duration::Milliseconds(1);
    once.OnAcknowledged(4 * kSegment, kRoundTrip, now);
  }
  EXPECT_LT(once.window() - at_plateau, 10 * kSegment);  // flat there
}

TEST(CubicTest, ATimeOutStartsFromOneSegmentAndCountsOnce) {
  Cubic cubic = AfterLossAt(100);
  cubic.OnTimeout(60 * kSegment, true);
  EXPECT_EQ(cubic.window(), kSegment);
  EXPECT_EQ(cubic.threshold(), 42 * kSegment);
  cubic.OnTimeout(kSegment, false);
  EXPECT_EQ(cubic.threshold(), 42 * kSegment);
  EXPECT_TRUE(cubic.IsInSlowStart());
}

TEST(CubicTest, ALossThatWasNoneIsTakenBack) {
  Cubic cubic(kSegment);
  cubic.OnAcknowledged(90 * kSegment, kRoundTrip, {});
  cubic.OnCongestion(100 * kSegment);
  cubic.Undo();
  EXPECT_EQ(cubic.window(), 100 * kSegment);
  EXPECT_TRUE(cubic.IsInSlowStart());
  cubic.Undo();
  EXPECT_EQ(cubic.window(), 100 * kSegment);
}

TEST(CubicTest, AfterAnIdleTimeTheWindowIsNotLargerThanTheInitialOne) {
  Cubic cubic(kSegment);
  cubic.OnAcknowledged(90 * kSegment, kRoundTrip, {});
  cubic.OnIdle();
  EXPECT_EQ(cubic.window(), 10 * kSegment);
}

TEST(CubicTest, TheWindowNeverLeavesItsBounds) {
  Cubic cubic(kSegment);
  for (int i = 0; i < 100; ++i) cubic.OnAcknowledged(UINT32_MAX, kRoundTrip, {});
  EXPECT_EQ(cubic.window(), 1u << 30);
  cubic.OnCongestion(1u << 30);
  cubic.OnAcknowledged(UINT32_MAX, Duration::Seconds(100), Instant{} + Duration::Seconds(1'000'000'000));
  EXPECT_LE(cubic.window(), 1u << 30);
  cubic.OnTimeout(0, true);
  EXPECT_EQ(cubic.window(), kSegment);
}

}  // namespace
}  // namespace net::tcp
