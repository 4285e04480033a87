#include "boards/linux/system_call.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"

namespace board {
namespace {

constexpr int CLOCK_MONOTONIC = 1;

}  // namespace

kernel::Instant Now() {
  linux_abi::TimeSpec time = {};
  linux_abi::EnkelLinuxClockGetTime(CLOCK_MONOTONIC, &time);
  return {time.seconds * 1'000'000'000 + time.nanoseconds};
}

}  // namespace board
