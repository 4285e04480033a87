#include "kernel/interrupt/ticks.h"

#include <cstdint>

#include "kernel/arch/entropy.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"

namespace kernel::interrupt {
namespace {

struct Start {
  bool has_begun = false;
  Instant instant;
  std::uint64_t ticks = 0;
};
constinit Start begin;

}  // namespace

void StartTicks() {
  if (begin.has_begun) return;
  begin = {.has_begun = true, .instant = board::Now(), .ticks = arch::ReadCounter()};
}

Duration TicksToDuration(std::uint64_t ticks) {
  StartTicks();
  return ScaleTicks(ticks, arch::ReadCounter() - begin.ticks, board::Now() - begin.instant);
}

}  // namespace kernel::interrupt
