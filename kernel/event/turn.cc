// A turn of the loop.
#include "kernel/arch/interrupts.h"
#include "kernel/boot/board.h"
#include "kernel/event/deferred.h"
#include "kernel/event/loop.h"
#include "kernel/event/timer.h"
#include "kernel/interrupt/masked_section.h"
#include "kernel/interrupt/state.h"

namespace kernel::event {
namespace {

// Of each kind; the rest of the work waits until a ready thread has had its turn.
constexpr int kMostFunctionsPerTurn = 64;

constinit interrupt::MaskedSite kTakeSite("take deferred work");

}  // namespace

// Not the turn of a loop that woke for nothing: a line in a storm wakes it without end, and nothing goes on.
void Loop::CountTurn() {
  ++progress.turns;
  interrupt::CountTurn();
}

void Loop::Run() {
  for (;;) {
    SayFarewell();
    DoWork();
    if (Thread* const next = ready.PopFront(); next != nullptr) {
      SwitchTo(context, *next);
    } else if (!HasWork()) {
      Sleep();
    }
  }
}

void Loop::SayFarewell() {
  if (farewell == nullptr) return;
  void (*const function)(void*) = farewell;
  farewell = nullptr;
  function(farewell_argument);
}

void Loop::DoWork() {
  arch::PollInterrupts();
  RunPosted();
  if (is_alarm_due) RunDueTimers();
}

void Loop::RunPosted() {
  for (int i = 0; i < kMostFunctionsPerTurn && !posted.IsEmpty(); ++i) {
    Deferred* first;
    {
      const interrupt::MaskedSection section(kTakeSite);
      first = posted.PopFront();
    }
    if (first == nullptr) return;  // cancelled by a handler
    CountTurn();
    first->function_(first->argument_);
  }
}

void Loop::RunDueTimers() {
  is_alarm_due = false;
  const Instant now = board::Now();
  for (int i = 0; i < kMostFunctionsPerTurn; ++i) {
    auto* const timer = static_cast<Timer*>(timers.TakeDue(now));
    if (timer == nullptr) {
      // The alarm has rung, or has not because of an earlier deadline that was given up.
      if (timers.NextDeadline() != alarm.deadline()) alarm.Set(timers.NextDeadline());
      return;
    }
    CountTurn();
    timer->function_(timer->argument_);
  }
  is_alarm_due = true;  // there may be more
}

}  // namespace kernel::event
