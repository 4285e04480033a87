#include "kernel/time/real_time_timer.h"

#include <cstddef>
#include <cstdint>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/base/timer_queue.h"
#include "kernel/interrupt/masked_section.h"
#include "kernel/time/alarm.h"

namespace kernel::time {

class RealTimeTimers {
 public:
  constexpr RealTimeTimers() = default;

  Result<void> Start(RealTimeTimer& timer, Instant deadline, Duration period);
  void Stop(RealTimeTimer& timer);
  void RunDue(Instant now);

 private:
  void Run(RealTimeTimer& timer, Instant now);

  TimerQueue queue_;
  RealTimeTimer* in_handler_ = nullptr;  // null again when its handler has stopped or started it
};

namespace {

constinit RealTimeTimers timers;
constinit AlarmUser alarm([](void* due, Instant now) { static_cast<RealTimeTimers*>(due)->RunDue(now); }, &timers);
constinit interrupt::MaskedSite kStartSite("start a real-time timer");
constinit interrupt::MaskedSite kStopSite("stop a real-time timer");

}  // namespace

Result<void> RealTimeTimers::Start(RealTimeTimer& timer, Instant deadline, Duration period) {
  alarm.Set(alarm.deadline());  // the first time it registers a line, which is not for a masked section
  const interrupt::MaskedSection section(kStartSite);
  if (timer.queued_.is_queued()) queue_.Remove(timer.queued_);
  if (queue_.size() == kMostRealTimeTimers) return Fail(Error::kOutOfMemory);
  if (in_handler_ == &timer) in_handler_ = nullptr;
  timer.period_ = period;
  timer.next_ = deadline;
  queue_.Insert(timer.queued_, deadline);
  alarm.Set(queue_.NextDeadline());
  return {};
}

void RealTimeTimers::Stop(RealTimeTimer& timer) {
  const interrupt::MaskedSection section(kStopSite);
  if (!timer.queued_.is_queued()) return;
  if (in_handler_ == &timer) in_handler_ = nullptr;
  timer.next_ = kNever;
  queue_.Remove(timer.queued_);
  alarm.Set(queue_.NextDeadline());
}

// The handler first, the queue after it: that is what the handler waits for.
void RealTimeTimers::Run(RealTimeTimer& timer, Instant now) {
  timer.next_ = kNever;
  if (timer.period_ > Duration{}) {
    Instant next = timer.queued_.deadline() + timer.period_;
    if (next <= now) {
      const std::int64_t missed = (now - next).nanoseconds / timer.period_.nanoseconds + 1;
      timer.missed_ += static_cast<std::uint64_t>(missed);
      next = next + Duration::Nanoseconds(missed * timer.period_.nanoseconds);
    }
    timer.next_ = next;
  }
  ++timer.runs_;
  in_handler_ = &timer;
  timer.handler_(timer.argument_);
  if (in_handler_ == nullptr) return;  // the timer may be gone
  in_handler_ = nullptr;
  if (timer.next_ == kNever) {
    queue_.Remove(timer.queued_);
  } else {
    queue_.Move(timer.queued_, timer.next_);
  }
}

// One timer an interrupt. The rest come with the next one, which the alarm asks for at once: other lines get their turn
// between, and interrupts are never masked for longer than one handler takes.
void RealTimeTimers::RunDue(Instant now) {
  if (queue_.NextDeadline() <= now) Run(static_cast<RealTimeTimer::Queued*>(queue_.First())->timer, now);
  alarm.Set(queue_.NextDeadline());
}

Result<void> RealTimeTimer::StartOnce(Instant deadline) { return timers.Start(*this, deadline, {}); }

Result<void> RealTimeTimer::StartPeriodic(Instant first, Duration period) {
  if (period < kShortestPeriod) return Fail(Error::kInvalidArgument);
  return timers.Start(*this, first, period);
}

void RealTimeTimer::Stop() { timers.Stop(*this); }

}  // namespace kernel::time
