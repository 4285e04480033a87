#include "kernel/event/sleep.h"

#include "kernel/base/time.h"
#include "kernel/boot/board.h"

namespace kernel::event {

Instant FromNow(Duration duration) {
  const Instant now = board::Now();
  return duration > kNever - now ? kNever : now + duration;
}

}  // namespace kernel::event
