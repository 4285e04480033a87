// TaskGroup: tasks that come and go, with one owner.
//
//   TaskGroup connections(co_await CurrentExecutor());
//   for (;;) connections.Add(Serve(co_await listener.Accept()));
#ifndef ENKEL_KERNEL_BASE_TASK_GROUP_H_
#define ENKEL_KERNEL_BASE_TASK_GROUP_H_

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <new>
#include <utility>

#include "kernel/base/check.h"
#include "kernel/base/promise.h"
#include "kernel/base/resumption.h"
#include "kernel/base/task.h"
#include "kernel/base/task_exception.h"

namespace kernel {

// Owns its tasks: its end cancels those that still run, the youngest first. When one ends with an exception, the others
// are cancelled, and Join and the next Add throw it. Not interrupt-safe.
class TaskGroup {
 public:
  explicit TaskGroup(Executor& executor) : executor_(executor) {}
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  ~TaskGroup();

  // Makes `task` ready; it is destroyed as soon as it ends. Allocates one small block; for want of memory for that or
  // for the task: as awaiting such a task (task.h).
  [[gnu::always_inline]] void Add(Task<> task) {
    ThrowFailure();
    if (!TryAdd(std::move(task))) [[unlikely]]
      internal::FailForLackOfMemory();
  }

  // The same; false, and nothing done, where there is no memory. For rooms without exceptions.
  [[nodiscard]] bool TryAdd(Task<> task);

  // How many have not ended.
  std::size_t size() const { return size_; }

  // Cancels all. None of them may be the caller, or wait for it.
  void CancelAll();

  class Joining {
   public:
    explicit Joining(TaskGroup& group) : group_(group) {}
    bool await_ready() const noexcept { return group_.size_ == 0; }
    template <std::derived_from<PromiseBase> Parent>
    void await_suspend(std::coroutine_handle<Parent> parent) noexcept {
      group_.joining_.PushBack(parent.promise());
    }
    [[gnu::always_inline]] void await_resume() { group_.ThrowFailure(); }

   private:
    TaskGroup& group_;
  };

  // `co_await group.Join()`: until no task is left.
  [[nodiscard]] Joining Join() { return Joining(*this); }

 private:
  struct Member;
  static PromiseBase* OnEnd(Completion& self, PromiseBase& ended);
  void Remove(Member& member);

  [[gnu::always_inline]] void ThrowFailure() {
    if (failure_ != nullptr) [[unlikely]]
      internal::RethrowException(std::exchange(failure_, nullptr));
  }

  Executor& executor_;
  Member* youngest_ = nullptr;
  std::size_t size_ = 0;
  internal::CapturedException failure_ = nullptr;
  ResumptionQueue joining_;
};

}  // namespace kernel

#endif  // ENKEL_KERNEL_BASE_TASK_GROUP_H_
