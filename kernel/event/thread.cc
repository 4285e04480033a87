#include "kernel/event/thread.h"

#include <cstddef>
#include <cstdint>

#include "kernel/arch/context.h"
#include "kernel/arch/cpu.h"
#include "kernel/arch/interrupts.h"
#include "kernel/base/check.h"
#include "kernel/boot/board.h"
#include "kernel/event/loop.h"
#include "kernel/event/loop_stack.h"
#include "kernel/event/timer.h"
#include "kernel/panic/panic.h"

// What whoever may sleep refers to, so that the linker takes this file: toolchain/libc/overlay/common/include/sleeps.h.
extern "C" {
[[gnu::used]] extern constexpr char EnkelSleeps = 0;
}

namespace kernel::event {
namespace {

// Threads that keep each other ready come back to the loop at the latest after so many switches.
constexpr unsigned kSwitchesPerTurn = 64;

}  // namespace

int Loop::NextId() {
  do {
    last_id = last_id == kLargestThreadId ? kMainThreadId + 1 : last_id + 1;
  } while (Find(last_id) != nullptr);
  return last_id;
}

bool Loop::MakeReady(Thread& thread, WakeReason reason) {
  if (thread.state_ != Thread::State::kBlocked) return false;
  thread.state_ = Thread::State::kReady;
  thread.reason_ = reason;
  ready.PushBack(thread);
  return true;
}

// `from` is where the caller goes on later; that may be the very thread that is to run.
void Loop::SwitchTo(arch::Context& from, Thread& next) {
  CountTurn();
  next.state_ = Thread::State::kRunning;
  current = &next;
  if (&from != &next.context_) EnkelSwitchContext(&from, &next.context_);
}

// Leaves `self`, whose state says how it is to go on, for the next ready thread, or for the loop where that has
// something to do or none is ready.
void Loop::RunAnother(Thread& self) {
  if (HasWork() || ready.IsEmpty() || ++switches % kSwitchesPerTurn == 0) {
    EnterLoop(self);
  } else {
    SwitchTo(self.context_, *ready.PopFront());
  }
}

// Nobody reads the clock to learn whether a timer is due: this word says it.
void Loop::OnAlarm(void* self, Instant) { static_cast<Loop*>(self)->is_alarm_due = true; }

// Its function is not there from the start: an image that only asks for a thread's id would hold it.
void Loop::SetAlarm(Instant deadline) {
  alarm.SetRing(&OnAlarm, this);
  alarm.Set(deadline);
}

// Called before there is a second flow of control, that is, by the main thread: its thread-local data never goes away,
// and the loop needs some for the stack canary.
void Loop::MakeContext() {
  if (has_context) return;
  has_context = true;
  const auto entry = [](void* argument) { static_cast<Loop*>(argument)->Run(); };
  context = arch::MakeContext(OpenLoopStack(), arch::ThreadPointer(), entry, this);
  SetAlarm(alarm.deadline());  // gets its line, which is not for the masked section of Sleep
}

void Loop::EnterLoop(Thread& self) {
  MakeContext();
  current = nullptr;
  EnkelSwitchContext(&self.context_, &context);
}

void Loop::Start(Thread& thread, std::byte* stack_top, std::uint64_t thread_pointer, void (*entry)(void*),
                 void* argument) {
  CHECK(thread.state_ == Thread::State::kNew);
  MakeContext();
  thread.context_ = arch::MakeContext(stack_top, thread_pointer, entry, argument);
  thread.id_ = NextId();
  thread.state_ = Thread::State::kReady;
  others.PushBack(thread);
  ready.PushBack(thread);
  ++thread_count;
}

Thread* Loop::Find(int id) {
  if (id == kMainThreadId) return main_thread.state_ == Thread::State::kEnded ? nullptr : &main_thread;
  Thread* thread = others.First();
  while (thread != nullptr && thread->id_ != id) thread = others.Next(*thread);
  return thread;
}

void Loop::Yield() {
  Thread& self = *current;
  self.state_ = Thread::State::kReady;
  ready.PushBack(self);
  RunAnother(self);
}

WakeReason Loop::Block(Instant deadline) {
  Thread& self = *current;
  self.state_ = Thread::State::kBlocked;
  // Where somebody else is quicker, it finds the thread no longer blocked.
  Timer timer([](void* thread) { loop.MakeReady(*static_cast<Thread*>(thread), WakeReason::kTimedOut); }, &self);
  if (deadline != kNever) timer.Set(deadline);
  RunAnother(self);
  timer.Cancel();
  return self.reason_;
}

void Loop::Exit(void (*function)(void*), void* argument) {
  Thread& self = *current;
  self.state_ = Thread::State::kEnded;
  if (&self != &main_thread) others.Remove(self);
  --thread_count;
  farewell = function;
  farewell_argument = argument;
  EnterLoop(self);
  panic::Panic("a thread that has ended runs again");
}

void Start(Thread& thread, std::byte* stack_top, std::uint64_t thread_pointer, void (*entry)(void*), void* argument) {
  loop.Start(thread, stack_top, thread_pointer, entry, argument);
}
Thread* FindThread(int id) { return loop.Find(id); }
void Yield() { loop.Yield(); }
WakeReason Block(Instant deadline) { return loop.Block(deadline); }
void Wake(Thread& thread) { loop.MakeReady(thread, WakeReason::kWoken); }
bool Interrupt(Thread& thread) { return loop.MakeReady(thread, WakeReason::kInterrupted); }
void Exit(void (*farewell)(void*), void* argument) { loop.Exit(farewell, argument); }

}  // namespace kernel::event
