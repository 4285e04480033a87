// Coroutines that wait for time: `co_await Sleep(5ms)`, `co_await SleepUntil(deadline)`.
#ifndef ENKEL_KERNEL_EVENT_SLEEP_H_
#define ENKEL_KERNEL_EVENT_SLEEP_H_

#include <chrono>
#include <concepts>
#include <coroutine>
#include <cstdint>

#include "kernel/base/promise.h"
#include "kernel/base/resumption.h"
#include "kernel/base/time.h"
#include "kernel/event/timer.h"

namespace kernel {
namespace event {

// Makes a coroutine ready at a deadline. Its end cancels it. O(log n) of all timers; nothing is allocated.
class SleepTimer {
 public:
  SleepTimer() = default;
  SleepTimer(const SleepTimer&) = delete;
  SleepTimer& operator=(const SleepTimer&) = delete;
  ~SleepTimer() { Cancel(); }

  void Set(Instant deadline, Resumption& sleeper) {
    sleeper_ = &sleeper;
    if (deadline != kNever) timer_.Set(deadline);
  }
  void Cancel() { timer_.Cancel(); }

 private:
  static void WakeUp(void* self) { Post(*static_cast<SleepTimer*>(self)->sleeper_); }

  Resumption* sleeper_ = nullptr;
  Timer timer_{&WakeUp, this};
};

// Now and the future, kNever where that is too far.
Instant FromNow(Duration duration);

}  // namespace event

// Rounded up to whole nanoseconds; what is longer than 292 years is for ever.
template <typename Rep, typename Period>
constexpr Duration ToDuration(std::chrono::duration<Rep, Period> duration) {
  constexpr std::chrono::duration<double, std::nano> kForever{9.2e18};
  if (duration >= kForever) return Duration{kNever.nanoseconds};
  if (duration <= -kForever) return Duration{-kNever.nanoseconds};
  return {std::chrono::ceil<std::chrono::nanoseconds>(duration).count()};
}

// `co_await SleepUntil(deadline)`: goes on in the first turn after the deadline; soon where that has passed.
class [[nodiscard]] SleepUntil {
 public:
  explicit SleepUntil(Instant deadline) : deadline_(deadline) {}
  bool await_ready() const noexcept { return false; }
  template <std::derived_from<PromiseBase> Promise>
  void await_suspend(std::coroutine_handle<Promise> self) {
    timer_.Set(deadline_, self.promise());
  }
  void await_resume() const noexcept {}

 private:
  Instant deadline_;
  event::SleepTimer timer_;
};

// `co_await Sleep(Duration::Milliseconds(5))`, `co_await Sleep(5ms)`: counted from this call.
inline SleepUntil Sleep(Duration duration) { return SleepUntil(event::FromNow(duration)); }
template <typename Rep, typename Period>
SleepUntil Sleep(std::chrono::duration<Rep, Period> duration) {
  return Sleep(ToDuration(duration));
}

}  // namespace kernel

#endif  // ENKEL_KERNEL_EVENT_SLEEP_H_
