// Coroutines that wait for time, or no longer than a time, by the clock of a stack: in an image the machine's, in a
// simulation its own.
#ifndef ENKEL_NET_SOCKET_TIME_H_
#define ENKEL_NET_SOCKET_TIME_H_

#include <concepts>
#include <coroutine>
#include <type_traits>
#include <utility>

#include "kernel/base/promise.h"
#include "kernel/base/result.h"
#include "kernel/base/resumption.h"
#include "kernel/base/task.h"
#include "kernel/base/time.h"
#include "net/context.h"
#include "net/timers.h"

namespace net::socket {

// Makes a coroutine ready at a time. Its end cancels it; nothing is allocated.
class Alarm : private Timer {
 public:
  explicit Alarm(Context& context) : Timer(&OnTimer), context_(context) {}
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  ~Alarm() { Cancel(); }

  void Set(kernel::Instant deadline, kernel::Resumption& sleeper) {
    sleeper_ = &sleeper;
    if (deadline == kernel::kNever) return;
    context_.timers().Start(*this, deadline);
    context_.RequestPoll();
  }
  void Cancel() { context_.timers().Stop(*this); }
  Context& context() { return context_; }

 private:
  static void OnTimer(Timer& timer, kernel::Instant) { kernel::Post(*static_cast<Alarm&>(timer).sleeper_); }

  Context& context_;
  kernel::Resumption* sleeper_ = nullptr;
};

// `co_await SleepUntil(context, deadline)`: goes on in the first turn after the deadline.
class [[nodiscard]] SleepUntil {
 public:
  SleepUntil(Context& context, kernel::Instant deadline) : alarm_(context), deadline_(deadline) {}
  bool await_ready() const noexcept { return false; }
  template <std::derived_from<kernel::PromiseBase> Promise>
  void await_suspend(std::coroutine_handle<Promise> self) {
    alarm_.Set(deadline_, self.promise());
  }
  void await_resume() const noexcept {}

 private:
  Alarm alarm_;
  kernel::Instant deadline_;
};

// `co_await Sleep(context, Duration::Seconds(1))`: counted from this call.
inline SleepUntil Sleep(Context& context, kernel::Duration duration) {
  return SleepUntil(context, context.now() + duration);
}

// `co_await WithDeadline(context, task, deadline)`: what the task gives, a Result; kTimedOut where it has not ended by
// then: it is cancelled before the co_await returns.
template <typename T>
class [[nodiscard]] WithDeadline {
 public:
  WithDeadline(Context& context, kernel::Task<kernel::Result<T>> task, kernel::Instant deadline)
      : alarm_(context), task_(std::move(task)), deadline_(deadline) {}

  bool await_ready() const noexcept { return false; }
  template <std::derived_from<kernel::PromiseBase> Parent>
  [[gnu::always_inline]] std::coroutine_handle<> await_suspend(std::coroutine_handle<Parent> parent) {
    const std::coroutine_handle<> entered = task_.Enter(parent.promise());
    alarm_.Set(deadline_, parent.promise());
    return entered;
  }
  [[gnu::always_inline]] kernel::Result<T> await_resume() {
    alarm_.Cancel();
    if (task_.IsDone()) return task_.Take();
    task_ = {};
    return kernel::Fail(kernel::Error::kTimedOut);
  }

 private:
  Alarm alarm_;
  kernel::Task<kernel::Result<T>> task_;
  kernel::Instant deadline_;
};

// The same, counted from this call.
template <typename T>
WithDeadline<T> WithTimeout(Context& context, kernel::Task<kernel::Result<T>> task, kernel::Duration duration) {
  return WithDeadline<T>(context, std::move(task), context.now() + duration);
}

}  // namespace net::socket

#endif  // ENKEL_NET_SOCKET_TIME_H_
