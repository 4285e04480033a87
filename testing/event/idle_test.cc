// A machine that has nothing to do sleeps, and nothing wakes it.
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/event/progress.h"

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using kernel::event::Progress;
using kernel::event::ReadProgress;

class Idle : public testing::Test {
 protected:
  // A machine that nobody told the rates of its timers learns them from its first sleeps, some of which end too early.
  static void SetUpTestSuite() {
    std::uint64_t before;
    do {
      before = ReadProgress().sleeps;
      std::this_thread::sleep_for(100ms);
    } while (ReadProgress().sleeps - before > 1);
  }
};

TEST_F(Idle, ASecondAsleepIsOneSleep) {
  const Progress before = ReadProgress();
  const auto start = Clock::now();
  std::this_thread::sleep_for(1s);
  const auto slept = Clock::now() - start;
  const Progress after = ReadProgress();
  // A timer whose rate was measured on a busy host may ask a moment too early, and again. Under -icount it does not:
  // the rule of that test reads the line below.
  EXPECT_LE(after.sleeps - before.sleeps, 2u);
  EXPECT_EQ(after.alarm_wake_ups - before.alarm_wake_ups, 1u);
  EXPECT_GE(slept, 1s);
  std::printf("%u wake-ups in a second\n", static_cast<unsigned>(after.sleeps - before.sleeps - 1));
}

TEST_F(Idle, TimersThatWereGivenUpWakeNobody) {
  std::mutex mutex;
  std::condition_variable changed;
  bool is_over = false;
  std::thread waiter([&] {
    std::unique_lock lock(mutex);
    EXPECT_TRUE(changed.wait_for(lock, 10ms, [&] { return is_over; }));
  });
  std::this_thread::yield();
  {
    const std::lock_guard lock(mutex);
    is_over = true;
  }
  changed.notify_one();
  waiter.join();
  const Progress before = ReadProgress();
  std::this_thread::sleep_for(50ms);
  EXPECT_LE(ReadProgress().sleeps - before.sleeps, 2u);
}

TEST_F(Idle, EachDeadlineOfManyThreadsIsOneSleep) {
  const Progress before = ReadProgress();
  std::vector<std::thread> threads;
  for (int i = 1; i <= 10; ++i) {
    threads.emplace_back([until = Clock::now() + i * 20ms] {
      std::this_thread::sleep_until(until);
      EXPECT_GE(Clock::now(), until);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(ReadProgress().sleeps - before.sleeps, 20u);
}

// How late depends on the host, but under -icount; that test's rule reads the line.
TEST(Sleep, IsNeverTooShortAndHardlyTooLong) {
  std::chrono::nanoseconds latest{};
  for (std::chrono::nanoseconds duration = 1us; duration < 10ms; duration = duration * 5 / 4) {
    const auto start = Clock::now();
    std::this_thread::sleep_for(duration);
    const auto late = Clock::now() - start - duration;
    EXPECT_GE(late, 0ns);
    if (late > latest) latest = late;
  }
  std::printf("a thread woke at the latest %lld ns late\n", static_cast<long long>(latest.count()));
}

}  // namespace
