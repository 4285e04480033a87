#include "boards/linux/clock_vdso.h"
#include "boards/linux/system_call.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"

namespace board {
namespace {

constexpr int CLOCK_MONOTONIC = 1;

constinit ClockFunction clock_function = &linux_abi::EnkelLinuxClockGetTime;

}  // namespace

void SetClockFunction(ClockFunction function) { clock_function = function; }

kernel::Instant Now() {
  linux_abi::TimeSpec time = {};
  clock_function(CLOCK_MONOTONIC, &time);
  return {time.seconds * 1'000'000'000 + time.nanoseconds};
}

}  // namespace board
