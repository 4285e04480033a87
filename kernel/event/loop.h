// The state of one core's loop. Internal to kernel/event.
#ifndef ENKEL_KERNEL_EVENT_LOOP_H_
#define ENKEL_KERNEL_EVENT_LOOP_H_

#include "kernel/arch/context.h"
#include "kernel/base/time.h"
#include "kernel/event/intrusive_list.h"
#include "kernel/event/thread.h"

namespace kernel::event {

struct Loop {
  Thread main_thread{kMainThreadId};
  Thread* current = &main_thread;  // null while the loop itself runs
  int thread_count = 1;
  int last_id = kMainThreadId;

  IntrusiveList<Thread, &Thread::ready_links_> ready;   // first in, first out
  IntrusiveList<Thread, &Thread::timer_links_> timers;  // by deadline
  IntrusiveList<Thread, &Thread::all_links_> others;    // all living threads but the main one

  arch::Context context;  // of the loop itself, on its own stack
  bool has_context = false;
  void (*farewell)(void*) = nullptr;
  void* farewell_argument = nullptr;
  Duration idle;

  // The functions of thread.h.
  void Start(Thread& thread, std::byte* stack_top, std::uint64_t thread_pointer, void (*entry)(void*), void* argument);
  Thread* Find(int id);
  void Yield();
  WakeReason Block(Instant deadline);
  void Wake(Thread& thread);
  bool Interrupt(Thread& thread);
  [[noreturn]] void Exit(void (*function)(void*), void* argument);

 private:
  int NextId();
  void SetTimer(Thread& thread, Instant deadline);
  void MakeReady(Thread& thread, WakeReason reason);
  void ExpireTimers(Instant now);
  void SwitchTo(arch::Context& from, Thread& next);
  void RunAnother(Thread& self);
  void MakeContext();
  void EnterLoop(Thread& self);
  [[noreturn]] void Run();
};

// In an object of its own (loop.cc): who asks for a thread's id links these words and no scheduler.
extern constinit Loop loop;

}  // namespace kernel::event

#endif  // ENKEL_KERNEL_EVENT_LOOP_H_
