#include "net/tcp/round_trip.h"

#include <gtest/gtest.h>

#include "kernel/base/time.h"

namespace net::tcp {
namespace {

using kernel::Duration;

constexpr TimeoutLimits kNoFloor = {.least = {}, .most = Duration::Seconds(60)};

TEST(RoundTripTest, WithoutASampleItIsOneSecond) { EXPECT_EQ(RoundTrip().timeout(), Duration::Seconds(1)); }

TEST(RoundTripTest, TheFirstSampleGivesThreeTimesItself) {
  RoundTrip time(kNoFloor);
  time.AddSample(Duration::Milliseconds(100));
  EXPECT_EQ(time.smoothed(), Duration::Milliseconds(100));
  EXPECT_EQ(time.variation(), Duration::Milliseconds(50));
  EXPECT_EQ(time.timeout(), Duration::Milliseconds(300));
}

TEST(RoundTripTest, LaterSamplesCountAnEighthAndAQuarter) {
  RoundTrip time(kNoFloor);
  time.AddSample(Duration::Milliseconds(100));
  time.AddSample(Duration::Milliseconds(180));
  EXPECT_EQ(time.variation(), Duration::Microseconds(57'500));  // 3/4 * 50 + 1/4 * |100 - 180|
  EXPECT_EQ(time.smoothed(), Duration::Milliseconds(110));      // 7/8 * 100 + 1/8 * 180
  EXPECT_EQ(time.timeout(), Duration::Milliseconds(340));       // 110 + 4 * 57.5
  EXPECT_EQ(time.least(), Duration::Milliseconds(100));
  EXPECT_EQ(time.latest(), Duration::Milliseconds(180));
}

TEST(RoundTripTest, ASteadyPathKeepsTheGranularityAsMargin) {
  RoundTrip time(kNoFloor);
  for (int i = 0; i < 200; ++i) time.AddSample(Duration::Milliseconds(10));
  EXPECT_EQ(time.timeout(), Duration::Milliseconds(11));
}

TEST(RoundTripTest, TheLimitsHold) {
  RoundTrip time;
  time.AddSample(Duration::Microseconds(50));
  EXPECT_EQ(time.timeout(), Duration::Seconds(1));
  time.AddSample(Duration::Seconds(500));
  EXPECT_EQ(time.timeout(), Duration::Seconds(60));
}

TEST(RoundTripTest, EachTimeOutDoublesAndASampleEndsIt) {
  RoundTrip time;
  for (const int seconds : {1, 2, 4, 8, 16, 32, 60, 60}) {
    EXPECT_EQ(time.timeout(), Duration::Seconds(seconds));
    time.BackOff();
  }
  for (int i = 0; i < 100; ++i) time.BackOff();
  EXPECT_EQ(time.timeout(), Duration::Seconds(60));
  time.AddSample(Duration::Milliseconds(5));
  EXPECT_EQ(time.timeout(), Duration::Seconds(1));
}

TEST(RoundTripTest, AfterALostSynItStartsWithThreeSeconds) {
  RoundTrip time;
  time.BackOff();
  time.RememberLostSyn();
  EXPECT_EQ(time.timeout(), Duration::Seconds(3));
  time.AddSample(Duration::Milliseconds(5));
  EXPECT_EQ(time.timeout(), Duration::Seconds(1));
}

}  // namespace
}  // namespace net::tcp
