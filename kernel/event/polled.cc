#include "kernel/event/polled.h"

#include "kernel/base/time.h"
#include "kernel/boot/board.h"

namespace kernel::event {

void Polled::Poll() {
  const Instant now = board::Now();
  const Instant next = poller_.Poll(now);
  if (next <= now) {
    deferred_.Post();  // behind what others have to do
    timer_.Cancel();
  } else if (next == kNever) {
    timer_.Cancel();
  } else {
    timer_.Set(next);
  }
}

void Polled::Stop() {
  deferred_.Cancel();
  timer_.Cancel();
}

}  // namespace kernel::event
