// Duration and Instant: nanoseconds with a type. An Instant counts from an arbitrary start (usually power-on) and never
// goes backwards. No clock is read here; the board reads it (kernel/boot/board.h) and pure code gets it as an argument.
#ifndef ENKEL_KERNEL_BASE_TIME_H_
#define ENKEL_KERNEL_BASE_TIME_H_

#include <compare>
#include <cstdint>
#include <limits>

namespace kernel {

struct Duration {
  std::int64_t nanoseconds = 0;

  static constexpr Duration Nanoseconds(std::int64_t n) { return {n}; }
  static constexpr Duration Microseconds(std::int64_t n) { return {n * 1'000}; }
  static constexpr Duration Milliseconds(std::int64_t n) { return {n * 1'000'000}; }
  static constexpr Duration Seconds(std::int64_t n) { return {n * 1'000'000'000}; }

  friend constexpr auto operator<=>(Duration, Duration) = default;
  friend constexpr Duration operator+(Duration a, Duration b) { return {a.nanoseconds + b.nanoseconds}; }
  friend constexpr Duration operator-(Duration a, Duration b) { return {a.nanoseconds - b.nanoseconds}; }
};

struct Instant {
  std::int64_t nanoseconds = 0;  // since the clock's start; 292 years fit

  friend constexpr auto operator<=>(Instant, Instant) = default;
  friend constexpr Instant operator+(Instant t, Duration d) { return {t.nanoseconds + d.nanoseconds}; }
  friend constexpr Instant operator-(Instant t, Duration d) { return {t.nanoseconds - d.nanoseconds}; }
  friend constexpr Duration operator-(Instant a, Instant b) { return {a.nanoseconds - b.nanoseconds}; }
};

// A deadline that never comes.
inline constexpr Instant kNever{std::numeric_limits<std::int64_t>::max()};

}  // namespace kernel

#endif  // ENKEL_KERNEL_BASE_TIME_H_
