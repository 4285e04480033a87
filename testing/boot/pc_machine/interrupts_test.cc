// What a PC's interrupts, alarm and clock promise, on whatever machine this is booted on: an interrupt comes through
// the local APIC and through the I/O APIC, no alarm is early, and a second is a second of the battery's clock.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string_view>
#include <utility>

#include "gtest/gtest.h"
#include "kernel/arch/interrupts.h"
#include "kernel/arch/x86_64/cpuid.h"
#include "kernel/arch/x86_64/msr.h"
#include "kernel/arch/x86_64/port_io.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"

namespace {

using kernel::Duration;
using kernel::Instant;
using kernel::interrupt::Register;
using kernel::interrupt::Registration;
using kernel::interrupt::Trigger;

struct Sleep {
  Instant deadline;
  volatile bool is_over = false;
  volatile bool is_early = false;
};

void OnAlarm(void* argument) {
  auto* sleep = static_cast<Sleep*>(argument);
  sleep->is_early = board::Now() < sleep->deadline;
  sleep->is_over = true;
  board::SetAlarm(kernel::kNever);
}

class Alarm : public testing::Test {
 protected:
  void SetUp() override {
    kernel::Result<Registration> line = Register(board::AlarmLine(), Trigger::kHighLevel, "alarm", &OnAlarm, &sleep_);
    ASSERT_TRUE(line);
    line_ = std::move(*line);
  }

  ~Alarm() override { board::SetAlarm(kernel::kNever); }

  // Returns the interrupts that it took.
  std::uint64_t SleepFor(Duration duration) {
    const std::uint64_t before = Interrupts();
    kernel::arch::MaskInterrupts();
    sleep_ = {};
    sleep_.deadline = board::Now() + duration;
    board::SetAlarm(sleep_.deadline);
    while (!sleep_.is_over) kernel::arch::WaitForInterrupt();
    kernel::arch::UnmaskInterrupts();
    EXPECT_FALSE(sleep_.is_early);
    return Interrupts() - before;
  }

  static std::uint64_t Interrupts() {
    const kernel::interrupt::Totals totals = kernel::interrupt::ReadTotals();
    return totals.handled + totals.spurious;
  }

  Sleep sleep_;
  Registration line_;
};

TEST_F(Alarm, EndsEverySleepAndNoneTooEarly) {
  for (const int microseconds : {1, 10, 100, 1000, 20'000, 3, 5000}) {
    EXPECT_GE(SleepFor(Duration::Microseconds(microseconds)), 1U) << microseconds;
  }
}

TEST_F(Alarm, NeedsHardlyMoreThanOneInterruptOnceItsRateIsKnown) {
  for (int i = 0; i < 5; ++i) SleepFor(Duration::Milliseconds(20));
  std::uint64_t interrupts = 0;
  for (int i = 0; i < 5; ++i) interrupts += SleepFor(Duration::Milliseconds(20));
  EXPECT_LE(interrupts, 15U);
}

TEST_F(Alarm, ThatPassedBeforeItWasSetComesAtOnce) {
  EXPECT_EQ(SleepFor(Duration::Microseconds(-5)), 1U);
  kernel::arch::MaskInterrupts();
  sleep_ = {};
  board::SetAlarm({0});
  kernel::arch::WaitForInterrupt();
  kernel::arch::UnmaskInterrupts();
  EXPECT_TRUE(sleep_.is_over);
}

TEST_F(Alarm, ThatIsSetWhileInterruptsAreMaskedIsNotLost) {
  for (int i = 0; i < 1000; ++i) {
    kernel::arch::MaskInterrupts();
    sleep_ = {};
    sleep_.deadline = board::Now() + Duration::Nanoseconds(i * 100);
    board::SetAlarm(sleep_.deadline);
    for (volatile int busy = 0; busy < (i % 64) * 20; busy = busy + 1) continue;
    while (!sleep_.is_over) kernel::arch::WaitForInterrupt();
    kernel::arch::UnmaskInterrupts();
  }
}

TEST(Clock, NeverGoesBackwardsWhileItLearns) {
  Instant last = board::Now();
  for (int i = 0; i < 200'000; ++i) {
    const Instant now = board::Now();
    ASSERT_GE(now, last);
    last = now;
  }
}

// Each mode exactly where CPUID says so. [SDM] 3A 10.12.1
TEST(LocalApic, IsInTheBestModeThatTheCpuOffers) {
  constexpr std::uint32_t kApicBase = 0x1b;
  ASSERT_TRUE(kernel::interrupt::AllocateMessage());  // the controller is on
  const std::uint32_t features = kernel::arch::Cpuid(1).ecx;
  const bool offers_x2 = (features >> 21 & 1) != 0;
  const bool offers_deadlines = (features >> 24 & 1) != 0;
  EXPECT_EQ((kernel::arch::ReadMsr(kApicBase) >> 10 & 1) != 0, offers_x2);
  std::printf("x2APIC: %s, deadlines: %s\n", offers_x2 ? "yes" : "no", offers_deadlines ? "yes" : "no");
}

// The UART sends to itself: its interrupt comes through the I/O APIC.
TEST(IoApic, AByteAtTheConsoleRaisesItsLine) {
  constexpr std::uint16_t kData = 0x3f8, kModemControl = 0x3fc;
  constexpr std::uint8_t kLoop = 0x10;
  struct Input {
    std::array<char, 8> bytes = {};
    volatile std::size_t count = 0;
    volatile int interrupts = 0;
  } input;
  std::array<char, 16> drained;
  while (board::ConsoleRead(drained) != 0) continue;
  kernel::Result<Registration> line = Register(
      board::ConsoleInputLine(), Trigger::kHighLevel, "console",
      [](void* argument) {
        auto* to = static_cast<Input*>(argument);
        to->interrupts = to->interrupts + 1;
        to->count = to->count + board::ConsoleRead(std::span(to->bytes).subspan(to->count));
      },
      &input);
  ASSERT_TRUE(line);
  const std::uint8_t control = kernel::arch::ReadPort8(kModemControl);
  kernel::arch::WritePort8(kModemControl, control | kLoop);
  for (const char byte : {'a', 'b', 'c'}) {
    const std::size_t before = input.count;
    kernel::arch::WritePort8(kData, static_cast<std::uint8_t>(byte));
    for (int i = 0; i < 10'000'000 && input.count == before; ++i) continue;
  }
  kernel::arch::WritePort8(kModemControl, control);
  EXPECT_EQ(std::string_view(input.bytes.data(), input.count), "abc");
  EXPECT_EQ(input.interrupts, 3);
}

// The test of each machine expects its number.
TEST(IoApic, HasLinesForEachOfItsWires) {
  std::uint32_t count = 0;
  while (Register({count}, Trigger::kRisingEdge, "probe", [](void*) {}, nullptr)) ++count;
  std::printf("lines: %u\n", static_cast<unsigned>(count));
}

TEST(Messages, AreWritesToTheLocalApic) {
  const kernel::Result<kernel::interrupt::Message> first = kernel::interrupt::AllocateMessage();
  const kernel::Result<kernel::interrupt::Message> second = kernel::interrupt::AllocateMessage();
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->line, second->line);
  EXPECT_EQ(first->address.value & 0xfff0'0000, 0xfee0'0000U);
  EXPECT_NE(first->data, second->data);
}

}  // namespace
