// The board's one alarm, shared: each user has a deadline of its own. Below the loop and the real-time timers; everyone
// else has one of those.
#ifndef ENKEL_KERNEL_TIME_ALARM_H_
#define ENKEL_KERNEL_TIME_ALARM_H_

#include "kernel/base/time.h"

namespace kernel::time {

// One of a few (a handful: each interrupt of the alarm looks at all). Constant-initialised and never destroyed.
class AlarmUser {
 public:
  using Ring = void (*)(void* argument, Instant now);

  // Without a function yet: SetRing comes before Set.
  constexpr AlarmUser() = default;

  // `ring` runs in interrupt context, once the deadline has come; it may Set anew.
  constexpr AlarmUser(Ring ring, void* argument) : ring_(ring), argument_(argument) {}
  AlarmUser(const AlarmUser&) = delete;
  AlarmUser& operator=(const AlarmUser&) = delete;

  void SetRing(Ring ring, void* argument) {
    ring_ = ring;
    argument_ = argument;
  }

  // Replaces the deadline; kNever for none. Interrupt-safe but for the first call, which registers the board's line.
  void Set(Instant deadline);

  // The one that was set; kNever once it has come.
  Instant deadline() const { return deadline_; }

 private:
  friend class Alarm;
  Ring ring_ = nullptr;
  void* argument_ = nullptr;
  Instant deadline_ = kNever;
  AlarmUser* next_ = nullptr;
  bool is_listed_ = false;
};

// Whether any user waits for a deadline.
bool IsAlarmSet();

// How long after its deadline the alarm's interrupt reached its handler. A deadline that had passed when it was set
// counts from itself.
struct AlarmLatency {
  Duration last;
  Duration worst;

  void Note(Duration latency) {
    last = latency;
    if (latency > worst) worst = latency;
  }
};
AlarmLatency ReadAlarmLatency();

}  // namespace kernel::time

#endif  // ENKEL_KERNEL_TIME_ALARM_H_
