// [POSIX] clock_gettime, clock_settime, clock_getres, clock_nanosleep
#include <sys/time.h>
#include <time.h>

#include <cerrno>
#include <cstdint>
#include <ctime>
#include <thread>

#include "gtest/gtest.h"
#include "testing/posix/files.h"

namespace posix {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr time_t kSomeDate = 1'000'000'000;  // 2001-09-09 01:46:40 UTC

std::int64_t Now(clockid_t clock) {
  timespec time = {};
  EXPECT_EQ(clock_gettime(clock, &time), 0);
  return time.tv_sec * kSecond + time.tv_nsec;
}

void SetDate(time_t seconds, long nanoseconds = 0) {
  const timespec date = {.tv_sec = seconds, .tv_nsec = nanoseconds};
  EXPECT_EQ(clock_settime(CLOCK_REALTIME, &date), 0) << "errno " << errno;
}

TEST(ClockSettime, SetsTheDateAndItGoesOnFromThere) {
  SetDate(kSomeDate, 500'000'000);
  const std::int64_t first = Now(CLOCK_REALTIME);
  EXPECT_GE(first, kSomeDate * kSecond + kSecond / 2);
  EXPECT_LT(first, (kSomeDate + 10) * kSecond);
  const timespec pause = {.tv_sec = 0, .tv_nsec = 20'000'000};
  EXPECT_EQ(nanosleep(&pause, nullptr), 0);
  EXPECT_GE(Now(CLOCK_REALTIME) - first, 20'000'000);
}

TEST(ClockSettime, IsSeenByTimeAndGettimeofday) {
  SetDate(kSomeDate);
  EXPECT_GE(std::time(nullptr), kSomeDate);
  EXPECT_LT(std::time(nullptr), kSomeDate + 10);
  timeval now = {};
  EXPECT_EQ(gettimeofday(&now, nullptr), 0);
  EXPECT_GE(now.tv_sec, kSomeDate);
  EXPECT_LT(now.tv_sec, kSomeDate + 10);
}

TEST(ClockSettime, GoesBackwardsAndLeavesTheMonotonicClockAlone) {
  SetDate(kSomeDate + 1'000'000);
  const std::int64_t before = Now(CLOCK_MONOTONIC);
  SetDate(kSomeDate);
  const std::int64_t after = Now(CLOCK_MONOTONIC);
  EXPECT_GE(after, before);
  EXPECT_LT(after - before, 10 * kSecond);
  EXPECT_LT(Now(CLOCK_REALTIME), (kSomeDate + 10) * kSecond);
}

TEST(ClockSettime, SaysWhatItCannotSet) {
  SetDate(kSomeDate);
  const timespec date = {.tv_sec = kSomeDate + 1'000'000, .tv_nsec = 0};
  EXPECT_FAILS(clock_settime(CLOCK_MONOTONIC, &date), EINVAL);
  EXPECT_FAILS(clock_settime(12345, &date), EINVAL);
  for (const long nanoseconds : {-1L, 1'000'000'000L}) {
    const timespec wrong = {.tv_sec = kSomeDate, .tv_nsec = nanoseconds};
    EXPECT_FAILS(clock_settime(CLOCK_REALTIME, &wrong), EINVAL);
  }
  EXPECT_LT(Now(CLOCK_REALTIME), (kSomeDate + 10) * kSecond);  // and nothing was set
}

TEST(ClockSettime, WakesWhoSleepsUntilADateThatItMakesPast) {
  SetDate(kSomeDate);
  bool has_woken = false;
  std::thread sleeper([&] {
    const timespec date = {.tv_sec = kSomeDate + 3600, .tv_nsec = 0};
    EXPECT_EQ(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &date, nullptr), 0);
    has_woken = true;
  });
  const timespec pause = {.tv_sec = 0, .tv_nsec = 20'000'000};
  EXPECT_EQ(nanosleep(&pause, nullptr), 0);
  EXPECT_FALSE(has_woken);
  SetDate(kSomeDate + 3601);
  sleeper.join();
  EXPECT_TRUE(has_woken);
  EXPECT_LT(Now(CLOCK_REALTIME), (kSomeDate + 3700) * kSecond);
}

TEST(ClockSettime, LeavesARelativeSleepAsLongAsItWas) {
  SetDate(kSomeDate);
  const std::int64_t start = Now(CLOCK_MONOTONIC);
  std::thread sleeper([] {
    const timespec pause = {.tv_sec = 0, .tv_nsec = 100'000'000};
    EXPECT_EQ(clock_nanosleep(CLOCK_REALTIME, 0, &pause, nullptr), 0);
  });
  std::this_thread::yield();
  SetDate(kSomeDate + 3600);
  sleeper.join();
  EXPECT_GE(Now(CLOCK_MONOTONIC) - start, 100'000'000);
}

TEST(ClockGetres, IsANanosecondAndKnowsTheClocks) {
  for (const clockid_t clock : {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID}) {
    timespec resolution = {};
    EXPECT_EQ(clock_getres(clock, &resolution), 0);
    EXPECT_EQ(resolution.tv_sec, 0);
    EXPECT_EQ(resolution.tv_nsec, 1);
  }
  EXPECT_FAILS(clock_getres(12345, nullptr), EINVAL);
  timespec time = {};
  EXPECT_FAILS(clock_gettime(12345, &time), EINVAL);
}

}  // namespace
}  // namespace posix
