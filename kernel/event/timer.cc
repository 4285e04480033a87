#include "kernel/event/timer.h"

#include "kernel/base/time.h"
#include "kernel/event/loop.h"

namespace kernel::event {

void Timer::Set(Instant deadline) {
  if (is_set()) {
    loop.timers.Move(*this, deadline);
  } else {
    loop.timers.Insert(*this, deadline);
  }
  // A later deadline is set when the loop goes to sleep: most are cancelled before that.
  if (deadline < loop.alarm.deadline()) loop.SetAlarm(deadline);
}

void Timer::Cancel() {
  if (is_set()) loop.timers.Remove(*this);
}

}  // namespace kernel::event
