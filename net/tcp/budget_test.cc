#include "net/tcp/budget.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

#include "kernel/base/time.h"

namespace net::tcp {
namespace {

using kernel::Duration;
using kernel::Instant;
using enum Budget::Pressure;

constexpr Duration kRoundTrip = Duration::Milliseconds(100);
constexpr std::uint32_t kLimit = 6 * 1024 * 1024;

TEST(BudgetTest, PressureGrowsWithWhatIsUsed) {
  Budget budget(1600);
  EXPECT_EQ(budget.pressure(), kNone);
  budget.Charge(1200);
  EXPECT_EQ(budget.pressure(), kNone);
  budget.Charge(1);
  EXPECT_EQ(budget.pressure(), kSome);
  budget.Charge(299);
  EXPECT_EQ(budget.pressure(), kSome);
  budget.Charge(1);
  EXPECT_EQ(budget.pressure(), kFull);
  EXPECT_TRUE(budget.HasRoomFor(99));
  EXPECT_FALSE(budget.HasRoomFor(100));
  budget.Charge(200);  // nobody is forced
  EXPECT_FALSE(budget.HasRoomFor(0));
  budget.Release(1701);
  EXPECT_EQ(budget.used(), 0u);
  EXPECT_FALSE(budget.HasRoomFor(SIZE_MAX));
}

// A sender in slow start fills each window that it is given: it must double until the limit.
TEST(ReceiveTuningTest, AWindowThatIsReadInARoundTripDoubles) {
  ReceiveTuning tuning;
  Instant now = Instant{} + Duration::Seconds(1);
  std::uint32_t expected = ReceiveTuning::kInitialWindow;
  while (expected < kLimit) {
    EXPECT_EQ(tuning.window(), expected);
    for (int part = 0; part < 15; ++part) {
      tuning.OnRead(expected / 15, kRoundTrip, now, kLimit, kNone);
      now = now + Duration::Milliseconds(6);
    }
    now = now + Duration::Milliseconds(10);
    tuning.OnRead(0, kRoundTrip, now, kLimit, kNone);
    expected = std::min(2 * expected, kLimit);
  }
  EXPECT_EQ(tuning.window(), kLimit);
}

TEST(ReceiveTuningTest, ASlowReaderKeepsItsWindow) {
  ReceiveTuning tuning;
  Instant now = {};
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(tuning.OnRead(30'000, kRoundTrip, now, kLimit, kNone), ReceiveTuning::kInitialWindow);
    now = now + kRoundTrip;
  }
}

TEST(ReceiveTuningTest, AnIdleTimeIsNoRoundTrip) {
  ReceiveTuning tuning;
  Instant now = {};
  for (int i = 0; i < 100; ++i) {
    tuning.OnRead(40'000, kRoundTrip, now, kLimit, kNone);
    now = now + Duration::Seconds(10);
    tuning.OnRead(0, kRoundTrip, now, kLimit, kNone);
  }
  EXPECT_EQ(tuning.window(), 80'000u);  // 40,000 a round trip; not what came in all those seconds
}

TEST(ReceiveTuningTest, PressureStopsItsGrowthAndThenShrinksIt) {
  ReceiveTuning tuning;
  Instant now = {};
  const auto turn = [&](Budget::Pressure pressure) {
    tuning.OnRead(1'000'000, kRoundTrip, now, kLimit, pressure);
    now = now + kRoundTrip;
    return tuning.OnRead(0, kRoundTrip, now, kLimit, pressure);
  };
  EXPECT_EQ(turn(kSome), ReceiveTuning::kInitialWindow);
  EXPECT_EQ(turn(kNone), 2'000'000u);
  EXPECT_EQ(turn(kFull), 1'000'000u);
  for (int i = 0; i < 20; ++i) turn(kFull);
  EXPECT_EQ(tuning.window(), 4096u);
  EXPECT_EQ(turn(kNone), 2'000'000u);
}

TEST(ReceiveTuningTest, TheLimitHoldsAlsoWhenItIsSmall) {
  ReceiveTuning tuning;
  EXPECT_EQ(tuning.OnRead(100, kRoundTrip, {}, 1000, kNone), 1000u);
  EXPECT_EQ(tuning.OnRead(5000, kRoundTrip, Instant{} + Duration::Seconds(1), 1000, kNone), 1000u);
  EXPECT_EQ(tuning.OnRead(5000, {}, Instant{} + Duration::Seconds(2), 1000, kFull), 1000u);
}

TEST(SendBufferSizeTest, ItIsTwiceTheWindowWithinItsLimits) {
  EXPECT_EQ(SendBufferSize(14'600, kLimit, kNone), 65'536u);
  EXPECT_EQ(SendBufferSize(100'000, kLimit, kNone), 200'000u);
  EXPECT_EQ(SendBufferSize(1u << 30, kLimit, kNone), kLimit);
  EXPECT_EQ(SendBufferSize(100'000, kLimit, kSome), 100'000u);
  EXPECT_EQ(SendBufferSize(100'000, kLimit, kFull), 8'192u);
  EXPECT_EQ(SendBufferSize(100'000, 5'000, kFull), 5'000u);
}

}  // namespace
}  // namespace net::tcp
