// Measures every cost in ticks of the CPU's counter, which are instructions under the right -icount, and prints them
// for
// //testing/bench/costs:measure: "cost TICKS COUNT NAME", or "cost-ns NANOSECONDS COUNT NAME".
//
// Nothing else happens meanwhile: no timer runs, and the other cores sleep.
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "kernel/arch/entropy.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"
#include "kernel/interrupt/masked_section.h"
#include "kernel/time/clock.h"
#include "kernel/time/real_time_timer.h"
#include "testing/bench/costs/cost.h"

namespace {

using kernel::Duration;
using kernel::Instant;

constexpr int kInterrupts = 100;

struct Latency {
  Instant deadline;
  std::int64_t worst = 0;       // nanoseconds
  volatile int interrupts = 0;  // counted by the handler

  // In the handler, at once.
  void Note(Instant now) {
    const std::int64_t late = (now - deadline).nanoseconds;
    if (interrupts > 0 && late > worst) worst = late;  // the first one fills caches that QEMU has: of translated code
    interrupts = interrupts + 1;
  }
  void Print(const char* name) const { std::printf("cost-ns %" PRId64 " 1 %s\n", worst, name); }
};

// Before anybody else has the alarm.
void MeasureLine() {
  static Latency latency;
  const auto line = kernel::interrupt::Register(
      board::AlarmLine(), kernel::interrupt::Trigger::kHighLevel, "costs",
      [](void*) {
        const Instant now = kernel::time::Now();
        board::SetAlarm(kernel::kNever);
        latency.Note(now);
      },
      nullptr);
  if (!line) std::abort();
  for (int i = 1; i <= kInterrupts; ++i) {
    latency.deadline = kernel::time::Now() + Duration::Microseconds(20) + Duration::Nanoseconds(17 * i);
    board::SetAlarm(latency.deadline);
    while (latency.interrupts < i) continue;
  }
  latency.Print("interrupt: assertion to the program's handler, worst");
}

void MeasureTimer() {
  static Latency latency;
  static constinit kernel::time::RealTimeTimer timer(
      [](void*) {
        latency.Note(kernel::time::Now());
        latency.deadline = latency.deadline + Duration::Microseconds(25);
      },
      nullptr);
  latency.deadline = kernel::time::Now() + Duration::Microseconds(100);
  if (!timer.StartPeriodic(latency.deadline, Duration::Microseconds(25))) std::abort();
  while (latency.interrupts < kInterrupts) continue;
  timer.Stop();
  latency.Print("interrupt: deadline to a real-time timer's handler, worst");
}

std::uint64_t LongestMasked() {
  std::uint64_t worst = 0;
  const kernel::interrupt::MaskedSite* site = kernel::interrupt::FirstMaskedSite();
  for (; site != nullptr; site = site->next()) {
    if (site->worst_ticks() > worst) worst = site->worst_ticks();
  }
  return worst;
}

}  // namespace

int main() {
  MeasureLine();
  MeasureTimer();
  for (const costs::Cost& cost : costs::All()) {
    if (cost.prepare != nullptr) cost.prepare();
    cost.run(10);  // what is done once is not the cost of each
    const std::uint64_t start = kernel::arch::ReadCounter();
    cost.run(cost.count);
    const std::uint64_t end = kernel::arch::ReadCounter();
    if (cost.finish != nullptr) cost.finish();
    std::printf("cost %" PRIu64 " %ld %s\n", end - start, cost.count, cost.name);
  }
  std::printf("cost %" PRIu64 " 1 interrupt: longest section with interrupts masked, of all the above\n",
              LongestMasked());
  return 0;
}
