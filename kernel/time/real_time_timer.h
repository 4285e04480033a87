// Timers whose handler runs in interrupt context at once, whatever the program does: the only ones that a busy thread
// cannot delay. For everything else there are timers of the loop (kernel/event/timer.h) and threads that sleep.
//
//   constinit time::RealTimeTimer sample([](void*) { ... }, nullptr);
//   ...
//   sample.StartPeriodic(time::Now(), Duration::Microseconds(100));
//
// Handlers obey the rules of kernel/interrupt/interrupt.h: no blocking, no allocation, no printing. Everything here
// takes O(log kMostRealTimeTimers), and is interrupt-safe but for the first start of the first timer.
#ifndef ENKEL_KERNEL_TIME_REAL_TIME_TIMER_H_
#define ENKEL_KERNEL_TIME_REAL_TIME_TIMER_H_

#include <cstddef>
#include <cstdint>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/base/timer_queue.h"

namespace kernel::time {

// That run at a time. What is due at once runs one after the other, by deadlines, in as many interrupts as it takes.
inline constexpr std::size_t kMostRealTimeTimers = 64;

inline constexpr Duration kShortestPeriod = Duration::Microseconds(1);

// Stays where it is while it runs; its end stops it.
class RealTimeTimer {
 public:
  using Handler = void (*)(void* argument);

  constexpr RealTimeTimer(Handler handler, void* argument) : handler_(handler), argument_(argument) {}
  RealTimeTimer(const RealTimeTimer&) = delete;
  RealTimeTimer& operator=(const RealTimeTimer&) = delete;
  ~RealTimeTimer() { Stop(); }

  // Runs the handler once, at `deadline` or, where that has passed, at once. A timer that runs already is set anew.
  // Errors: kOutOfMemory (too many run).
  Result<void> StartOnce(Instant deadline);

  // Runs the handler at `first`, `first` + `period`, `first` + 2 `period`, ...: however late one run is, the next is
  // not. A run whose time has passed when the handler before it would begin is left out and counted as missed. Errors:
  // kOutOfMemory (too many run), kInvalidArgument (a period below kShortestPeriod).
  Result<void> StartPeriodic(Instant first, Duration period);

  // The handler does not run again. It may be called by the handler itself.
  void Stop();

  bool is_running() const { return next_ != kNever; }
  Instant deadline() const { return next_; }  // of the next run; kNever when there is none
  std::uint64_t runs() const { return runs_; }
  std::uint64_t missed() const { return missed_; }

 private:
  friend class RealTimeTimers;
  struct Queued : TimerQueue::Element {
    constexpr explicit Queued(RealTimeTimer& timer) : timer(timer) {}
    RealTimeTimer& timer;
  };

  Queued queued_{*this};
  Handler handler_;
  void* argument_;
  Duration period_;  // zero: once
  Instant next_ = kNever;
  std::uint64_t runs_ = 0;
  std::uint64_t missed_ = 0;
};

}  // namespace kernel::time

#endif  // ENKEL_KERNEL_TIME_REAL_TIME_TIMER_H_
