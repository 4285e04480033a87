// Compares a sleep with the battery's clock, which counts seconds of its own: both must agree to a thousandth. Meant
// for
// `-icount shift=0,sleep=off -rtc clock=vm`, where no time passes but the machine's own.
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "kernel/arch/interrupts.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"

namespace {

using kernel::Duration;
using kernel::Instant;

constinit volatile bool is_over = false;

void OnAlarm(void*) {
  is_over = true;
  board::SetAlarm(kernel::kNever);
}

void SleepUntil(Instant end) {
  kernel::arch::MaskInterrupts();
  is_over = false;
  board::SetAlarm(end);
  while (!is_over) kernel::arch::WaitForInterrupt();
  kernel::arch::UnmaskInterrupts();
}

std::int64_t Seconds() {
  const std::optional<std::int64_t> now = board::ReadWallClock();
  if (!now) {
    std::puts("there is no date");
    std::exit(1);
  }
  return *now / 1'000'000'000;
}

// When the battery's clock begins a second.
Instant NextSecond() {
  const std::int64_t before = Seconds();
  while (Seconds() == before) continue;
  return board::Now();
}

}  // namespace

int main() {
  auto line = kernel::interrupt::Register(board::AlarmLine(), kernel::interrupt::Trigger::kHighLevel, "alarm", &OnAlarm,
                                          nullptr);
  if (!line) return 2;
  constexpr std::int64_t kSeconds = 10;
  const Instant start = NextSecond();
  SleepUntil(start + Duration::Milliseconds(kSeconds * 1000 - 20));
  const std::int64_t before = Seconds();
  const std::int64_t passed = (NextSecond() - start).nanoseconds;
  std::printf("date: %" PRId64 "\n", before);
  std::printf("%" PRId64 " s of the battery's clock are %" PRId64 " ns\n", kSeconds, passed);
  return std::llabs(passed - kSeconds * 1'000'000'000) <= kSeconds * 1'000'000 ? 0 : 1;
}
