// The state of one core's loop. Internal to kernel/event.
//
// A turn: what handlers and others have posted, timers that are due, then one ready thread. Threads that are ready hand
// the CPU on among themselves without coming back here, until there is such work or none of them is left; then the loop
// sleeps.
#ifndef ENKEL_KERNEL_EVENT_LOOP_H_
#define ENKEL_KERNEL_EVENT_LOOP_H_

#include "kernel/arch/context.h"
#include "kernel/base/time.h"
#include "kernel/base/timer_queue.h"
#include "kernel/event/deferred.h"
#include "kernel/event/intrusive_list.h"
#include "kernel/event/progress.h"
#include "kernel/event/thread.h"
#include "kernel/time/alarm.h"

namespace kernel::event {

struct Loop {
  Thread main_thread{kMainThreadId};
  Thread* current = &main_thread;  // null while the loop itself runs
  int thread_count = 1;
  int last_id = kMainThreadId;

  IntrusiveList<Thread, &Thread::ready_links_> ready;  // first in, first out
  IntrusiveList<Thread, &Thread::all_links_> others;   // all living threads but the main one

  IntrusiveList<Deferred, &Deferred::links_> posted;  // to be touched in a masked section only
  TimerQueue timers;                                  // of event::Timer
  time::AlarmUser alarm;                              // set by SetAlarm first
  volatile bool is_alarm_due = false;                 // set in interrupt context

  arch::Context context;  // of the loop itself, on its own stack
  bool has_context = false;
  void (*farewell)(void*) = nullptr;
  void* farewell_argument = nullptr;
  unsigned switches = 0;
  Progress progress;

  // The functions of thread.h.
  void Start(Thread& thread, std::byte* stack_top, std::uint64_t thread_pointer, void (*entry)(void*), void* argument);
  Thread* Find(int id);
  void Yield();
  WakeReason Block(Instant deadline);
  bool MakeReady(Thread& thread, WakeReason reason);  // false, and nothing done, for one that is not blocked
  [[noreturn]] void Exit(void (*function)(void*), void* argument);
  void SetAlarm(Instant deadline);

 private:
  static void OnAlarm(void* self, Instant now);

  int NextId();
  void CountTurn();
  void SwitchTo(arch::Context& from, Thread& next);
  void RunAnother(Thread& self);
  void MakeContext();
  void EnterLoop(Thread& self);

  [[noreturn]] void Run();
  void SayFarewell();
  bool HasWork() const { return is_alarm_due || !posted.IsEmpty(); }
  void DoWork();
  void RunPosted();
  void RunDueTimers();
  void Sleep();
  void GoToSleep();
};

// In an object of its own (loop.cc): who asks for a thread's id links these words and no scheduler.
extern constinit Loop loop;

}  // namespace kernel::event

#endif  // ENKEL_KERNEL_EVENT_LOOP_H_
