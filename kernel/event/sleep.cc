#include "kernel/event/sleep.h"

#include "kernel/boot/board.h"
#include "kernel/time/timer_queue.h"

namespace kernel::event {
namespace {

constinit time::TimerQueue sleepers;

}  // namespace

void SleepTimer::Set(Instant deadline, Resumption& sleeper) {
  sleeper_ = &sleeper;
  sleepers.Insert(*this, deadline);
}

void SleepTimer::Cancel() {
  if (is_queued()) sleepers.Remove(*this);
}

void WakeSleepers() {
  if (sleepers.NextDeadline() == kNever) return;
  const Instant now = board::Now();
  while (time::TimerQueue::Element* const due = sleepers.TakeDue(now)) {
    Post(*static_cast<SleepTimer*>(due)->sleeper_);
  }
}

Instant NextSleeper() { return sleepers.NextDeadline(); }

Instant FromNow(Duration duration) {
  const Instant now = board::Now();
  return duration > kNever - now ? kNever : now + duration;
}

}  // namespace kernel::event
