// The board's alarm, controller and interrupt entry, with nothing between them and the handler but the dispatch.
#include <cstdint>

#include "gtest/gtest.h"
#include "kernel/arch/interrupts.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"

namespace {

using kernel::Duration;
using kernel::Instant;
using kernel::interrupt::Registration;
using kernel::interrupt::Trigger;

class Alarm : public testing::Test {
 protected:
  ~Alarm() override { board::SetAlarm(kernel::kNever); }

  static void OnAlarm(void* self) {
    auto& test = *static_cast<Alarm*>(self);
    test.came_at_ = board::Now();
    test.was_in_handler_ = kernel::interrupt::IsInHandler();
    test.was_masked_ = kernel::arch::InterruptsAreMasked();
    board::SetAlarm(kernel::kNever);
    test.count_ = test.count_ + 1;
  }

  // Check, then sleep, in one step.
  void SleepUntilCount(int count) const {
    kernel::arch::MaskInterrupts();
    while (count_ < count) kernel::arch::WaitForInterrupt();
    kernel::arch::UnmaskInterrupts();
  }

  volatile int count_ = 0;
  Instant came_at_;
  bool was_in_handler_ = false;
  bool was_masked_ = false;
  kernel::Result<Registration> line_ =
      kernel::interrupt::Register(board::AlarmLine(), Trigger::kHighLevel, "test alarm", &OnAlarm, this);
};

TEST_F(Alarm, EndsASleepAndIsNeverEarly) {
  ASSERT_TRUE(line_);
  for (int i = 1; i <= 20; ++i) {
    const Instant deadline = board::Now() + Duration::Microseconds(37 * i);
    board::SetAlarm(deadline);
    SleepUntilCount(i);
    EXPECT_GE(came_at_, deadline);
  }
  EXPECT_TRUE(was_in_handler_);
  EXPECT_TRUE(was_masked_);
  EXPECT_FALSE(kernel::interrupt::IsInHandler());
}

TEST_F(Alarm, OfAMomentThatHasPassedComesAtOnce) {
  ASSERT_TRUE(line_);
  board::SetAlarm(board::Now());
  SleepUntilCount(1);
  board::SetAlarm({-1});
  SleepUntilCount(2);
}

TEST_F(Alarm, ComesIntoCodeThatDoesNotSleep) {
  ASSERT_TRUE(line_);
  board::SetAlarm(board::Now() + Duration::Microseconds(100));
  while (count_ == 0) continue;
  EXPECT_EQ(count_, 1);
}

TEST_F(Alarm, WaitsWhileInterruptsAreMasked) {
  ASSERT_TRUE(line_);
  kernel::arch::MaskInterrupts();
  const Instant deadline = board::Now() + Duration::Microseconds(100);
  board::SetAlarm(deadline);
  while (board::Now() < deadline + Duration::Microseconds(100)) continue;
  EXPECT_EQ(count_, 0);
  kernel::arch::UnmaskInterrupts();
  SleepUntilCount(1);
}

TEST_F(Alarm, ThatIsSwitchedOffStaysAway) {
  ASSERT_TRUE(line_);
  const Instant deadline = board::Now() + Duration::Milliseconds(1);
  kernel::arch::MaskInterrupts();  // the host may take longer than that for the next line
  board::SetAlarm(deadline);
  board::SetAlarm(kernel::kNever);
  kernel::arch::UnmaskInterrupts();
  while (board::Now() < deadline + Duration::Milliseconds(1)) continue;
  EXPECT_EQ(count_, 0);
}

TEST_F(Alarm, ALineIsHeldBackAndLetThrough) {
  ASSERT_TRUE(line_);
  line_->Mask();
  const Instant deadline = board::Now() + Duration::Microseconds(100);
  board::SetAlarm(deadline);
  while (board::Now() < deadline + Duration::Microseconds(100)) continue;
  EXPECT_EQ(count_, 0);
  line_->Unmask();
  SleepUntilCount(1);
}

}  // namespace
