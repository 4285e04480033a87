// What the C library's calls say: results and errors, and those that do not exist.
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/sysinfo.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace {

TEST(SystemCalls, WriteGoesToTheConsoleAndNowhereElse) {
  EXPECT_EQ(write(STDOUT_FILENO, "a line from write\n", 18), 18);
  EXPECT_EQ(write(STDERR_FILENO, "x", 0), 0);
  EXPECT_EQ(write(STDIN_FILENO, "x", 1), -1);
  EXPECT_EQ(errno, EBADF);
  EXPECT_EQ(write(3, "x", 1), -1);
  EXPECT_EQ(errno, EBADF);
  EXPECT_EQ(write(-1, "x", 1), -1);
  EXPECT_EQ(errno, EBADF);
  const void* volatile null = nullptr;
  EXPECT_EQ(write(STDOUT_FILENO, const_cast<const void*>(null), 1), -1);
  EXPECT_EQ(errno, EFAULT);
}

TEST(SystemCalls, WritevGathersAndChecksItsList) {
  std::string text = "a line from writev\n";
  std::array<iovec, 3> parts = {{{text.data(), 7}, {nullptr, 0}, {text.data() + 7, text.size() - 7}}};
  EXPECT_EQ(writev(STDOUT_FILENO, parts.data(), 3), static_cast<ssize_t>(text.size()));
  EXPECT_EQ(writev(STDOUT_FILENO, parts.data(), 0), 0);
  EXPECT_EQ(writev(STDOUT_FILENO, parts.data(), -1), -1);
  EXPECT_EQ(errno, EINVAL);
  EXPECT_EQ(writev(STDOUT_FILENO, parts.data(), INT_MAX), -1);
  EXPECT_EQ(errno, EINVAL);
  parts[0].iov_len = SSIZE_MAX;
  parts[1].iov_len = 1;
  EXPECT_EQ(writev(STDOUT_FILENO, parts.data(), 2), -1);
  EXPECT_EQ(errno, EINVAL);
  parts[0] = {nullptr, 5};
  EXPECT_EQ(writev(STDOUT_FILENO, parts.data(), 1), -1);
  EXPECT_EQ(errno, EFAULT);
}

TEST(SystemCalls, TheConsoleIsACharacterDeviceThatCannotSeek) {
  struct stat status;
  ASSERT_EQ(fstat(STDOUT_FILENO, &status), 0);
  EXPECT_TRUE(S_ISCHR(status.st_mode));
  EXPECT_EQ(lseek(STDOUT_FILENO, 0, SEEK_CUR), -1);
  EXPECT_EQ(errno, ESPIPE);
  EXPECT_EQ(isatty(STDOUT_FILENO), 1);
  EXPECT_EQ(fstat(9, &status), -1);
  EXPECT_EQ(errno, EBADF);
}

TEST(SystemCalls, AClosedStreamIsClosed) {
  EXPECT_EQ(close(STDIN_FILENO), 0);
  char byte = 0;
  EXPECT_EQ(read(STDIN_FILENO, &byte, 1), -1);
  EXPECT_EQ(errno, EBADF);
  EXPECT_EQ(close(STDIN_FILENO), -1);
  EXPECT_EQ(errno, EBADF);
}

TEST(SystemCalls, WhatIsNotImplementedSaysSo) {
  for (int i = 0; i < 2; ++i) {
    errno = 0;
    EXPECT_EQ(swapoff("/dev/sda"), -1);
    EXPECT_EQ(errno, ENOSYS);
  }
  EXPECT_EQ(fork(), -1);
}

TEST(SystemCalls, TheProcessKnowsItself) {
  EXPECT_EQ(getpid(), 1);
  EXPECT_EQ(getppid(), 0);
  utsname name;
  ASSERT_EQ(uname(&name), 0);
  EXPECT_STREQ(name.sysname, "Enkel");
  EXPECT_TRUE(name.machine == std::string_view("aarch64") || name.machine == std::string_view("x86_64"));
  struct sysinfo info;
  ASSERT_EQ(sysinfo(&info), 0);
  EXPECT_EQ(info.mem_unit, 1u);
  EXPECT_GT(info.totalram, info.freeram);
  EXPECT_GT(info.freeram, 16u << 20);
  rlimit limit;
  ASSERT_EQ(getrlimit(RLIMIT_STACK, &limit), 0);
  EXPECT_EQ(limit.rlim_cur, RLIM_INFINITY);
  EXPECT_EQ(sysconf(_SC_NPROCESSORS_ONLN), 1);
  EXPECT_EQ(sysconf(_SC_PAGESIZE), 4096);
}

TEST(SystemCalls, ClocksRefuseWhatTheyDoNotKnow) {
  timespec time;
  EXPECT_EQ(clock_gettime(CLOCK_MONOTONIC, &time), 0);
  EXPECT_EQ(clock_gettime(CLOCK_BOOTTIME, &time), 0);
  EXPECT_EQ(clock_gettime(77, &time), -1);
  EXPECT_EQ(errno, EINVAL);
  EXPECT_EQ(clock_getres(CLOCK_REALTIME, &time), 0);
  const timespec bad = {.tv_sec = 0, .tv_nsec = 1'000'000'000};
  EXPECT_EQ(nanosleep(&bad, nullptr), -1);
  EXPECT_EQ(errno, EINVAL);
  const timespec negative = {.tv_sec = -1, .tv_nsec = 0};
  EXPECT_EQ(clock_nanosleep(CLOCK_MONOTONIC, 0, &negative, nullptr), EINVAL);
  const timespec past = {.tv_sec = 0, .tv_nsec = 1};
  EXPECT_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &past, nullptr), 0);
}

TEST(SystemCalls, ThereIsOneCpuAndNoPriority) {
  cpu_set_t cpus;
  ASSERT_EQ(sched_getaffinity(0, sizeof cpus, &cpus), 0);
  EXPECT_EQ(CPU_COUNT(&cpus), 1);
  EXPECT_EQ(sched_yield(), 0);
  int policy = -1;
  sched_param parameters = {};
  EXPECT_EQ(pthread_getschedparam(pthread_self(), &policy, &parameters), 0);
  EXPECT_EQ(policy, SCHED_OTHER);
  EXPECT_EQ(parameters.sched_priority, 0);
}

volatile sig_atomic_t last_signal = 0;
void Handle(int signal) { last_signal = signal; }

TEST(SystemCalls, RaiseRunsTheHandlerOfTheProgram) {
  ASSERT_NE(signal(SIGUSR1, &Handle), SIG_ERR);
  EXPECT_EQ(raise(SIGUSR1), 0);
  EXPECT_EQ(last_signal, SIGUSR1);
  EXPECT_EQ(signal(SIGUSR1, SIG_IGN), &Handle);
  EXPECT_EQ(raise(SIGUSR1), 0);
  EXPECT_EQ(raise(SIGCHLD), 0);  // ignored when nobody asks for it
  EXPECT_EQ(kill(77, SIGTERM), -1);
  EXPECT_EQ(errno, ESRCH);
  EXPECT_EQ(kill(getpid(), 0), 0);
}

TEST(SystemCalls, SetjmpAndLongjmpComeBack) {
  static std::jmp_buf place;
  volatile int visits = 0;
  if (setjmp(place) < 3) {
    visits = visits + 1;
    std::longjmp(place, visits);
  }
  EXPECT_EQ(visits, 3);
}

}  // namespace
