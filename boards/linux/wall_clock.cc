#include <cstdint>
#include <optional>

#include "boards/linux/system_call.h"
#include "kernel/boot/board.h"

namespace board {
namespace {

constexpr int CLOCK_REALTIME = 0;

}  // namespace

std::optional<std::int64_t> ReadWallClock() {
  linux_abi::TimeSpec time = {};
  if (linux_abi::EnkelLinuxClockGetTime(CLOCK_REALTIME, &time) != 0) return std::nullopt;
  return time.seconds * 1'000'000'000 + time.nanoseconds;
}

}  // namespace board
