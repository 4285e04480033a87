#include "net/tcp/slow_start.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "kernel/base/time.h"
#include "net/tcp/sequence.h"

namespace net::tcp {
namespace {

using kernel::Duration;

constexpr std::uint32_t kSegment = 1000;

// A sender whose rounds are so many segments long, each acknowledged by itself.
class SlowStartTest : public testing::Test {
 protected:
  SlowStartTest() { slow_start_.Begin(una_); }

  // A round in which each segment took `round_trip`; returns by how much the window grew.
  std::uint32_t Round(Duration round_trip, std::uint32_t segments = 20) {
    std::uint32_t growth = 0;
    const Sequence end = una_ + segments * kSegment;
    for (std::uint32_t i = 0; i < segments && !is_over_; ++i) {
      una_ += kSegment;
      // The window is full: what is acknowledged is replaced at once.
      const SlowStart::Step step =
          slow_start_.OnAcknowledged(kSegment, kSegment, round_trip, una_, end + (i + 1) * kSegment);
      growth += step.growth;
      is_over_ = step.is_over;
    }
    return growth;
  }

  SlowStart slow_start_;
  Sequence una_ = {0xffff'0000};
  bool is_over_ = false;
};

TEST_F(SlowStartTest, OnASteadyPathItGrowsByAllThatIsAcknowledged) {
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Round(Duration::Milliseconds(50)), 20 * kSegment);
  EXPECT_FALSE(slow_start_.IsConservative());
  EXPECT_FALSE(is_over_);
}

TEST_F(SlowStartTest, RoundTripsThatGrowByAnEighthSlowItDown) {
  Round(Duration::Milliseconds(80));
  Round(Duration::Milliseconds(80));
  Round(Duration::Milliseconds(89));  // a ninth more
  EXPECT_FALSE(slow_start_.IsConservative());
  Round(Duration::Milliseconds(101));
  EXPECT_TRUE(slow_start_.IsConservative());
  EXPECT_EQ(Round(Duration::Milliseconds(110)), 20 * (kSegment / SlowStart::kGrowthDivisor));
}

TEST_F(SlowStartTest, LessThanFourMillisecondsAreNothingAndSixteenAreAlwaysMuch) {
  Round(Duration::Milliseconds(1));
  Round(Duration::Microseconds(4900));
  EXPECT_FALSE(slow_start_.IsConservative());
  Round(Duration::Milliseconds(9));
  EXPECT_TRUE(slow_start_.IsConservative());
  slow_start_.Begin(una_);
  Round(Duration::Milliseconds(400));
  Round(Duration::Milliseconds(400));
  Round(Duration::Milliseconds(416));
  EXPECT_TRUE(slow_start_.IsConservative());
}

TEST_F(SlowStartTest, AFewSamplesSayNothing) {
  Round(Duration::Milliseconds(50));
  Round(Duration::Milliseconds(50));
  Round(Duration::Milliseconds(90), SlowStart::kSamples - 1);
  EXPECT_FALSE(slow_start_.IsConservative());
}

TEST_F(SlowStartTest, AfterFiveConservativeRoundsItIsOver) {
  Round(Duration::Milliseconds(50));
  Round(Duration::Milliseconds(50));
  Round(Duration::Milliseconds(70));
  ASSERT_TRUE(slow_start_.IsConservative());
  int rounds = 0;
  while (!is_over_ && rounds < 10) {
    Round(Duration::Milliseconds(80));
    ++rounds;
  }
  EXPECT_EQ(rounds, SlowStart::kConservativeRounds);
}

TEST_F(SlowStartTest, WhenRoundTripsAreShorterAgainItGoesOnAsBefore) {
  Round(Duration::Milliseconds(50));
  Round(Duration::Milliseconds(50));
  Round(Duration::Milliseconds(70));
  ASSERT_TRUE(slow_start_.IsConservative());
  Round(Duration::Milliseconds(60));
  EXPECT_FALSE(slow_start_.IsConservative());
  EXPECT_EQ(Round(Duration::Milliseconds(60)), 20 * kSegment);
}

TEST_F(SlowStartTest, OneAcknowledgmentAddsEightSegmentsAtMost) {
  const SlowStart::Step step = slow_start_.OnAcknowledged(30 * kSegment, kSegment, Duration::Milliseconds(50),
                                                          una_ + 30 * kSegment, una_ + 60 * kSegment);
  EXPECT_EQ(step.growth, SlowStart::kMostSegments * kSegment);
}

}  // namespace
}  // namespace net::tcp
