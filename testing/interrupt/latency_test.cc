// From an interrupt's assertion to the program's handler, in instructions: run under -icount only.
//
// The assertion is the alarm's deadline; the end is what the clock says in the handler's first statement, so that
// reading the clock counts, too.
#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "kernel/arch/interrupts.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"
#include "kernel/time/clock.h"
#include "kernel/time/real_time_timer.h"
#include "testing/interrupt/samples.h"

namespace {

using kernel::Duration;
using kernel::Instant;
using testing_interrupt::Samples;

constexpr int kSamples = 1000;

// A little more than was measured. A timer goes through the alarm and a queue first.
constexpr std::int64_t kBudget = ENKEL_LATENCY_BUDGET;
constexpr std::int64_t kTimerBudget = ENKEL_TIMER_LATENCY_BUDGET;
#if defined(__aarch64__)
constexpr std::int64_t kPromise = 200;  // what the kernel promises on the ARM boards
static_assert(kBudget <= kPromise);
#endif

enum class Wait : std::uint8_t { kBusy, kAsleep };

void WaitFor(const Samples& samples, int count, Wait wait) {
  if (wait == Wait::kBusy) {
    while (samples.count() < count) continue;
    return;
  }
  kernel::arch::MaskInterrupts();  // check, then sleep, in one step
  while (samples.count() < count) kernel::arch::WaitForInterrupt();
  kernel::arch::UnmaskInterrupts();
}

// While all cores sleep, another thread of the host moves QEMU's time, and on a busy host it overshoots now and then:
// then the median counts.
void ExpectWithin(std::int64_t budget, Wait wait, Samples& samples, const char* name) {
  const bool is_busy = wait == Wait::kBusy;
  const Samples::Summary summary = samples.Print((std::string(name) + (is_busy ? ", busy" : ", asleep")).c_str());
  EXPECT_LE(is_busy ? summary.most : summary.median, budget) << "the budget in testing/interrupt/BUILD.bazel";
}

// A handler registered with the controller's line itself.
class LineLatency : public testing::TestWithParam<Wait> {
 protected:
  static void OnAlarm(void* self) {
    const Instant now = kernel::time::Now();
    auto& test = *static_cast<LineLatency*>(self);
    board::SetAlarm(kernel::kNever);
    test.samples_.Add(now - test.deadline_);
  }

  Samples samples_;
  Instant deadline_;
};

TEST_P(LineLatency, IsWithinThePromise) {
  const auto line = kernel::interrupt::Register(board::AlarmLine(), kernel::interrupt::Trigger::kHighLevel, "latency",
                                                &OnAlarm, this);
  ASSERT_TRUE(line);
  testing_interrupt::WarmUpClock();
  for (int i = 1; i <= kSamples; ++i) {
    deadline_ = kernel::time::Now() + Duration::Microseconds(20) + Duration::Nanoseconds(17 * i);
    board::SetAlarm(deadline_);
    WaitFor(samples_, i, GetParam());
  }
  ExpectWithin(kBudget, GetParam(), samples_, "line to handler");
}

// A timer of the program's own.
class TimerLatency : public testing::TestWithParam<Wait> {
 protected:
  static void OnTimer(void* self) {
    const Instant now = kernel::time::Now();
    auto& test = *static_cast<TimerLatency*>(self);
    test.samples_.Add(now - test.deadline_);
    test.deadline_ = test.deadline_ + kPeriod;
  }

  static constexpr Duration kPeriod = Duration::Microseconds(25);
  Samples samples_;
  Instant deadline_;
};

TEST_P(TimerLatency, IsWithinItsBudgetAndDoesNotDrift) {
  testing_interrupt::WarmUpClock();
  kernel::time::RealTimeTimer timer(&OnTimer, this);
  const Instant first = kernel::time::Now() + Duration::Microseconds(100);
  deadline_ = first;
  ASSERT_TRUE(timer.StartPeriodic(first, kPeriod));
  for (int i = 1; i <= kSamples; ++i) WaitFor(samples_, i, GetParam());
  timer.Stop();
  EXPECT_EQ(timer.missed(), 0u);
  EXPECT_EQ(deadline_, first + Duration::Nanoseconds(samples_.count() * kPeriod.nanoseconds));
  ExpectWithin(kTimerBudget, GetParam(), samples_, "real-time timer to handler");
}

const auto kWaits = testing::Values(Wait::kBusy, Wait::kAsleep);
const auto kNames = [](const testing::TestParamInfo<Wait>& info) {
  return info.param == Wait::kBusy ? "Busy" : "Asleep";
};
INSTANTIATE_TEST_SUITE_P(A, LineLatency, kWaits, kNames);  // before the timers, who keep the line for good
INSTANTIATE_TEST_SUITE_P(B, TimerLatency, kWaits, kNames);

}  // namespace
