// How the machine sleeps: check whether there is anything to do, and sleep, in one step.
#include <array>
#include <cstddef>
#include <string_view>

#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/event/loop.h"
#include "kernel/interrupt/interrupt.h"
#include "kernel/interrupt/masked_section.h"
#include "kernel/panic/panic.h"
#include "kernel/time/alarm.h"

namespace kernel::event {
namespace {

constinit interrupt::MaskedSite kSleepSite("check for work, then sleep");

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

// Whether anything can end the sleep that is to begin.
bool CanWake() { return time::IsAlarmSet() || interrupt::CanAnyLineAsk(board::AlarmLine()); }

}  // namespace

void Loop::Sleep() {
  const Instant start = board::Now();
  GoToSleep();
  progress.idle = progress.idle + (board::Now() - start);
  // Whatever the alarm says: lines that are in a storm may have kept it from ringing.
  is_alarm_due = true;
}

void Loop::GoToSleep() {
  interrupt::MaskedSection section(kSleepSite);
  // A handler has run since the loop looked.
  if (HasWork()) return;
  const Instant release = interrupt::NextRelease();
  alarm.Set(release < timers.NextDeadline() ? release : timers.NextDeadline());
  if (!CanWake()) Deadlock(thread_count);

  ++progress.sleeps;
  progress.is_asleep = true;
  section.WaitForInterrupt();
  progress.is_asleep = false;
  if (is_alarm_due) {
    ++progress.alarm_wake_ups;
  } else if (!posted.IsEmpty()) {
    ++progress.work_wake_ups;
  }
}

}  // namespace kernel::event
