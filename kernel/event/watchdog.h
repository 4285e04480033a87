// A deadline for the loop: when one thread keeps the CPU for longer, the machine panics, with the backtrace of what it
// was doing. A thread that sleeps, however long, keeps nothing.
//
//   constinit event::Watchdog watchdog(Duration::Seconds(2));
//   ...
//   if (!watchdog.Start()) ...
//
// It looks by a real-time timer four times in a deadline, so an idle machine wakes that often. What keeps interrupts
// masked escapes it; masked sections have a bound of their own (kernel/interrupt/masked_section.h).
#ifndef ENKEL_KERNEL_EVENT_WATCHDOG_H_
#define ENKEL_KERNEL_EVENT_WATCHDOG_H_

#include <cstdint>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/time/real_time_timer.h"

namespace kernel::event {

// Stays where it is while it watches; its end stops it.
class Watchdog {
 public:
  // `deadline` is 1 ms or more.
  constexpr explicit Watchdog(Duration deadline) : deadline_(deadline), timer_(&Check, this) {}

  // Begins to watch. Errors: kOutOfMemory (too many real-time timers run), kInvalidArgument (a deadline that is too
  // short). Not interrupt-safe.
  Result<void> Start();

  void Stop() { timer_.Stop(); }

 private:
  static void Check(void* self);
  void CheckNow();

  Duration deadline_;
  time::RealTimeTimer timer_;
  std::uint64_t turns_ = 0;
  Instant since_;  // when the loop was last seen to have turned, or the machine to sleep
};

}  // namespace kernel::event

#endif  // ENKEL_KERNEL_EVENT_WATCHDOG_H_
