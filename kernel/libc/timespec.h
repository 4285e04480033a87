// struct timespec to Instant and back.
#ifndef ENKEL_KERNEL_LIBC_TIMESPEC_H_
#define ENKEL_KERNEL_LIBC_TIMESPEC_H_

#include <time.h>

#include <cstdint>
#include <limits>

#include "kernel/base/time.h"

namespace kernel::libc {

inline constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

// What Linux calls a valid time: not negative, nanoseconds below a second.
constexpr bool IsValid(const timespec& time) {
  return time.tv_sec >= 0 && time.tv_nsec >= 0 && time.tv_nsec < kNanosecondsPerSecond;
}

// Nanoseconds of a valid time; the largest Duration for what does not fit (more than 292 years).
constexpr Duration ToDuration(const timespec& time) {
  constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
  if (time.tv_sec > (kLargest - time.tv_nsec) / kNanosecondsPerSecond) return {kLargest};
  return {time.tv_sec * kNanosecondsPerSecond + time.tv_nsec};
}

// `start` + `duration`, at most the last Instant, which is event::kNever.
constexpr Instant Later(Instant start, Duration duration) {
  constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
  if (duration.nanoseconds > kLargest - start.nanoseconds) return {kLargest};
  return start + duration;
}

constexpr timespec ToTimespec(std::int64_t nanoseconds) {
  return {.tv_sec = nanoseconds / kNanosecondsPerSecond, .tv_nsec = nanoseconds % kNanosecondsPerSecond};
}

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_TIMESPEC_H_
