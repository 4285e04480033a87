#include "drivers/uart/pl011/pl011.h"

#include <array>
#include <cstdint>
#include <span>

#include <gtest/gtest.h>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/faults.h"
#include "drivers/bus/registers/rules.h"
#include "drivers/bus/registers/script.h"
#include "drivers/uart/pl011/registers.h"
#include "kernel/base/address.h"

namespace drivers::uart {
namespace {

// A register block that remembers the last word written to each register, and whose flags say "idle".
class Pl011Test : public testing::Test {
 protected:
  std::array<std::uint32_t, 1024> registers_ = {};
  Pl011 uart_{kernel::VirtualAddress{reinterpret_cast<std::uintptr_t>(registers_.data())}};

  std::uint32_t At(std::size_t offset) const { return registers_[offset / 4]; }
};

TEST(Pl011Divisor, RoundsToTheNearest64th) {
  // [PL011] 3.3.6: 48 MHz and 115200 baud: 26.0417 = 26 + 3/64.
  EXPECT_EQ(Pl011Divisor::For(48'000'000, 115'200).integer(), 26u);
  EXPECT_EQ(Pl011Divisor::For(48'000'000, 115'200).fraction(), 3u);
  EXPECT_EQ(Pl011Divisor::For(4'000'000, 230'400).integer(), 1u);
  EXPECT_EQ(Pl011Divisor::For(4'000'000, 230'400).fraction(), 5u);  // the manual's example: 1.085
}

TEST_F(Pl011Test, InitializeSets8N1WithFifosAndNoInterrupts) {
  registers_[0x38 / 4] = 0x7ff;
  uart_.Initialize(Pl011Divisor::For(48'000'000, 115'200));
  EXPECT_EQ(At(0x24), 26u);     // IBRD
  EXPECT_EQ(At(0x28), 3u);      // FBRD
  EXPECT_EQ(At(0x2c), 0x70u);   // LCR_H
  EXPECT_EQ(At(0x30), 0x301u);  // CR
  EXPECT_EQ(At(0x38), 0u);      // IMSC
  EXPECT_EQ(At(0x44), 0x7ffu);  // ICR
}

TEST_F(Pl011Test, WritesTheBytesAsTheyAre) {
  uart_.Write("a\xff");
  EXPECT_EQ(At(0x00), 0xffu);
  uart_.Write("x\n");
  EXPECT_EQ(At(0x00), 0x0au);
}

TEST_F(Pl011Test, ReceiveInterruptsComeForAHalfFullFifoAndForALineThatFallsSilent) {
  uart_.EnableReceiveInterrupt();
  EXPECT_EQ(At(0x34), 0x10u);  // IFLS
  EXPECT_EQ(At(0x38), 0x50u);  // IMSC: RXIM, RTIM
}

TEST_F(Pl011Test, ReadTakesNothingFromAnEmptyFifo) {
  registers_[0x18 / 4] = 1 << 4;  // FR.RXFE
  std::array<char, 4> buffer = {};
  EXPECT_EQ(uart_.Read(buffer), 0u);
}

TEST_F(Pl011Test, ReadTakesNoMoreThanThereIsRoomFor) {
  registers_[0] = 'x';  // a FIFO that never ends
  std::array<char, 4> buffer = {};
  EXPECT_EQ(uart_.Read(std::span(buffer).first(3)), 3u);
  EXPECT_EQ(buffer, (std::array{'x', 'x', 'x', '\0'}));
}

TEST_F(Pl011Test, DamagedBytesAreDroppedAndDoNotHoldTheReaderUp) {
  std::array<char, 4> buffer = {};
  for (const std::uint32_t error : {0x100u, 0x200u, 0x400u}) {
    registers_[0] = error | 'x';
    EXPECT_EQ(uart_.Read(buffer), 0u) << error;
  }
  registers_[0] = 0x800 | 'x';  // the one that came before an overrun
  EXPECT_EQ(uart_.Read(buffer), 4u);
}

TEST(Pl011Script, ARunningUartIsDrainedBeforeItIsSetUpAndItsDivisorIsLatchedLast) {
  using namespace pl011;
  Script script;
  script.Reads<CR>(0x301).Reads<FR>(FR::BUSY::kMask, 3).Reads<FR>(0);
  script.Writes<CR>(0).Writes<LCR_H>(0).Writes<IMSC>(0).Writes<ICR>(0x7ff);
  script.Writes<IBRD>(26).Writes<FBRD>(3).Writes<LCR_H>(0x70).Writes<CR>(0x301);
  Pl011On<DoubleRegisters>(script).Initialize(Pl011Divisor::For(48'000'000, 115'200));
  EXPECT_EQ(script.verdict(), "");
}

TEST(Pl011Script, AByteWaitsForRoomInTheFifo) {
  using namespace pl011;
  Script script;
  script.Reads<FR>(FR::TXFF::kMask, 5).Reads<FR>(0).Writes<DR>('\r').Reads<FR>(0).Writes<DR>('\n');
  Pl011On<DoubleRegisters>(script).Write("\n");
  EXPECT_EQ(script.verdict(), "");
}

constexpr std::array kTable = {
    Rule{.offset = 0x00, .writable = 0xff},
    Rule{.offset = 0x18, .reset = 0x90, .is_read_only = true},
    Rule{.offset = 0x24, .writable = 0xffff},
    Rule{.offset = 0x28, .writable = 0x3f},
    Rule{.offset = 0x2c, .writable = 0xff},
    Rule{.offset = 0x30, .reset = 0x300, .writable = 0xff87},
    Rule{.offset = 0x34, .reset = 0x12, .writable = 0x3f},
    Rule{.offset = 0x38, .writable = 0x7ff},
    Rule{.offset = 0x3c, .reset = 0x50, .is_read_only = true},  // RIS
    Rule{.offset = 0x44, .is_write_only = true, .clears = 0x3c},
};

TEST(Pl011Rules, NothingIsWrittenThatCannotBeAndOldInterruptsAreGone) {
  RuleModel model(kTable);
  const Pl011On<DoubleRegisters> uart(model);
  uart.Initialize(Pl011Divisor::For(48'000'000, 115'200));
  uart.EnableReceiveInterrupt();
  uart.Write("x");
  uart.Drain();
  EXPECT_TRUE(model.complaints.empty()) << model.complaints.front();
  EXPECT_EQ(model.Get(0x3c), 0u);
  EXPECT_EQ(model.Get(0x38), 0x50u);
}

TEST(Pl011Faults, AUartThatFellOffItsBusGivesNothing) {
  RuleModel model(kTable);
  FaultyRegisters faulty(model);
  faulty.Break({.kind = RegisterFault::Kind::kGone});
  std::array<char, 4> buffer = {};
  EXPECT_EQ((Pl011On<DoubleRegisters>(faulty).Read(buffer)), 0u);
}

}  // namespace
}  // namespace drivers::uart
