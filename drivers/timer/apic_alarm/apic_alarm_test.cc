#include "drivers/timer/apic_alarm/apic_alarm.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/base/time.h"

namespace drivers::timer {
namespace {

using kernel::Duration;
using kernel::Instant;
using kernel::kNever;

// A timer on simulated time. Each access takes a while.
struct World {
  double hertz = 1e9;
  double now = 0;           // seconds
  double access = 0.3e-6;   // seconds
  double interrupt = 2e-6;  // seconds from the timer's end to the handler
  std::uint32_t count = 0;
  double divider = 1;
  double started = 0;
  Duration most_sleep = Duration::Seconds(1'000'000);
  bool has_exact_clock = true;

  double End() const { return started + count * divider / hertz; }
};

struct Machine {
  World* world;
  Instant Now() {
    world->now += world->access / 10;
    return {static_cast<std::int64_t>(world->now * 1e9)};
  }
  void StartCount(std::uint32_t count, bool is_slow) {
    world->now += world->access;
    world->count = count;
    world->divider = is_slow ? 128 : 1;
    world->started = world->now;
  }
  Duration MostSleep() { return world->most_sleep; }
  bool HasExactClock() { return world->has_exact_clock; }
  std::uint32_t CurrentCount() {
    world->now += world->access;
    const double left = std::ceil((world->End() - world->now) * world->hertz / world->divider);
    return left <= 0 ? 0 : static_cast<std::uint32_t>(left);
  }
};

class ApicAlarmTest : public testing::Test {
 protected:
  // Sleeps until the alarm comes when it is time. Returns the interrupts.
  int Sleep(double seconds) {
    const Instant deadline = {static_cast<std::int64_t>((world_.now + seconds) * 1e9)};
    alarm_.Set(deadline);
    for (int interrupts = 1;; ++interrupts) {
      world_.now = std::max(world_.now, world_.End()) + world_.interrupt;
      if (alarm_.IsEarly()) continue;
      EXPECT_GE(Machine{&world_}.Now(), deadline);
      late_ = world_.now - static_cast<double>(deadline.nanoseconds) / 1e9;
      return interrupts;
    }
  }

  World world_;
  ApicAlarm<Machine> alarm_{Machine{&world_}};
  double late_ = 0;
};

TEST_F(ApicAlarmTest, IsNeverEarlyAndHardlyLateAtAnyRate) {
  for (const double hertz : {16e6, 24e6, 25e6, 66.7e6, 100e6, 133e6, 200e6, 400e6, 1e9}) {
    world_ = {.hertz = hertz};
    alarm_ = ApicAlarm<Machine>(Machine{&world_});
    for (const double seconds : {0.01, 0.001, 0.1, 0.0001, 1.0, 0.01, 10.0, 0.001}) {
      Sleep(seconds);
      EXPECT_LT(late_, seconds / 3'300 + 8e-6) << hertz << " " << seconds;
    }
  }
}

TEST_F(ApicAlarmTest, LearnsTheRateInAFewInterrupts) {
  EXPECT_LE(Sleep(0.01), 6);
  Sleep(0.1);
  EXPECT_LE(Sleep(0.1), 2);
  Sleep(1);
  EXPECT_EQ(Sleep(1), 1);
  EXPECT_EQ(Sleep(0.5), 1);
  EXPECT_EQ(Sleep(0.01), 1);
}

TEST_F(ApicAlarmTest, LearnsFromShortAlarmsToo) {
  for (int i = 0; i < 10; ++i) Sleep(20e-6 + i * 1e-6);
  int interrupts = 0;
  for (int i = 0; i < 100; ++i) interrupts += Sleep(20e-6 + i * 0.1e-6);
  EXPECT_LE(interrupts, 210) << "two each: such a short one cannot be measured well";
}

TEST_F(ApicAlarmTest, AnInexactClockIsCorrectedOnceItIsExact) {
  world_.has_exact_clock = false;
  for (int i = 0; i < 10; ++i) Sleep(0.001);
  world_.has_exact_clock = true;
  for (int i = 0; i < 10; ++i) Sleep(0.01);
  EXPECT_LE(Sleep(0.01), 2);
  EXPECT_LT(late_, 0.01 / 3'300 + 8e-6);
}

TEST_F(ApicAlarmTest, TheRateIsNeverAboveTheTruth) {
  world_.hertz = 100e6;
  for (int i = 0; i < 1000; ++i) {
    world_.interrupt = 1e-6 * (i % 7);
    Sleep(0.0001 * (1 + i % 100));
    ASSERT_LE(static_cast<double>(alarm_.rate()) / std::pow(2, 32) * 1e9, 100e6 * (1 + 2e-4)) << i;
  }
}

TEST_F(ApicAlarmTest, AHandlerThatComesLateSpoilsNothingForLong) {
  Sleep(1);
  world_.interrupt = 0.5;
  Sleep(1);
  world_.interrupt = 2e-6;
  Sleep(1);
  EXPECT_LT(late_, 1.0 / 30'000 + 8e-6);
  Sleep(1);
  EXPECT_EQ(Sleep(1), 1);
}

TEST_F(ApicAlarmTest, AFarDeadlineNeedsFewInterrupts) {
  Sleep(1);
  EXPECT_LE(Sleep(500), 2);
  EXPECT_LE(Sleep(3600), 10);
  EXPECT_LT(late_, 3600.0 / 30'000);
}

TEST_F(ApicAlarmTest, LooksAtTheClockAsOftenAsItWantsToBeLookedAt) {
  Sleep(1);
  world_.most_sleep = Duration::Milliseconds(5);
  EXPECT_GE(Sleep(0.1), 20);
  EXPECT_LE(Sleep(0.1), 22);
}

TEST_F(ApicAlarmTest, APastDeadlineAsksAtOnce) {
  world_.now = 5;
  alarm_.Set({0});
  EXPECT_EQ(world_.count, 1U);
  alarm_.Set({-5});
  EXPECT_EQ(world_.count, 1U);
}

TEST_F(ApicAlarmTest, NeverStopsTheTimer) {
  alarm_.Set({1'000'000'000});
  EXPECT_GT(world_.count, 0U);
  alarm_.Set(kNever);
  EXPECT_EQ(world_.count, 0U);
  EXPECT_TRUE(alarm_.IsEarly()) << "asked just before it was stopped";
  EXPECT_EQ(world_.count, 0U);
  world_.now = 100;
  Sleep(0.1);
  EXPECT_LT(late_, 1e-3);
}

}  // namespace
}  // namespace drivers::timer
