#include <errno.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <time.h>

#include <cstdint>

#include "kernel/boot/board.h"
#include "kernel/libc/calls.h"
#include "kernel/libc/timespec.h"

namespace {

constexpr std::int64_t kNanosecondsPerTick = 10'000'000;  // of times(): sysconf(_SC_CLK_TCK) is 100

// How long any thread of the program ran.
timespec CpuTime() {
  timespec time = {};
  (void)sys_clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time;
}

}  // namespace

// All time is the program's: the kernel is a part of it.
long sys_getrusage(int who, rusage* usage) {
  constexpr int kThread = 1;  // RUSAGE_THREAD
  if (who != RUSAGE_SELF && who != RUSAGE_CHILDREN && who != kThread) return -EINVAL;
  if (usage == nullptr) return -EFAULT;
  // musl's struct is longer than what Linux fills.
  usage->ru_utime = usage->ru_stime = {};
  __builtin_memset(&usage->ru_maxrss, 0, 14 * sizeof(long));
  if (who == RUSAGE_CHILDREN) return 0;
  const timespec time = CpuTime();
  usage->ru_utime = {.tv_sec = time.tv_sec, .tv_usec = time.tv_nsec / 1000};
  return 0;
}

long sys_times(tms* used) {
  if (used != nullptr) {
    *used = {};
    used->tms_utime = kernel::libc::ToDuration(CpuTime()).nanoseconds / kNanosecondsPerTick;
  }
  return board::Now().nanoseconds / kNanosecondsPerTick;
}
