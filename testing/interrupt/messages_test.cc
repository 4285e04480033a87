// Message-signalled interrupts of the board virt. A message is a write, and so the processor can send one itself.
#include <cstdint>
#include <utility>

#include "gtest/gtest.h"
#include "kernel/arch/interrupts.h"
#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"

namespace {

using kernel::interrupt::Message;

// GICv3 needs an ITS for them.
bool AreThere() {
  const kernel::Result<Message> message = kernel::interrupt::AllocateMessage();
  return message || message.error() != kernel::Error::kUnsupported;
}

void Count(void* count) { *static_cast<volatile int*>(count) = *static_cast<volatile int*>(count) + 1; }

TEST(Messages, EachIsALineOfItsOwn) {
  if (!AreThere()) GTEST_SKIP() << "this interrupt controller has none";
  constexpr int kMessages = 4;
  volatile int counts[kMessages] = {};
  kernel::interrupt::Registration lines[kMessages];
  Message messages[kMessages];
  for (int i = 0; i < kMessages; ++i) {
    const kernel::Result<Message> message = kernel::interrupt::AllocateMessage();
    ASSERT_TRUE(message);
    messages[i] = *message;
    auto line = kernel::interrupt::Register(message->line, kernel::interrupt::Trigger::kRisingEdge, "message", &Count,
                                            const_cast<int*>(&counts[i]));
    ASSERT_TRUE(line);
    lines[i] = std::move(*line);
  }
  for (int i = 0; i < kMessages; ++i) {
    for (int sent = 1; sent <= i + 1; ++sent) {
      kernel::arch::MaskInterrupts();  // check, then sleep, in one step
      *reinterpret_cast<volatile std::uint32_t*>(messages[i].address.value) = messages[i].data;
      while (counts[i] < sent) kernel::arch::WaitForInterrupt();
      kernel::arch::UnmaskInterrupts();
    }
  }
  for (int i = 0; i < kMessages; ++i) EXPECT_EQ(counts[i], i + 1);
  EXPECT_EQ(kernel::interrupt::ReadTotals().unexpected, 0u);
}

TEST(Messages, EndWithAnError) {
  kernel::Result<Message> message = kernel::interrupt::AllocateMessage();
  for (int i = 0; message && i < 1024; ++i) message = kernel::interrupt::AllocateMessage();
  ASSERT_FALSE(message);
  EXPECT_TRUE(message.error() == kernel::Error::kOutOfMemory || message.error() == kernel::Error::kUnsupported);
}

}  // namespace
