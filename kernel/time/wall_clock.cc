#include "kernel/time/wall_clock.h"

#include <cstdint>
#include <limits>

#include "kernel/base/time.h"
#include "kernel/boot/board.h"

namespace kernel::time {
namespace {

struct Offset {
  bool is_known = false;
  std::int64_t nanoseconds = 0;  // from the machine's start to 1970, negative where that is not so
};
constinit Offset offset;

std::int64_t TheOffset() {
  if (!offset.is_known) {
    const std::int64_t now = board::Now().nanoseconds;
    offset = {.is_known = true, .nanoseconds = board::ReadWallClock().value_or(now) - now};
  }
  return offset.nanoseconds;
}

}  // namespace

WallTime ReadWallClock() { return {TheOffset() + board::Now().nanoseconds}; }

void SetWallClock(WallTime date) {
  offset = {.is_known = true, .nanoseconds = date.nanoseconds - board::Now().nanoseconds};
}

Instant InstantOf(WallTime date) {
  std::int64_t instant;
  if (!__builtin_sub_overflow(date.nanoseconds, TheOffset(), &instant)) return {instant};
  return date.nanoseconds < 0 ? Instant{std::numeric_limits<std::int64_t>::min()} : kNever;
}

}  // namespace kernel::time
