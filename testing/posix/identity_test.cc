// Who and what we are: [POSIX] getpid and its family, uname, sysconf, getrlimit, getrusage, times, sched_*; sysinfo.
#include <grp.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "testing/posix/files.h"

namespace posix {
namespace {

TEST(Identity, ThereIsOneProcessAndOneUser) {
  EXPECT_EQ(getpid(), 1);
  EXPECT_EQ(getppid(), 0);
  EXPECT_EQ(getpgrp(), 1);
  EXPECT_EQ(getsid(0), 1);
  EXPECT_EQ(getuid(), 0u);
  EXPECT_EQ(geteuid(), 0u);
  EXPECT_EQ(getgid(), 0u);
  EXPECT_EQ(getegid(), 0u);
  EXPECT_EQ(getgroups(0, nullptr), 0);
  EXPECT_FAILS(getpgid(77), ESRCH);
}

TEST(Identity, UnameNamesTheSystem) {
  utsname name = {};
  ASSERT_EQ(uname(&name), 0);
  EXPECT_STREQ(name.sysname, "Enkel");
  EXPECT_TRUE(name.machine == std::string_view("aarch64") || name.machine == std::string_view("x86_64"));
}

TEST(Identity, SysinfoTellsTheRealMemory) {
  struct sysinfo before = {}, after = {};
  ASSERT_EQ(sysinfo(&before), 0);
  EXPECT_GT(before.totalram, before.freeram);
  {
    std::vector<char> bytes(8 << 20, 'x');
    ASSERT_EQ(sysinfo(&after), 0);
    EXPECT_LE(after.freeram + (8u << 20), before.freeram);
    EXPECT_EQ(bytes.back(), 'x');
  }
  EXPECT_EQ(before.mem_unit, 1u);
  EXPECT_GE(before.procs, 1);
}

TEST(Identity, TheCpuTimeIsThatOfTheProgram) {
  rusage before = {}, after = {};
  ASSERT_EQ(getrusage(RUSAGE_SELF, &before), 0);
  const timespec pause = {.tv_sec = 0, .tv_nsec = 20'000'000};
  ASSERT_EQ(nanosleep(&pause, nullptr), 0);
  ASSERT_EQ(getrusage(RUSAGE_SELF, &after), 0);
  const auto microseconds = [](const rusage& usage) {
    return usage.ru_utime.tv_sec * 1'000'000 + usage.ru_utime.tv_usec;
  };
  EXPECT_GE(microseconds(after), microseconds(before));
  EXPECT_LT(microseconds(after) - microseconds(before), 20'000);  // it slept
  rusage children = {};
  ASSERT_EQ(getrusage(RUSAGE_CHILDREN, &children), 0);
  EXPECT_EQ(microseconds(children), 0);
  EXPECT_FAILS(getrusage(77, &after), EINVAL);
  tms used = {};
  EXPECT_GT(times(&used), 0);
  EXPECT_EQ(used.tms_cutime, 0);
}

TEST(Identity, LimitsCanBeReadAndKept) {
  rlimit limit = {};
  ASSERT_EQ(getrlimit(RLIMIT_CORE, &limit), 0);
  EXPECT_EQ(limit.rlim_cur, RLIM_INFINITY);
  EXPECT_EQ(setrlimit(RLIMIT_CORE, &limit), 0);
  const rlimit less = {.rlim_cur = 0, .rlim_max = 0};
  EXPECT_FAILS(setrlimit(RLIMIT_CORE, &less), EPERM);
}

TEST(Scheduling, ThereIsOneCpuAndOnePolicy) {
  cpu_set_t cpus;
  ASSERT_EQ(sched_getaffinity(0, sizeof cpus, &cpus), 0);
  EXPECT_EQ(CPU_COUNT(&cpus), 1);
  EXPECT_EQ(sched_setaffinity(0, sizeof cpus, &cpus), 0);
  CPU_ZERO(&cpus);
  CPU_SET(3, &cpus);
  EXPECT_FAILS(sched_setaffinity(0, sizeof cpus, &cpus), EINVAL);
  EXPECT_EQ(sched_get_priority_max(SCHED_OTHER), 0);
  EXPECT_EQ(sched_get_priority_min(SCHED_OTHER), 0);
  EXPECT_FAILS(sched_get_priority_max(77), EINVAL);
  EXPECT_EQ(sched_yield(), 0);
  EXPECT_EQ(sched_getcpu(), 0);
}

TEST(Environment, VariablesCanBeSetAndForgotten) {
  EXPECT_EQ(std::getenv("ENKEL_TEST"), nullptr);
  EXPECT_EQ(setenv("ENKEL_TEST", "value", 0), 0);
  EXPECT_STREQ(std::getenv("ENKEL_TEST"), "value");
  EXPECT_EQ(setenv("ENKEL_TEST", "other", 0), 0);
  EXPECT_STREQ(std::getenv("ENKEL_TEST"), "value");
  EXPECT_EQ(unsetenv("ENKEL_TEST"), 0);
  EXPECT_EQ(std::getenv("ENKEL_TEST"), nullptr);
}

}  // namespace
}  // namespace posix
