// Interrupts of the local APIC that no line stands behind. Messages are writes, and QEMU takes the processor's own.
#include <cstdint>

#include "gtest/gtest.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"

namespace {

using kernel::Duration;
using kernel::interrupt::Message;
using kernel::interrupt::ReadTotals;
using kernel::interrupt::Register;
using kernel::interrupt::Trigger;

constexpr std::uint32_t kSpuriousVector = 0xff;  // drivers/interrupt/apic/controller.h

void Send(const Message& message) { *reinterpret_cast<volatile std::uint32_t*>(message.address.value) = message.data; }

// Gives up after a while, so that a failure is not a hang.
template <typename Claim>
bool IsSeen(Claim is_true) {
  const kernel::Instant start = board::Now();
  while (!is_true()) {
    if (board::Now() > start + Duration::Milliseconds(2'000)) return false;
  }
  return true;
}

class SpuriousInterrupts : public testing::Test {
 protected:
  static void Count(void* count) {
    auto& runs = *static_cast<volatile int*>(count);
    runs = runs + 1;
  }

  kernel::Result<Message> message_ = kernel::interrupt::AllocateMessage();
  volatile int runs_ = 0;
};

// A real spurious interrupt needs no end; what a device sends with its vector does, or nothing comes any more.
TEST_F(SpuriousInterrupts, OfADeviceThatSendsTheirVectorHoldNothingBack) {
  ASSERT_TRUE(message_);
  const auto line = Register(message_->line, Trigger::kRisingEdge, "message", &Count, const_cast<int*>(&runs_));
  ASSERT_TRUE(line);
  const Message wrong = {.line = {}, .address = message_->address, .data = kSpuriousVector};
  for (int sent = 1; sent <= 10; ++sent) {
    const std::uint64_t spurious = ReadTotals().spurious;
    Send(wrong);
    ASSERT_TRUE(IsSeen([&] { return ReadTotals().spurious == spurious + 1; })) << sent;
    Send(*message_);
    ASSERT_TRUE(IsSeen([&] { return runs_ == sent; })) << sent;
  }
  EXPECT_EQ(ReadTotals().unexpected, 0U);
}

TEST_F(SpuriousInterrupts, OfALineThatWasMaskedBeforeItWasClaimedAreNotLost) {
  ASSERT_TRUE(message_);
  auto line = Register(message_->line, Trigger::kRisingEdge, "message", &Count, const_cast<int*>(&runs_));
  ASSERT_TRUE(line);
  line->Mask();
  const std::uint64_t spurious = ReadTotals().spurious;
  Send(*message_);
  ASSERT_TRUE(IsSeen([&] { return ReadTotals().spurious == spurious + 1; }));
  EXPECT_EQ(runs_, 0);
  line->Unmask();
  EXPECT_TRUE(IsSeen([&] { return runs_ == 1; }));
}

}  // namespace
