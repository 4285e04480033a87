#include "kernel/libc/descriptor/wait_queue.h"

#include <errno.h>

#include "kernel/base/time.h"
#include "kernel/event/thread.h"

namespace kernel::libc {

void WaitQueue::Notify() {
  for (Waiter* waiter = waiters_.First(); waiter != nullptr;) {
    Waiter& told = *waiter;
    waiter = Waiters::Next(told);
    told.notify_(told);
  }
}

void WaitQueue::Abandon() {
  while (Waiter* const waiter = waiters_.PopFront()) {
    if (waiter->abandon_ != nullptr) waiter->abandon_(*waiter);
  }
}

long WaitForChange(WaitQueue& queue, Instant deadline) {
  WaitingThread self;
  queue.Add(self);
  const event::WakeReason reason = event::Block(deadline);
  queue.Remove(self);
  switch (reason) {
    case event::WakeReason::kWoken:
      return 0;
    case event::WakeReason::kTimedOut:
      return -ETIMEDOUT;
    case event::WakeReason::kInterrupted:
      return -EINTR;
  }
  __builtin_unreachable();
}

}  // namespace kernel::libc
