// Run: a program's coroutines, on the thread that calls it. The one header that a program with coroutines includes.
//
//   kernel::Task<int> Main() {
//     auto [a, b] = co_await kernel::WhenAll(First(), Second());
//     co_await kernel::Sleep(5ms);
//     co_return 0;
//   }
//   int main() { return kernel::Run(Main()); }
//
// The coroutines run as that thread: on its stack, with its thread-local variables, one at a time; a call that blocks
// in one of them blocks them all, and no other thread. Where none is ready the thread sleeps. Each turn runs what was
// ready at its start, then other threads, deferred work and timers have their turn. Several threads may be in Run, each
// with tasks of its own; what one thread's coroutines notify may wake another's.
#ifndef ENKEL_KERNEL_EVENT_RUN_H_
#define ENKEL_KERNEL_EVENT_RUN_H_

#include <utility>

#include "kernel/base/task.h"        // IWYU pragma: export
#include "kernel/base/task_group.h"  // IWYU pragma: export
#include "kernel/base/turn.h"        // IWYU pragma: export
#include "kernel/base/wait_queue.h"  // IWYU pragma: export
#include "kernel/base/when.h"        // IWYU pragma: export
#include "kernel/event/sleep.h"      // IWYU pragma: export
#include "kernel/event/thread_executor.h"
#include "kernel/event/timeout.h"  // IWYU pragma: export

namespace kernel {

// Runs `task` to its end and returns what it gives; an exception that leaves the task leaves Run. Allocates nothing.
// When nothing can ever wake the program again the machine panics, as it does for threads. Not in interrupt context or
// in deferred work.
template <typename T>
[[gnu::always_inline]] inline T Run(Task<T> task) {
  event::ThreadExecutor executor;
  Task<T> root = std::move(task);  // ends before its executor
  root.Start(executor);
  while (!root.IsDone()) executor.TurnOrBlock();
  return root.Take();
}

}  // namespace kernel

#endif  // ENKEL_KERNEL_EVENT_RUN_H_
