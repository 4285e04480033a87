// What the promises of all coroutine types share: who waits for this coroutine, and whom it waits for.
#ifndef ENKEL_KERNEL_BASE_PROMISE_H_
#define ENKEL_KERNEL_BASE_PROMISE_H_

#include <coroutine>
#include <cstddef>
#include <new>
#include <utility>

#include "kernel/base/resumption.h"
#include "kernel/base/task_exception.h"

namespace kernel {

// Whatever can throw here and in what is built on it is always inlined: in a program with exceptions the linker must
// not choose a copy that a room without them has compiled, which nothing can be thrown through.

// The owner of a coroutine's frame: null for none. An awaiter that waits for one child keeps it in such a slot, where
// PromiseBase::Destroy can find it.
using FrameSlot = class PromiseBase*;

// Told of the end of a coroutine by whoever waits for more than one. A member of the one who waits.
struct Completion {
  // `ended` is at its end; it may be destroyed in here. Returns who goes on at once; null for nobody.
  class PromiseBase* (*on_end)(Completion& self, PromiseBase& ended);
};

// A coroutine starts when somebody waits for it, on the executor of that one, and ends in handing over to it. Transfers
// are symmetric: neither a chain nor a loop of coroutines that wait for each other needs stack.
class PromiseBase : public Resumption {
 public:
  // Ends `root` and every coroutine that it waits for, the innermost first; none of them may be running. Iterative: a
  // chain of any length needs no stack.
  static void Destroy(PromiseBase& root) {
    if (root.parent_ != nullptr) root.parent_->child_ = nullptr;  // given up before its end: its waiter goes on
    PromiseBase* innermost = &root;
    while (innermost->child_ != nullptr && *innermost->child_ != nullptr) innermost = *innermost->child_;
    for (;;) {
      CHECK(!innermost->IsRunning());  // a coroutine must not destroy itself, or one that waits for it
      PromiseBase* const parent = innermost == &root ? nullptr : innermost->parent_;
      innermost->Unlink();  // now: the queue may be one of its own variables
      innermost->handle().destroy();
      if (parent == nullptr) return;
      *std::exchange(parent->child_, nullptr) = nullptr;
      innermost = parent;
    }
  }

  // Makes it ready. `completion` is told of its end; null for nobody.
  void Start(Executor& executor, Completion* completion) {
    CHECK(this->executor() == nullptr);
    SetExecutor(executor);
    completion_ = completion;
    executor.Post(*this);
  }

  // Runs it at once, in the place of `parent`, which goes on when it ends. `slot` owns it until then.
  std::coroutine_handle<> Enter(PromiseBase& parent, FrameSlot& slot) {
    CHECK(this->executor() == nullptr);
    SetExecutor(*parent.executor());
    parent_ = &parent;
    parent.child_ = &slot;
    executor()->running_ = this;
    return handle();
  }

  bool HasException() const { return exception_ != nullptr; }
  internal::CapturedException TakeException() { return std::exchange(exception_, nullptr); }

  // Throws what the coroutine ended with; nothing if that was no exception.
  [[gnu::always_inline]] void Rethrow() {
    if (exception_ != nullptr) [[unlikely]]
      internal::RethrowException(TakeException());
  }

  // The coroutine's own protocol, called by compiled code.
  std::suspend_always initial_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept { exception_ = internal::CaptureException(); }

  // A frame that cannot be had makes an empty task (task.h), not an exception out of the call.
  static void* operator new(std::size_t size, const std::nothrow_t& tag) noexcept { return ::operator new(size, tag); }
  static void operator delete(void* frame, std::size_t size) noexcept { ::operator delete(frame, size); }

 protected:
  explicit PromiseBase(std::coroutine_handle<> handle) : Resumption(handle) {}
  ~PromiseBase() {
    if (exception_ != nullptr) [[unlikely]]
      internal::DropException(exception_);
  }

  // At the end: who goes on.
  std::coroutine_handle<> Next() noexcept {
    Executor& executor = *this->executor();
    executor.running_ = nullptr;
    PromiseBase* const next =
        completion_ != nullptr ? completion_->on_end(*completion_, *this) : std::exchange(parent_, nullptr);
    if (next == nullptr) return std::noop_coroutine();
    next->Unlink();  // a timeout may have made it ready
    next->child_ = nullptr;
    executor.running_ = next;
    return next->handle();
  }

 private:
  PromiseBase* parent_ = nullptr;  // waits for this one's end, and for no other; or
  Completion* completion_ = nullptr;
  FrameSlot* child_ = nullptr;  // owns the one that this one waits for
  internal::CapturedException exception_ = nullptr;
};

}  // namespace kernel

#endif  // ENKEL_KERNEL_BASE_PROMISE_H_
