// How a suspended coroutine comes to run again: it waits in a queue, somebody posts it to its executor, and the
// executor resumes it. No clock and no loop is here: kernel/event drives executors in an image, a host test drives its
// own.
//
// All of it belongs to threads: nothing is interrupt-safe, nothing allocates, nothing blocks. Threads are cooperative,
// so that one thread may post what another one's executor runs, without a lock.
#ifndef ENKEL_KERNEL_BASE_RESUMPTION_H_
#define ENKEL_KERNEL_BASE_RESUMPTION_H_

#include <coroutine>
#include <utility>

#include "kernel/base/check.h"

namespace kernel {

class Executor;

// A coroutine as queues see it; the base of every promise. It is in one queue at most, and leaves it when the coroutine
// is destroyed: that is all that cancelling takes.
class Resumption {
 public:
  Resumption(const Resumption&) = delete;
  Resumption& operator=(const Resumption&) = delete;

  // Who runs this coroutine; null until it is started.
  Executor* executor() const { return executor_; }

  bool IsQueued() const { return next_ != this; }

  // Takes the coroutine out of the queue that it is in, if any.
  void Unlink() {
    previous_->next_ = next_;
    next_->previous_ = previous_;
    previous_ = next_ = this;
  }

 protected:
  explicit constexpr Resumption(std::coroutine_handle<> handle) : handle_(handle) {}
  ~Resumption() { Unlink(); }

  std::coroutine_handle<> handle() const { return handle_; }
  bool IsRunning() const;
  void SetExecutor(Executor& executor) { executor_ = &executor; }

 private:
  friend class Executor;
  friend class ResumptionQueue;

  // A circle through the queue's own end; an element in no queue is a circle of itself.
  Resumption* previous_ = this;
  Resumption* next_ = this;
  std::coroutine_handle<> handle_;  // null for the end of a queue
  Executor* executor_ = nullptr;
};

// Coroutines in the order of their coming. Does not own them.
class ResumptionQueue {
 public:
  constexpr ResumptionQueue() = default;
  ~ResumptionQueue() { CHECK(IsEmpty()); }

  bool IsEmpty() const { return !end_.IsQueued(); }

  void PushBack(Resumption& resumption) {
    CHECK(!resumption.IsQueued());
    resumption.previous_ = end_.previous_;
    resumption.next_ = &end_;
    end_.previous_->next_ = &resumption;
    end_.previous_ = &resumption;
  }

  // Takes the first one out; null when there is none.
  Resumption* PopFront() {
    if (IsEmpty()) return nullptr;
    Resumption* const first = end_.next_;
    first->Unlink();
    return first;
  }

  // Takes over all of `other`, behind what is here. Constant time.
  void Append(ResumptionQueue& other) {
    if (other.IsEmpty()) return;
    Resumption* const first = other.end_.next_;
    Resumption* const last = other.end_.previous_;
    other.end_.next_ = other.end_.previous_ = &other.end_;
    first->previous_ = end_.previous_;
    last->next_ = &end_;
    end_.previous_->next_ = first;
    end_.previous_ = last;
  }

 private:
  struct End : Resumption {
    constexpr End() : Resumption(nullptr) {}
  };
  End end_;
};

// Runs coroutines on the thread that calls RunTurn: what is ready, first in, first out.
class Executor {
 public:
  // Called when something becomes ready where nothing was; null for a driver that asks by itself.
  using OnReady = void (*)(Executor&);

  explicit constexpr Executor(OnReady on_ready = nullptr) : on_ready_(on_ready) {}
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Makes `resumption` ready, taking it out of the queue that it waits in.
  void Post(Resumption& resumption) {
    const bool was_idle = ready_.IsEmpty();
    resumption.Unlink();
    ready_.PushBack(resumption);
    if (was_idle && on_ready_ != nullptr) on_ready_(*this);
  }

  bool HasReady() const { return !ready_.IsEmpty(); }

  // Resumes, one after the other, the coroutines that were ready when it was called. What they make ready waits for the
  // next turn, so that a turn ends however much work they make for each other. False if nothing was ready.
  bool RunTurn() {
    if (ready_.IsEmpty()) return false;
    ResumptionQueue turn;
    turn.Append(ready_);
    while (Resumption* const next = turn.PopFront()) {
      running_ = next;
      next->handle_.resume();
      running_ = nullptr;
    }
    return true;
  }

 private:
  friend class Resumption;
  friend class PromiseBase;

  OnReady on_ready_;
  const Resumption* running_ = nullptr;  // the innermost one
  ResumptionQueue ready_;
};

inline bool Resumption::IsRunning() const { return executor_ != nullptr && executor_->running_ == this; }

// Makes a suspended coroutine ready on its own executor, taking it out of the queue that it waits in.
inline void Post(Resumption& resumption) {
  CHECK(resumption.executor() != nullptr);
  resumption.executor()->Post(resumption);
}

}  // namespace kernel

#endif  // ENKEL_KERNEL_BASE_RESUMPTION_H_
