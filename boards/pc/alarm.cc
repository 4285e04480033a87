// The alarm: the local APIC's timer, by deadlines of the time stamp counter where the CPU can, else by counting down.
#include <algorithm>
#include <cstdint>

#include "boards/pc/clock.h"
#include "boards/pc/interrupts.h"
#include "drivers/interrupt/apic/controller.h"
#include "drivers/timer/apic_alarm/apic_alarm.h"
#include "kernel/arch/x86_64/cpuid.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"

namespace board {
namespace {

// Of the countdown.
struct Machine {
  kernel::Instant Now() { return board::Now(); }
  kernel::Duration MostSleep() { return board::MostSleep(); }
  bool HasExactClock() { return KnowsItsRate(); }
  void StartCount(std::uint32_t count, bool is_slow) { TheApic().local().StartCount(count, is_slow); }
  std::uint32_t CurrentCount() { return TheApic().local().CurrentCount(); }
};

constinit drivers::timer::ApicAlarm<Machine> countdown{Machine{}};

constinit kernel::Instant set_deadline = kernel::kNever;

void SetTscDeadline(kernel::Instant deadline) {
  set_deadline = deadline;
  if (deadline == kernel::kNever) return TheApic().local().SetDeadline(0);
  TheApic().local().SetDeadline(TimeStampAt(std::min(deadline, board::Now() + board::MostSleep())));
}

bool IsTscDeadlineEarly() {
  if (board::Now() >= set_deadline) return false;
  SetTscDeadline(set_deadline);
  return true;
}

using Means = void (*)(kernel::Instant deadline);

constinit Means means = nullptr;

void Decide() {
  constexpr std::uint32_t kHasDeadlines = 1U << 24;  // CPUID leaf 1, ECX
  if ((kernel::arch::Cpuid(1).ecx & kHasDeadlines) != 0) {
    means = &SetTscDeadline;
    TheApic().local().UseDeadlines(drivers::interrupt::kTimerVector);
    TheApic().IgnoreTimerWhen(&IsTscDeadlineEarly);
  } else {
    means = [](kernel::Instant deadline) { countdown.Set(deadline); };
    TheApic().IgnoreTimerWhen([] { return countdown.IsEarly(); });
  }
}

}  // namespace

void SetAlarm(kernel::Instant deadline) {
  if (means == nullptr) Decide();
  means(deadline);
}

kernel::interrupt::Line AlarmLine() { return drivers::interrupt::kTimerLine; }

}  // namespace board
