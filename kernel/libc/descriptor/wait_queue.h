// Who waits for a change of a file: threads that read, write or poll, and epoll.
#ifndef ENKEL_KERNEL_LIBC_DESCRIPTOR_WAIT_QUEUE_H_
#define ENKEL_KERNEL_LIBC_DESCRIPTOR_WAIT_QUEUE_H_

#include "kernel/base/time.h"
#include "kernel/event/intrusive_list.h"
#include "kernel/event/thread.h"

namespace kernel::libc {

// One membership in one queue. Its owner removes it before it dies.
class Waiter {
 public:
  // `notify` is called at each change of what is waited for; it may not block, nor remove another waiter. `abandon`,
  // where it is not null, is called after the queue's owner removed the waiter for good.
  using Function = void (*)(Waiter& waiter);
  constexpr explicit Waiter(Function notify, Function abandon = nullptr) : notify_(notify), abandon_(abandon) {}
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  Function notify() const { return notify_; }

 private:
  friend class WaitQueue;
  Function notify_;
  Function abandon_;
  event::ListLinks<Waiter> links_;
};

// A file has one where its readiness can change. Not interrupt-safe: an interrupt handler posts work to the loop, which
// then notifies.
class WaitQueue {
 public:
  constexpr WaitQueue() = default;
  WaitQueue(const WaitQueue&) = delete;
  WaitQueue& operator=(const WaitQueue&) = delete;

  void Add(Waiter& waiter) { waiters_.PushBack(waiter); }
  void Remove(Waiter& waiter) { waiters_.Remove(waiter); }
  bool Has(const Waiter& waiter) const { return Waiters::IsLinked(waiter); }

  // Tells every waiter that something has changed. Does not block.
  void Notify();

  // Removes every waiter: the file is no more.
  void Abandon();

  // The waiters, the oldest first.
  Waiter* First() const { return waiters_.First(); }
  static Waiter* Next(const Waiter& waiter) { return Waiters::Next(waiter); }

 private:
  using Waiters = event::IntrusiveList<Waiter, &Waiter::links_>;
  Waiters waiters_;
};

// A thread that is woken by each notification. Made by the thread that is going to block.
class WaitingThread : public Waiter {
 public:
  WaitingThread() : Waiter(&WakeUp), thread_(event::Current()) {}

 private:
  static void WakeUp(Waiter& waiter) { event::Wake(static_cast<WaitingThread&>(waiter).thread_); }
  event::Thread& thread_;
};

// Suspends the caller until `queue` is notified, or `deadline`. 0, -ETIMEDOUT, or -EINTR where the wait was ended from
// outside. May come back for no reason: whoever waits for a condition checks it again.
long WaitForChange(WaitQueue& queue, Instant deadline);

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_DESCRIPTOR_WAIT_QUEUE_H_
