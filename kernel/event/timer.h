// Timers of the loop: for all that may wait until the running thread blocks or yields. What may not wait is a
// time::RealTimeTimer.
#ifndef ENKEL_KERNEL_EVENT_TIMER_H_
#define ENKEL_KERNEL_EVENT_TIMER_H_

#include "kernel/base/time.h"
#include "kernel/base/timer_queue.h"

namespace kernel::event {

// A function that runs on the loop once a deadline has come. Stays where it is while it is set, and must not be set at
// its end. Any number can be set: each call takes O(log n) of how many are. Not interrupt-safe, does not allocate.
class Timer : private TimerQueue::Element {
 public:
  using Function = void (*)(void* argument);

  // `function` runs on the loop's stack between two threads: it may do all but block, Set this timer for one.
  constexpr Timer(Function function, void* argument) : function_(function), argument_(argument) {}

  // Replaces the deadline, if there was one. Timers of the same deadline run in the order in which they were set.
  void Set(Instant deadline);

  // Does nothing where it is not set.
  void Cancel();

  bool is_set() const { return is_queued(); }
  using Element::deadline;  // the last one that was set

 private:
  friend struct Loop;
  Function function_;
  void* argument_;
};

}  // namespace kernel::event

#endif  // ENKEL_KERNEL_EVENT_TIMER_H_
