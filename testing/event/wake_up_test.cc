// No wake-up is lost, wherever an interrupt meets a thread on its way to sleep. A real-time timer wakes the only
// thread; the distance sweeps over all that lies between the thread's decision and the machine's sleep, and beyond.
// Under -icount a nanosecond (x86_64) or 16 (aarch64) is an instruction, so that an interrupt comes before each of
// them; without, where the machines are uneven, chance finds the rest. A lost wake-up would be found by the next
// deadline, seconds later.
#include <cstdint>
#include <cstdio>
#include <random>

#include "gtest/gtest.h"
#include "kernel/base/time.h"
#include "kernel/event/deferred.h"
#include "kernel/event/progress.h"
#include "kernel/event/thread.h"
#include "kernel/time/clock.h"
#include "kernel/time/real_time_timer.h"

namespace {

using kernel::Duration;
using kernel::Instant;
using kernel::event::Deferred;
using kernel::event::ReadProgress;
using kernel::event::Thread;
using kernel::time::Now;

class WakeUp : public testing::Test {
 protected:
  ~WakeUp() override {
    EXPECT_EQ(lost_, 0);
    std::printf("%d wake-ups, %d of them before the sleep\n", wake_ups_, early_);
  }

  // Goes to sleep, and is woken by an interrupt `distance` from now, with or without having slept.
  void SleepAndBeWokenAfter(Duration distance) {
    is_woken_ = false;
    const std::uint64_t sleeps = ReadProgress().sleeps;
    const Instant too_late = Now() + Duration::Seconds(10);
    ASSERT_TRUE(timer_.StartOnce(Now() + distance));
    while (!is_woken_) (void)kernel::event::Block(too_late);
    ++wake_ups_;
    lost_ += Now() >= too_late;
    early_ += ReadProgress().sleeps == sleeps;
  }

  int wake_ups_ = 0;
  int early_ = 0;
  int lost_ = 0;

 private:
  Thread& thread_ = kernel::event::Current();
  bool is_woken_ = false;
  Deferred wake_{[](void* self) {
                   auto& test = *static_cast<WakeUp*>(self);
                   test.is_woken_ = true;
                   kernel::event::Wake(test.thread_);
                 },
                 this};
  kernel::time::RealTimeTimer timer_{[](void* wake) { static_cast<Deferred*>(wake)->Post(); }, &wake_};
};

TEST_F(WakeUp, IsNotLostAtAnyInstructionOfTheWayToSleep) {
  for (const std::int64_t instruction : {1, 16}) {
    for (std::int64_t i = 0; i < 2'500; ++i) SleepAndBeWokenAfter(Duration::Nanoseconds(i * instruction));
  }
  EXPECT_GT(early_, 0);
  EXPECT_LT(early_, wake_ups_);
}

TEST_F(WakeUp, IsNotLostAtAnyOtherTime) {
  std::minstd_rand random(1);
  for (int i = 0; i < 15'000; ++i) SleepAndBeWokenAfter(Duration::Nanoseconds(random() % 16'384));
}

}  // namespace
