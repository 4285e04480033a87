#include "drivers/timer/apic_alarm/deadline_alarm.h"

#include <algorithm>
#include <cstdint>

#include "gtest/gtest.h"
#include "kernel/base/time.h"

namespace drivers::timer {
namespace {

using kernel::Duration;
using kernel::Instant;
using kernel::kNever;

// A counter of 3 a nanosecond, and a timer that asks once when it is reached.
struct World {
  std::uint64_t counter = 0;
  std::uint64_t deadline = 0;  // 0: none
  int sets = 0;
  Duration most_sleep = Duration::Seconds(1'000'000);

  Instant Now() const { return {static_cast<std::int64_t>(counter / 3)}; }
  bool Sleeps() const { return deadline == 0; }
};

struct Machine {
  World* world;
  Instant Now() {
    world->counter += 10;
    return world->Now();
  }
  Duration MostSleep() { return world->most_sleep; }
  std::uint64_t TimeStampAt(Instant instant) { return static_cast<std::uint64_t>(instant.nanoseconds) * 3; }
  void SetDeadline(std::uint64_t time_stamp) {
    ++world->sets;
    world->deadline = time_stamp;
  }
};

class DeadlineAlarmTest : public testing::Test {
 protected:
  // Sleeps until the alarm is more than a piece. Returns the interrupts.
  int Sleep() {
    for (int interrupts = 1;; ++interrupts) {
      EXPECT_FALSE(world_.Sleeps()) << "for ever";
      if (world_.Sleeps()) return interrupts;
      world_.counter = std::max(world_.counter, world_.deadline);
      world_.deadline = 0;  // it disarms itself
      if (!alarm_.IsEarly()) return interrupts;
    }
  }

  World world_;
  DeadlineAlarm<Machine> alarm_{Machine{&world_}};
};

TEST_F(DeadlineAlarmTest, TheCountersValueIsSet) {
  alarm_.Set({1'000'000});
  EXPECT_EQ(world_.deadline, 3'000'000u);
  EXPECT_EQ(Sleep(), 1);
  EXPECT_GE(world_.Now(), Instant{1'000'000});
}

TEST_F(DeadlineAlarmTest, NeverStopsIt) {
  alarm_.Set({1'000'000});
  alarm_.Set(kNever);
  EXPECT_EQ(world_.deadline, 0u);
}

TEST_F(DeadlineAlarmTest, APastDeadlineAsksAtOnce) {
  world_.counter = 1'000'000;
  alarm_.Set({5});
  EXPECT_EQ(world_.deadline, 15u);
  alarm_.Set({0});
  EXPECT_NE(world_.deadline, 0u) << "0 would stop it";
}

TEST_F(DeadlineAlarmTest, ALongSleepComesInPiecesThatTheClockCanBear) {
  world_.most_sleep = Duration::Milliseconds(5);
  alarm_.Set({52'000'000});
  EXPECT_EQ(Sleep(), 11);
  EXPECT_GE(world_.Now(), Instant{52'000'000});
  EXPECT_LT(world_.Now(), Instant{52'100'000});
}

}  // namespace
}  // namespace drivers::timer
