// Clocks, durations and dates.
#include <chrono>
#include <ctime>
#include <thread>

#include "gtest/gtest.h"

namespace {

using namespace std::chrono_literals;

TEST(Chrono, TheSteadyClockNeverGoesBack) {
  auto last = std::chrono::steady_clock::now();
  for (int i = 0; i < 10'000; ++i) {
    const auto now = std::chrono::steady_clock::now();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(Chrono, TheClocksMoveOn) {
  const auto steady = std::chrono::steady_clock::now();
  const auto system = std::chrono::system_clock::now();
  std::this_thread::sleep_for(3ms);
  EXPECT_GE(std::chrono::steady_clock::now() - steady, 3ms);
  EXPECT_GE(std::chrono::system_clock::now() - system, 2ms);
}

TEST(Chrono, SleepUntilWakesAtItsTimeOrLater) {
  const auto start = std::chrono::steady_clock::now();
  std::this_thread::sleep_until(start + 5ms);
  EXPECT_GE(std::chrono::steady_clock::now(), start + 5ms);
  std::this_thread::sleep_until(start);  // in the past: returns
}

TEST(Chrono, DurationsConvert) {
  EXPECT_EQ(std::chrono::duration_cast<std::chrono::microseconds>(1500ns), 1us);
  EXPECT_EQ(std::chrono::round<std::chrono::microseconds>(1500ns), 2us);
  EXPECT_EQ(1h + 1min + 1s, 3661s);
}

TEST(Chrono, KnowsTheCalendar) {
  using namespace std::chrono;
  constexpr year_month_day kLeapDay = 2024y / February / 29;
  static_assert(kLeapDay.ok());
  EXPECT_EQ(weekday(kLeapDay), Thursday);
  EXPECT_EQ(sys_days(2024y / March / 1) - sys_days(kLeapDay), days(1));
  EXPECT_FALSE((2023y / February / 29).ok());
}

TEST(Chrono, TheCLibraryBreaksTimeDown) {
  const std::time_t time = 1'000'000'000;
  std::tm parts = {};
  ASSERT_NE(gmtime_r(&time, &parts), nullptr);
  char text[32];
  ASSERT_NE(std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts), 0u);
  EXPECT_STREQ(text, "2001-09-09 01:46:40");
  EXPECT_EQ(timegm(&parts), time);
}

TEST(Chrono, CpuTimeDoesNotCountSleep) {
  const std::clock_t before = std::clock();
  std::this_thread::sleep_for(100ms);
  EXPECT_LT(std::clock() - before, CLOCKS_PER_SEC / 20);  // 50 ms
}

}  // namespace
