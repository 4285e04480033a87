// The alarm: the local APIC's timer, by deadlines of the time stamp counter where the CPU can, else by counting down.
#include <cstdint>

#include "boards/pc/clock.h"
#include "boards/pc/interrupts.h"
#include "drivers/interrupt/apic/controller.h"
#include "drivers/timer/apic_alarm/apic_alarm.h"
#include "drivers/timer/apic_alarm/deadline_alarm.h"
#include "kernel/arch/x86_64/cpuid.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"

namespace board {
namespace {

struct Machine {
  kernel::Instant Now() { return board::Now(); }
  kernel::Duration MostSleep() { return board::MostSleep(); }
  bool HasExactClock() { return KnowsItsRate(); }
  void StartCount(std::uint32_t count, bool is_slow) { TheApic().local().StartCount(count, is_slow); }
  std::uint32_t CurrentCount() { return TheApic().local().CurrentCount(); }
  std::uint64_t TimeStampAt(kernel::Instant instant) { return board::TimeStampAt(instant); }
  void SetDeadline(std::uint64_t time_stamp) { TheApic().local().SetDeadline(time_stamp); }
};

constinit drivers::timer::ApicAlarm<Machine> countdown{Machine{}};
constinit drivers::timer::DeadlineAlarm<Machine> deadlines{Machine{}};

using Means = void (*)(kernel::Instant deadline);

constinit Means means = nullptr;

void Decide() {
  constexpr std::uint32_t kHasDeadlines = 1U << 24;  // CPUID leaf 1, ECX
  if ((kernel::arch::Cpuid(1).ecx & kHasDeadlines) != 0) {
    means = [](kernel::Instant deadline) { deadlines.Set(deadline); };
    TheApic().local().UseDeadlines(drivers::interrupt::kTimerVector);
    TheApic().IgnoreTimerWhen([] { return deadlines.IsEarly(); });
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
