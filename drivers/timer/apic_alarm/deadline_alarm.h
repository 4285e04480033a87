// An alarm out of a timer that asks when a counter reaches a value: the local APIC's with the time stamp counter.
// [SDM] 3A 10.5.4.1
#ifndef ENKEL_DRIVERS_TIMER_APIC_ALARM_DEADLINE_ALARM_H_
#define ENKEL_DRIVERS_TIMER_APIC_ALARM_DEADLINE_ALARM_H_

#include <algorithm>
#include <cstdint>

#include "kernel/base/time.h"

namespace drivers::timer {

// `Machine`: Instant Now(), Duration MostSleep() (how long the clock may stay unread), std::uint64_t
// TimeStampAt(Instant) (the counter then; not later, and earlier while its rate is unknown), void
// SetDeadline(std::uint64_t time_stamp) (0 stops the timer).
template <typename Machine>
class DeadlineAlarm {
 public:
  constexpr explicit DeadlineAlarm(Machine machine) : machine_(machine) {}

  // The timer asks at `deadline` or before; kNever stops it. Interrupts masked.
  void Set(kernel::Instant deadline) {
    deadline_ = deadline;
    if (deadline == kernel::kNever) return machine_.SetDeadline(0);
    const kernel::Instant next = std::min(deadline, machine_.Now() + machine_.MostSleep());
    // 0 would stop it: a deadline from before the counter's start is as good a moment later.
    machine_.SetDeadline(std::max<std::uint64_t>(machine_.TimeStampAt(next), 1));
  }

  // Whether the interrupt that came is one of the pieces of a long sleep: then the next piece is set. Interrupts
  // masked.
  bool IsEarly() {
    if (machine_.Now() >= deadline_) return false;
    Set(deadline_);
    return true;
  }

 private:
  Machine machine_;
  kernel::Instant deadline_ = kernel::kNever;
};

}  // namespace drivers::timer

#endif  // ENKEL_DRIVERS_TIMER_APIC_ALARM_DEADLINE_ALARM_H_
