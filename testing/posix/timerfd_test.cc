// [timerfd_create(2)]
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <thread>

#include "gtest/gtest.h"
#include "testing/posix/files.h"

namespace posix {
namespace {

constexpr long kMillisecond = 1'000'000;

std::int64_t Now(clockid_t clock = CLOCK_MONOTONIC) {
  timespec time = {};
  EXPECT_EQ(clock_gettime(clock, &time), 0);
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

timespec Time(std::int64_t nanoseconds) {
  return {.tv_sec = nanoseconds / 1'000'000'000, .tv_nsec = nanoseconds % 1'000'000'000};
}

void Set(int timer, std::int64_t first, std::int64_t interval = 0, int flags = 0) {
  const itimerspec setting = {.it_interval = Time(interval), .it_value = Time(first)};
  EXPECT_EQ(timerfd_settime(timer, flags, &setting, nullptr), 0) << "errno " << errno;
}

std::uint64_t Expirations(int timer) {
  std::uint64_t count = 0;
  EXPECT_EQ(read(timer, &count, sizeof count), 8) << "errno " << errno;
  return count;
}

TEST(Timerfd, ReadBlocksUntilTheTimeHasCome) {
  const Descriptor timer(timerfd_create(CLOCK_MONOTONIC, 0));
  const std::int64_t start = Now();
  Set(timer, 3 * kMillisecond);
  EXPECT_EQ(Expirations(timer), 1u);
  EXPECT_GE(Now() - start, 3 * kMillisecond);
}

TEST(Timerfd, AnIntervalCountsWhatNobodyRead) {
  const Descriptor timer(timerfd_create(CLOCK_MONOTONIC, 0));
  const std::int64_t start = Now();
  Set(timer, kMillisecond, kMillisecond);
  while (Now() - start < 5 * kMillisecond) {
  }
  EXPECT_GE(Expirations(timer), 5u);
  EXPECT_GE(Expirations(timer), 1u);
  EXPECT_GE(Now() - start, 6 * kMillisecond);
}

TEST(Timerfd, IsReadableOnlyWhenItHasExpired) {
  const Descriptor timer(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
  EXPECT_EQ(Ready(timer), 0);
  Set(timer, 1000 * 1000 * kMillisecond);
  EXPECT_EQ(Ready(timer), 0);
  std::uint64_t count = 0;
  EXPECT_FAILS(read(timer, &count, sizeof count), EAGAIN);
  Set(timer, 1);
  pollfd file = {.fd = timer, .events = POLLIN, .revents = 0};
  EXPECT_EQ(poll(&file, 1, -1), 1);
  EXPECT_EQ(Ready(timer), POLLIN);
  EXPECT_EQ(Expirations(timer), 1u);
  EXPECT_EQ(Ready(timer), 0);
}

TEST(Timerfd, AnAbsoluteTimeIsThatOfItsClock) {
  for (const clockid_t clock : {CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_BOOTTIME}) {
    const Descriptor timer(timerfd_create(clock, 0));
    const std::int64_t deadline = Now(clock) + 2 * kMillisecond;
    Set(timer, deadline, 0, TFD_TIMER_ABSTIME);
    EXPECT_EQ(Expirations(timer), 1u);
    EXPECT_GE(Now(clock), deadline);
  }
}

TEST(Timerfd, AnAbsoluteTimeThatHasPassedExpiresAtOnce) {
  const Descriptor timer(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
  Set(timer, 1, 0, TFD_TIMER_ABSTIME);
  EXPECT_EQ(Expirations(timer), 1u);
}

TEST(Timerfd, TellsWhatIsLeftAndZeroDisarms) {
  const Descriptor timer(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
  itimerspec setting = {};
  ASSERT_EQ(timerfd_gettime(timer, &setting), 0);
  EXPECT_EQ(setting.it_value.tv_sec + setting.it_value.tv_nsec, 0);
  Set(timer, std::int64_t{100} * 1'000'000'000, std::int64_t{7} * 1'000'000'000);
  ASSERT_EQ(timerfd_gettime(timer, &setting), 0);
  EXPECT_GE(setting.it_value.tv_sec, 90);
  EXPECT_LE(setting.it_value.tv_sec, 100);
  EXPECT_EQ(setting.it_interval.tv_sec, 7);
  const itimerspec off = {};
  ASSERT_EQ(timerfd_settime(timer, 0, &off, &setting), 0);
  EXPECT_GE(setting.it_value.tv_sec, 90);
  ASSERT_EQ(timerfd_gettime(timer, &setting), 0);
  EXPECT_EQ(setting.it_value.tv_sec + setting.it_value.tv_nsec, 0);
}

TEST(Timerfd, SettingItAnewForgetsWhatNobodyRead) {
  const Descriptor timer(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
  Set(timer, 1, 0, TFD_TIMER_ABSTIME);
  EXPECT_EQ(Ready(timer), POLLIN);
  Set(timer, std::int64_t{100} * 1'000'000'000);
  EXPECT_EQ(Ready(timer), 0);
}

TEST(Timerfd, SettingItWakesAReaderThatWaitsForAnotherTime) {
  const Descriptor timer(timerfd_create(CLOCK_MONOTONIC, 0));
  Set(timer, std::int64_t{1000} * 1'000'000'000);
  std::thread setter([&] { Set(timer, 1); });
  EXPECT_EQ(Expirations(timer), 1u);
  setter.join();
}

TEST(Timerfd, RefusesWhatItDoesNotKnow) {
  EXPECT_FAILS(timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0), EINVAL);
  EXPECT_FAILS(timerfd_create(CLOCK_MONOTONIC, 0x1234), EINVAL);
  const Descriptor timer(timerfd_create(CLOCK_MONOTONIC, 0));
  const itimerspec bad = {.it_interval = {}, .it_value = {.tv_sec = 0, .tv_nsec = 1'000'000'000}};
  EXPECT_FAILS(timerfd_settime(timer, 0, &bad, nullptr), EINVAL);
  const itimerspec good = {};
  EXPECT_FAILS(timerfd_settime(timer, 0x100, &good, nullptr), EINVAL);
  EXPECT_FAILS(timerfd_settime(99, 0, &good, nullptr), EBADF);
  EXPECT_FAILS(timerfd_settime(STDOUT_FILENO, 0, &good, nullptr), EINVAL);
  std::uint64_t count = 1;
  EXPECT_FAILS(write(timer, &count, 8), EINVAL);
  EXPECT_FAILS(read(timer, &count, 4), EINVAL);
}

}  // namespace
}  // namespace posix
