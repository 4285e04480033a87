// What a coroutine asks of its executor: who it is, and a later turn.
#ifndef ENKEL_KERNEL_BASE_TURN_H_
#define ENKEL_KERNEL_BASE_TURN_H_

#include <concepts>
#include <coroutine>

#include "kernel/base/promise.h"
#include "kernel/base/resumption.h"

namespace kernel {

// `co_await CurrentExecutor()`: the executor that runs the caller. Does not suspend.
class [[nodiscard]] CurrentExecutor {
 public:
  bool await_ready() const noexcept { return false; }
  template <std::derived_from<PromiseBase> Promise>
  bool await_suspend(std::coroutine_handle<Promise> self) noexcept {
    executor_ = self.promise().executor();
    return false;
  }
  Executor& await_resume() const noexcept { return *executor_; }

 private:
  Executor* executor_ = nullptr;
};

// `co_await Yield()`: goes on in the next turn, after everything else that is ready.
class [[nodiscard]] Yield {
 public:
  bool await_ready() const noexcept { return false; }
  template <std::derived_from<PromiseBase> Promise>
  void await_suspend(std::coroutine_handle<Promise> self) noexcept {
    Post(self.promise());
  }
  void await_resume() const noexcept {}
};

}  // namespace kernel

#endif  // ENKEL_KERNEL_BASE_TURN_H_
