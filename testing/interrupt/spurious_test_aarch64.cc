// The processor is interrupted without end, and the controller has nothing to claim: each is counted, none is taken for
// a line, and a real line gets through all the same.
#include <cstdint>

#include "gtest/gtest.h"
#include "kernel/arch/interrupts.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"
#include "testing/interrupt/spurious_source.h"

namespace {

using kernel::interrupt::Totals;

constinit volatile bool has_come = false;
constinit volatile std::uint64_t spurious_before = 0;

// On a busy host it may be late before anything was spurious.
void OnAlarm(void*) {
  if (kernel::interrupt::ReadTotals().spurious <= spurious_before + 1) {
    board::SetAlarm(board::Now() + kernel::Duration::Milliseconds(1));
    return;
  }
  testing_interrupt::StopSpuriousInterrupts();
  board::SetAlarm(kernel::kNever);
  has_come = true;
}

TEST(SpuriousInterrupts, AreCountedAndARealLineGetsThrough) {
  const auto line = kernel::interrupt::Register(board::AlarmLine(), kernel::interrupt::Trigger::kHighLevel, "alarm",
                                                &OnAlarm, nullptr);
  ASSERT_TRUE(line);
  testing_interrupt::PrepareSpuriousInterrupts();
  for (int round = 0; round < 3; ++round) {
    const Totals before = kernel::interrupt::ReadTotals();
    has_come = false;
    spurious_before = before.spurious;
    kernel::arch::MaskInterrupts();
    testing_interrupt::StartSpuriousInterrupts();
    board::SetAlarm(board::Now() + kernel::Duration::Milliseconds(1));
    kernel::arch::UnmaskInterrupts();
    while (!has_come) continue;
    const Totals after = kernel::interrupt::ReadTotals();
    EXPECT_GT(after.spurious, before.spurious + 1) << "until the alarm they never ended";
    EXPECT_GT(after.handled, before.handled);
    EXPECT_EQ(after.unexpected, before.unexpected);
    EXPECT_EQ(after.storms, before.storms);
  }
  const std::uint64_t counted = kernel::interrupt::ReadTotals().spurious;
  const kernel::Instant start = board::Now();
  while (board::Now() < start + kernel::Duration::Milliseconds(1)) continue;
  EXPECT_EQ(kernel::interrupt::ReadTotals().spurious, counted) << "over is over";
}

}  // namespace
