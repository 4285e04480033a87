// WaitQueue: coroutines that wait for something to change, as a condition variable is for threads.
//
//   while (buffer_.IsEmpty()) co_await readable_.Wait();
//   ...
//   readable_.NotifyAll();
#ifndef ENKEL_KERNEL_BASE_WAIT_QUEUE_H_
#define ENKEL_KERNEL_BASE_WAIT_QUEUE_H_

#include <concepts>
#include <coroutine>

#include "kernel/base/promise.h"
#include "kernel/base/resumption.h"

namespace kernel {

// First come, first served. Must outlive who waits in it. From any thread, not from an interrupt; nothing allocates.
class WaitQueue {
 public:
  constexpr WaitQueue() = default;

  bool IsEmpty() const { return waiting_.IsEmpty(); }

  class Waiting {
   public:
    explicit Waiting(ResumptionQueue& queue) : queue_(queue) {}
    bool await_ready() const noexcept { return false; }
    template <std::derived_from<PromiseBase> Promise>
    void await_suspend(std::coroutine_handle<Promise> self) {
      queue_.PushBack(self.promise());
    }
    void await_resume() const noexcept {}

   private:
    ResumptionQueue& queue_;
  };

  // `co_await queue.Wait()` goes on in the turn after a notification that meets it.
  [[nodiscard]] Waiting Wait() { return Waiting(waiting_); }

  // Makes the one that waits longest ready. False if nobody waits.
  bool NotifyOne() {
    Resumption* const first = waiting_.PopFront();
    if (first != nullptr) Post(*first);
    return first != nullptr;
  }

  // Makes all ready that wait now.
  void NotifyAll() {
    while (NotifyOne()) {
    }
  }

 private:
  ResumptionQueue waiting_;
};

}  // namespace kernel

#endif  // ENKEL_KERNEL_BASE_WAIT_QUEUE_H_
