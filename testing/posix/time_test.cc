// Time: [POSIX] clock_gettime, clock_getres, nanosleep, clock_nanosleep, time, clock, and what musl makes of them.
#include <pthread.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>

#include "gtest/gtest.h"
#include "testing/posix/files.h"

namespace posix {
namespace {

constexpr std::int64_t kBillion = 1'000'000'000;

std::int64_t Nanoseconds(const timespec& time) { return time.tv_sec * kBillion + time.tv_nsec; }

timespec TimeOf(std::int64_t nanoseconds) {
  return {.tv_sec = static_cast<time_t>(nanoseconds / kBillion), .tv_nsec = static_cast<long>(nanoseconds % kBillion)};
}

std::int64_t Now(clockid_t clock) {
  timespec now = {};
  EXPECT_EQ(clock_gettime(clock, &now), 0);
  return Nanoseconds(now);
}

constexpr std::array kClocks = {CLOCK_REALTIME,         CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW,
                                CLOCK_MONOTONIC_COARSE, CLOCK_BOOTTIME,  CLOCK_PROCESS_CPUTIME_ID,
                                CLOCK_THREAD_CPUTIME_ID};

TEST(Time, EveryClockTellsATimeWithinItsSecond) {
  for (const clockid_t clock : kClocks) {
    timespec now = {.tv_sec = -1, .tv_nsec = -1};
    ASSERT_EQ(clock_gettime(clock, &now), 0) << clock;
    EXPECT_GE(now.tv_sec, 0) << clock;
    EXPECT_GE(now.tv_nsec, 0) << clock;
    EXPECT_LT(now.tv_nsec, kBillion) << clock;
  }
}

TEST(Time, EveryClockHasAResolution) {
  for (const clockid_t clock : kClocks) {
    timespec resolution = {};
    ASSERT_EQ(clock_getres(clock, &resolution), 0) << clock;
    EXPECT_EQ(resolution.tv_sec, 0) << clock;
    EXPECT_GT(resolution.tv_nsec, 0) << clock;
    EXPECT_EQ(clock_getres(clock, nullptr), 0) << clock;
  }
}

TEST(Time, AClockThatIsNoneIsRefused) {
  timespec time = {};
  EXPECT_FAILS(clock_gettime(1000, &time), EINVAL);
  EXPECT_FAILS(clock_getres(1000, &time), EINVAL);
  EXPECT_EQ(clock_nanosleep(1000, 0, &time, nullptr), EINVAL);
}

TEST(Time, TheMonotonicClockNeverGoesBack) {
  std::int64_t last = Now(CLOCK_MONOTONIC);
  for (int i = 0; i < 10'000; ++i) {
    const std::int64_t now = Now(CLOCK_MONOTONIC);
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(Time, SleepTakesAtLeastAsLongAsAsked) {
  for (const std::int64_t asked : {1LL, 999LL, 50'000LL, 3'000'000LL}) {
    const std::int64_t before = Now(CLOCK_MONOTONIC);
    const timespec length = TimeOf(asked);
    ASSERT_EQ(nanosleep(&length, nullptr), 0);
    EXPECT_GE(Now(CLOCK_MONOTONIC) - before, asked);
  }
  EXPECT_EQ(usleep(100), 0);
}

TEST(Time, NoSleepIsOverAtOnce) {
  const timespec none = {};
  EXPECT_EQ(nanosleep(&none, nullptr), 0);
}

TEST(Time, LengthsThatAreNoneAreRefused) {
  for (const timespec wrong : {timespec{.tv_sec = 0, .tv_nsec = -1}, timespec{.tv_sec = 0, .tv_nsec = kBillion},
                               timespec{.tv_sec = -1, .tv_nsec = 0}}) {
    EXPECT_FAILS(nanosleep(&wrong, nullptr), EINVAL);
    EXPECT_EQ(clock_nanosleep(CLOCK_MONOTONIC, 0, &wrong, nullptr), EINVAL);
  }
}

TEST(Time, SleepUntilAPointInTimeEndsThereOnEitherClock) {
  for (const clockid_t clock : {CLOCK_MONOTONIC, CLOCK_REALTIME}) {
    const std::int64_t end = Now(clock) + 2'000'000;
    const timespec until = TimeOf(end);
    ASSERT_EQ(clock_nanosleep(clock, TIMER_ABSTIME, &until, nullptr), 0);
    EXPECT_GE(Now(clock), end);
  }
}

TEST(Time, SleepUntilThePastIsOverAtOnce) {
  const timespec past = TimeOf(1);
  EXPECT_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &past, nullptr), 0);
}

TEST(Time, TheDateIsTheSameHoweverOneAsks) {
  const time_t before = time(nullptr);
  timeval now = {};
  ASSERT_EQ(gettimeofday(&now, nullptr), 0);
  const std::int64_t real = Now(CLOCK_REALTIME);
  const time_t after = time(nullptr);
  EXPECT_GE(now.tv_sec, before);
  EXPECT_LE(now.tv_sec, after);
  EXPECT_GE(real, now.tv_sec * kBillion + now.tv_usec * 1'000);
}

TEST(Time, WorkTakesCpuTimeAndSleepTakesNone) {
  const std::int64_t before = Now(CLOCK_PROCESS_CPUTIME_ID);
  const std::int64_t wall = Now(CLOCK_MONOTONIC);
  const clock_t ticks = clock();
  ASSERT_NE(ticks, static_cast<clock_t>(-1));
  while (Now(CLOCK_MONOTONIC) - wall < 5'000'000) {
  }
  EXPECT_GT(Now(CLOCK_PROCESS_CPUTIME_ID), before);
  EXPECT_GE(clock(), ticks);
  tms times_used = {};
  EXPECT_NE(times(&times_used), static_cast<clock_t>(-1));
}

TEST(Time, AnotherThreadRunsWhileOneSleeps) {
  static bool did_run;
  did_run = false;
  pthread_t thread = {};
  ASSERT_EQ(pthread_create(
                &thread, nullptr,
                [](void*) -> void* {
                  did_run = true;
                  return nullptr;
                },
                nullptr),
            0);
  const timespec length = TimeOf(1'000'000);
  ASSERT_EQ(nanosleep(&length, nullptr), 0);
  EXPECT_TRUE(did_run);
  EXPECT_EQ(pthread_join(thread, nullptr), 0);
}

}  // namespace
}  // namespace posix
