// Task<T>: a coroutine that gives a T.
//
//   Task<std::size_t> Echo(Stream& stream) {
//     const std::size_t count = co_await stream.Read(buffer);
//     co_return co_await stream.Write({buffer, count});
//   }
//
// - Lazy: nothing of the body runs before somebody awaits the task; then it runs at once in the place of the one who
// waits.
// - Owned: the Task object owns the coroutine. To destroy it is to cancel it, wherever it is suspended: its variables
// are
//   destroyed, it leaves every queue and timer, and so do the coroutines that it waits for. Whoever starts something
//   concurrent (WhenAll, WhenAny, TaskGroup) owns it too: nothing outlives its parent.
// - Bounded stack: neither a chain of tasks of any length nor a loop over tasks that end at once makes the stack grow.
// - Exceptions: one that leaves the body leaves the co_await. A room that is compiled without exceptions may await a
// task
//   of a program that has them; should that throw, the program ends in std::terminate.
// - Memory: one frame a task, from operator new. Without memory for it the task is empty (IsEmpty): to await that
// throws
//   std::bad_alloc in a program with exceptions, and panics in one without. Nothing else allocates.
#ifndef ENKEL_KERNEL_BASE_TASK_H_
#define ENKEL_KERNEL_BASE_TASK_H_

#include <concepts>
#include <coroutine>
#include <memory>
#include <type_traits>
#include <utility>

#include "kernel/base/check.h"
#include "kernel/base/promise.h"
#include "kernel/base/resumption.h"

namespace kernel {

template <typename T = void>
class Task;

namespace internal {

// What a coroutine gives, until somebody takes it. T is an object's type, a reference's, or void.
template <typename T>
class ReturnedValue {
 public:
  ReturnedValue() {}
  ~ReturnedValue() {
    if (is_there_) value_.~T();
  }
  template <typename U = T>
    requires std::convertible_to<U, T>
  [[gnu::always_inline]] void return_value(U&& value) {
    ::new (static_cast<void*>(std::addressof(value_))) T(std::forward<U>(value));
    is_there_ = true;
  }
  [[gnu::always_inline]] T TakeValue() { return std::move(value_); }

 private:
  union {
    T value_;
  };
  bool is_there_ = false;
};

template <typename T>
class ReturnedValue<T&> {
 public:
  void return_value(T& value) { value_ = std::addressof(value); }
  T& TakeValue() { return *value_; }

 private:
  T* value_ = nullptr;
};

template <>
class ReturnedValue<void> {
 public:
  void return_void() {}
  void TakeValue() {}
};

template <typename T>
class TaskPromise final : public PromiseBase, public ReturnedValue<T> {
 public:
  struct HandOver {
    bool await_ready() noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<TaskPromise> self) noexcept {
      return self.promise().Next();
    }
    void await_resume() noexcept {}
  };

  TaskPromise() : PromiseBase(std::coroutine_handle<TaskPromise>::from_promise(*this)) {}
  Task<T> get_return_object() { return Task<T>(this); }
  static Task<T> get_return_object_on_allocation_failure() { return Task<T>(nullptr, /*lacks_memory=*/true); }
  HandOver final_suspend() noexcept { return {}; }

  bool IsDone() const { return handle().done(); }
};

[[noreturn, gnu::always_inline]] inline void FailForLackOfMemory() {
  if (ThrowBadAlloc != nullptr) ThrowBadAlloc();
  CHECK(!"no memory for the frame of a task");
  __builtin_unreachable();
}

}  // namespace internal

// Move-only. Not interrupt-safe.
template <typename T>
class [[nodiscard]] Task {
 public:
  using promise_type = internal::TaskPromise<T>;

  Task() = default;  // empty
  Task(Task&& other) noexcept
      : promise_(std::exchange(other.promise_, nullptr)), lacks_memory_(std::exchange(other.lacks_memory_, false)) {}
  Task& operator=(Task&& other) noexcept {
    Task given_up = std::move(*this);
    promise_ = std::exchange(other.promise_, nullptr);
    lacks_memory_ = std::exchange(other.lacks_memory_, false);
    return *this;
  }
  ~Task() {
    if (promise_ != nullptr) PromiseBase::Destroy(*promise_);
  }

  // Whether there is no coroutine: moved from, awaited already, default-made, or without memory for its frame.
  bool IsEmpty() const { return promise_ == nullptr; }

  // Whether it ran to its end, by co_return or an exception, and its result was not taken.
  bool IsDone() const { return promise_ != nullptr && Promise().IsDone(); }

  // `co_await std::move(task)`: runs it to its end and gives what it gives. Also takes the result of a task that was
  // started otherwise (Start, WhenAll) and is done. Once only: the task is empty afterwards.
  auto operator co_await() && noexcept { return Awaiter(std::move(*this)); }

  // Makes the task ready on `executor`: how a driver begins, and whoever awaits several. Its end is seen by IsDone, and
  // by `completion` (promise.h), where there is one.
  [[gnu::always_inline]] void Start(Executor& executor, Completion* completion = nullptr) {
    RequirePromise().Start(executor, completion);
  }

  // Runs it in the place of `parent`, which goes on when it ends. The task stays where it is until then.
  [[gnu::always_inline]] std::coroutine_handle<> Enter(PromiseBase& parent) {
    return RequirePromise().Enter(parent, promise_);
  }

  // The result of a task that is done; throws what it ended with.
  [[gnu::always_inline]] T Take() {
    CHECK(IsDone());
    Task taken = std::move(*this);
    taken.Promise().Rethrow();
    return taken.Promise().TakeValue();
  }

  // Whether it is done and ended with an exception.
  bool HasFailed() const { return IsDone() && promise_->HasException(); }

  // What it ended with, for one who keeps it: not null after HasFailed. Once only.
  internal::CapturedException TakeException() { return promise_->TakeException(); }

 private:
  friend promise_type;

  class Awaiter {
   public:
    explicit Awaiter(Task&& task) noexcept : task_(std::move(task)) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    bool await_ready() { return task_.IsDone(); }
    template <std::derived_from<PromiseBase> Parent>
    [[gnu::always_inline]] std::coroutine_handle<> await_suspend(std::coroutine_handle<Parent> parent) {
      return task_.Enter(parent.promise());
    }
    [[gnu::always_inline]] T await_resume() { return task_.Take(); }

   private:
    Task task_;
  };

  explicit Task(promise_type* promise, bool lacks_memory = false) : promise_(promise), lacks_memory_(lacks_memory) {}

  promise_type& Promise() const { return static_cast<promise_type&>(*promise_); }
  [[gnu::always_inline]] promise_type& RequirePromise() const {
    if (promise_ == nullptr) [[unlikely]] {
      if (lacks_memory_) internal::FailForLackOfMemory();
      CHECK(!"a task is awaited twice, or was never there");
    }
    return Promise();
  }

  FrameSlot promise_ = nullptr;
  bool lacks_memory_ = false;
};

}  // namespace kernel

#endif  // ENKEL_KERNEL_BASE_TASK_H_
