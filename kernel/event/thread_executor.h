// The executor of a thread: runs coroutines as that thread, and lets it sleep while none is ready.
#ifndef ENKEL_KERNEL_EVENT_THREAD_EXECUTOR_H_
#define ENKEL_KERNEL_EVENT_THREAD_EXECUTOR_H_

#include "kernel/base/resumption.h"
#include "kernel/event/thread.h"

namespace kernel::event {

// Belongs to the thread that makes it. Nothing here allocates.
class ThreadExecutor : public Executor {
 public:
  ThreadExecutor() : Executor(&OnReady), thread_(Current()) {}

  // One turn, then everybody else's: other threads, deferred work, timers. Where nothing is ready, blocks until
  // something may be. When nothing in the program can ever become ready, the machine panics as for threads (Block).
  void TurnOrBlock();

 private:
  static void OnReady(Executor& self);

  Thread& thread_;
  bool is_blocked_ = false;  // in TurnOrBlock, not in a call of a coroutine's own
};

}  // namespace kernel::event

#endif  // ENKEL_KERNEL_EVENT_THREAD_EXECUTOR_H_
