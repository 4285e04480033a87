// WithTimeout: a task that must end in time.
//
//   const Result<Response> response = co_await WithTimeout(Fetch(url), 3s);   // Fail(Error::kTimedOut): it was
//   cancelled
#ifndef ENKEL_KERNEL_EVENT_TIMEOUT_H_
#define ENKEL_KERNEL_EVENT_TIMEOUT_H_

#include <chrono>
#include <concepts>
#include <coroutine>
#include <type_traits>
#include <utility>

#include "kernel/base/promise.h"
#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "kernel/base/time.h"
#include "kernel/event/sleep.h"

namespace kernel {
namespace internal {

// A task that gives a Result has its timeout in it; any other one gets one around.
template <typename T>
struct InTime {
  using Result = kernel::Result<T>;
};
template <typename T>
struct InTime<kernel::Result<T>> {
  using Result = kernel::Result<T>;
};

template <typename T>
class [[nodiscard]] TimeLimited {
 public:
  using Result = typename InTime<T>::Result;

  TimeLimited(Task<T>&& task, Instant deadline) : task_(std::move(task)), deadline_(deadline) {}
  TimeLimited(const TimeLimited&) = delete;
  TimeLimited& operator=(const TimeLimited&) = delete;

  bool await_ready() const noexcept { return false; }
  template <std::derived_from<PromiseBase> Parent>
  [[gnu::always_inline]] std::coroutine_handle<> await_suspend(std::coroutine_handle<Parent> parent) {
    const std::coroutine_handle<> entered = task_.Enter(parent.promise());
    timer_.Set(deadline_, parent.promise());
    return entered;
  }
  [[gnu::always_inline]] Result await_resume() {
    timer_.Cancel();
    if (!task_.IsDone()) {
      task_ = Task<T>();
      return Fail(Error::kTimedOut);
    }
    if constexpr (std::is_void_v<T>) {
      task_.Take();
      return {};
    } else {
      return task_.Take();
    }
  }

 private:
  Task<T> task_;
  Instant deadline_;
  event::SleepTimer timer_;
};

}  // namespace internal

// `co_await WithTimeout(task, duration)`: what the task gives, as a Result<T>; kTimedOut where it has not ended by
// then: it is cancelled before the co_await returns. A task that gives a Result<T> gives just that. The time counts
// from this call. An exception of the task leaves the co_await.
template <typename T>
internal::TimeLimited<T> WithTimeout(Task<T> task, Duration duration) {
  return internal::TimeLimited<T>(std::move(task), event::FromNow(duration));
}
template <typename T, typename Rep, typename Period>
internal::TimeLimited<T> WithTimeout(Task<T> task, std::chrono::duration<Rep, Period> duration) {
  return internal::TimeLimited<T>(std::move(task), event::FromNow(ToDuration(duration)));
}

// The same with a deadline.
template <typename T>
internal::TimeLimited<T> WithDeadline(Task<T> task, Instant deadline) {
  return internal::TimeLimited<T>(std::move(task), deadline);
}

}  // namespace kernel

#endif  // ENKEL_KERNEL_EVENT_TIMEOUT_H_
