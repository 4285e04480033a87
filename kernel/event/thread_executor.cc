#include "kernel/event/thread_executor.h"

#include "kernel/event/thread.h"

namespace kernel::event {

void ThreadExecutor::TurnOrBlock() {
  if (RunTurn()) {
    Yield();
    return;
  }
  is_blocked_ = true;
  (void)Block();
  is_blocked_ = false;
}

void ThreadExecutor::OnReady(Executor& self) {
  const auto& executor = static_cast<ThreadExecutor&>(self);
  if (executor.is_blocked_) Wake(executor.thread_);
}

}  // namespace kernel::event
