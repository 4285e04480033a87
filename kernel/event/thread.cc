#include "kernel/event/thread.h"

#include <array>
#include <cstddef>
#include <string_view>

#include "kernel/arch/context.h"
#include "kernel/arch/cpu.h"
#include "kernel/base/check.h"
#include "kernel/boot/board.h"
#include "kernel/event/loop.h"
#include "kernel/panic/panic.h"

namespace kernel::event {
namespace {

constexpr std::size_t kLoopStackSize = 8192;  // bytes
[[gnu::section(".bss..noinit")]] alignas(16) constinit std::array<std::byte, kLoopStackSize> loop_stack = {};

[[noreturn]] void Deadlock(int threads) {
  std::array<char, 96> text;
  char* end = text.data();
  const auto append = [&end](std::string_view part) { end += part.copy(end, part.size()); };
  int divisor = 1;
  while (threads / divisor >= 10) divisor *= 10;

  append("deadlock: ");
  for (; divisor > 0; divisor /= 10) *end++ = static_cast<char>('0' + threads / divisor % 10);
  append(threads == 1 ? " thread waits" : " threads wait");
  append(", without a deadline, and nothing can wake them");
  panic::Panic({text.data(), static_cast<std::size_t>(end - text.data())});
}

}  // namespace

int Loop::NextId() {
  do {
    last_id = last_id == kLargestThreadId ? kMainThreadId + 1 : last_id + 1;
  } while (Find(last_id) != nullptr);
  return last_id;
}

void Loop::SetTimer(Thread& thread, Instant deadline) {
  thread.deadline_ = deadline;
  Thread* position = timers.First();
  while (position != nullptr && position->deadline_ <= deadline) position = timers.Next(*position);
  timers.InsertBefore(position, thread);
}

void Loop::MakeReady(Thread& thread, WakeReason reason) {
  CHECK(thread.state_ == Thread::State::kBlocked);
  if (timers.IsLinked(thread)) timers.Remove(thread);
  thread.state_ = Thread::State::kReady;
  thread.reason_ = reason;
  ready.PushBack(thread);
}

void Loop::ExpireTimers(Instant now) {
  while (!timers.IsEmpty() && timers.First()->deadline_ <= now) MakeReady(*timers.First(), WakeReason::kTimedOut);
}

// `from` is where the caller goes on later; that may be the very thread that is to run.
void Loop::SwitchTo(arch::Context& from, Thread& next) {
  next.state_ = Thread::State::kRunning;
  current = &next;
  if (&from != &next.context_) EnkelSwitchContext(&from, &next.context_);
}

// Leaves `self`, whose state says how it is to go on, for the next ready thread, or for the loop where none is.
void Loop::RunAnother(Thread& self) {
  // Threads that keep each other ready must not starve those that sleep.
  if (!timers.IsEmpty()) ExpireTimers(board::Now());
  if (Thread* const next = ready.PopFront(); next != nullptr) {
    SwitchTo(self.context_, *next);
  } else {
    EnterLoop(self);
  }
}

// Called before there is a second flow of control, that is, by the main thread: its thread-local data never goes away,
// and the loop needs some for the stack canary.
void Loop::MakeContext() {
  if (has_context) return;
  has_context = true;
  const auto entry = [](void* argument) { static_cast<Loop*>(argument)->Run(); };
  context = arch::MakeContext(loop_stack.data() + loop_stack.size(), arch::ThreadPointer(), entry, this);
}

void Loop::EnterLoop(Thread& self) {
  MakeContext();
  current = nullptr;
  EnkelSwitchContext(&self.context_, &context);
}

void Loop::Run() {
  for (;;) {
    if (farewell != nullptr) {
      void (*const function)(void*) = farewell;
      farewell = nullptr;
      function(farewell_argument);
    }
    const Instant start = board::Now();
    Instant now = start;
    for (ExpireTimers(now); ready.IsEmpty(); ExpireTimers(now)) {
      if (timers.IsEmpty()) Deadlock(thread_count);
      arch::Relax();
      now = board::Now();
    }
    idle = idle + (now - start);
    SwitchTo(context, *ready.PopFront());
  }
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
  if (deadline != kNever) SetTimer(self, deadline);
  RunAnother(self);
  return self.reason_;
}

void Loop::Wake(Thread& thread) {
  if (thread.state_ == Thread::State::kBlocked) MakeReady(thread, WakeReason::kWoken);
}

bool Loop::Interrupt(Thread& thread) {
  if (thread.state_ != Thread::State::kBlocked) return false;
  MakeReady(thread, WakeReason::kInterrupted);
  return true;
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
void Wake(Thread& thread) { loop.Wake(thread); }
bool Interrupt(Thread& thread) { return loop.Interrupt(thread); }
void Exit(void (*farewell)(void*), void* argument) { loop.Exit(farewell, argument); }

}  // namespace kernel::event
