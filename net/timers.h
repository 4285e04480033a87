// Everything in the stack that waits for a time: one queue, O(log n) to set or cancel, nothing done for anybody before
// it is due.
#ifndef ENKEL_NET_TIMERS_H_
#define ENKEL_NET_TIMERS_H_

#include <cstddef>

#include "kernel/base/time.h"
#include "kernel/base/timer_queue.h"

namespace net {

// A member of what waits; its owner stops it before it dies. Does not allocate.
class Timer : private kernel::TimerQueue::Element {
 public:
  // Called by Timers::RunDue, once a start; may start the timer again, and any other.
  using Handler = void (*)(Timer& timer, kernel::Instant now);

  constexpr explicit Timer(Handler handler) : handler_(handler) {}

  bool IsRunning() const { return is_queued(); }
  using Element::deadline;  // of a running timer

 private:
  friend class Timers;
  Handler handler_;
};

// Not interrupt-safe.
class Timers {
 public:
  constexpr Timers() = default;

  // Sets the one deadline of `timer`, whether it runs already or not.
  void Start(Timer& timer, kernel::Instant deadline) {
    timer.is_queued() ? queue_.Move(timer, deadline) : queue_.Insert(timer, deadline);
  }

  // Nothing happens to a timer that does not run.
  void Stop(Timer& timer) {
    if (timer.is_queued()) queue_.Remove(timer);
  }

  // `to`, which does not run, rings in place of `from`, which does and now does not: O(1).
  void Hand(Timer& from, Timer& to) { queue_.Replace(from, to); }

  std::size_t running() const { return queue_.size(); }
  kernel::Instant NextDeadline() const { return queue_.NextDeadline(); }  // kNever: none runs

  // Calls the handlers of up to `most` timers that are due, in the order of their deadlines; returns how many. A bound
  // keeps the time of a poll bounded: what is left is due at once.
  std::size_t RunDue(kernel::Instant now, std::size_t most) {
    std::size_t count = 0;
    while (count < most) {
      kernel::TimerQueue::Element* const due = queue_.TakeDue(now);
      if (due == nullptr) break;
      Timer& timer = static_cast<Timer&>(*due);
      timer.handler_(timer, now);
      ++count;
    }
    return count;
  }

 private:
  kernel::TimerQueue queue_;
};

}  // namespace net

#endif  // ENKEL_NET_TIMERS_H_
