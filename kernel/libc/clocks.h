// Which clock is which. Internal to kernel/libc.
#ifndef ENKEL_KERNEL_LIBC_CLOCKS_H_
#define ENKEL_KERNEL_LIBC_CLOCKS_H_

#include <time.h>

namespace kernel::libc {

// Clocks that tell the date.
inline bool IsWallClock(clockid_t clock) {
  return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI;
}

// Clocks that count from the start of the machine.
inline bool IsMonotonicClock(clockid_t clock) {
  switch (clock) {
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_BOOTTIME:
      return true;
    default:
      return false;
  }
}

inline bool IsCpuTimeClock(clockid_t clock) {
  return clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID;
}

// Has whoever sleeps until a date look again. Linked by who sleeps.
[[gnu::weak]] void OnDateSet();

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_CLOCKS_H_
