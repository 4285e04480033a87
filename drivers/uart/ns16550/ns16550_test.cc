#include "drivers/uart/ns16550/ns16550.h"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/faults.h"
#include "drivers/bus/registers/script.h"
#include "drivers/uart/ns16550/registers.h"

namespace drivers::uart {
namespace {

using Uart = Ns16550On<DoubleRegisters>;

// A chip with a transmit FIFO that empties after some polls of the line status register. Two registers share a place.
struct Chip final : RegisterDouble {
  bool present = true;
  bool has_fifo = true;
  bool stuck = false;
  int polls_until_empty = 3;

  std::uint8_t scratch = 0, interrupt_enable = 0xff, line_control = 0, modem_control = 0, divisor_low = 0,
               divisor_high = 0;
  bool fifo_enabled = false;
  std::string sent = {};
  std::string received = {};
  int in_transmitter = 0;
  int polls = 0;
  bool overrun = false;

  bool DivisorOpen() const { return (line_control & 0x80) != 0; }

  std::uint64_t OnLoad(std::uint32_t number, unsigned bytes) override {
    EXPECT_EQ(bytes, 1u);
    if (!present) return 0xff;
    switch (number) {
      case 0: {
        EXPECT_FALSE(received.empty());
        const char first = received.front();
        received.erase(0, 1);
        return static_cast<std::uint8_t>(first);
      }
      case 2:
        return has_fifo && fifo_enabled ? 0xc1 : 0x01;
      case 3:
        return line_control;
      case 5:
        if (stuck) return 0x00;
        if (++polls % polls_until_empty == 0) in_transmitter = 0;
        return (in_transmitter == 0 ? 0x60 : 0x00) | (received.empty() ? 0x00 : 0x01);
      case 7:
        return scratch;
      default:
        return 0;
    }
  }

  void OnStore(std::uint32_t number, std::uint64_t written, unsigned bytes) override {
    EXPECT_EQ(bytes, 1u);
    if (!present) return;
    const auto value = static_cast<std::uint8_t>(written);
    switch (number) {
      case 0:
        if (DivisorOpen()) {
          divisor_low = value;
          return;
        }
        if (++in_transmitter > (has_fifo && fifo_enabled ? 16 : 1)) overrun = true;
        sent += static_cast<char>(value);
        return;
      case 1:
        (DivisorOpen() ? divisor_high : interrupt_enable) = value;
        return;
      case 2:
        fifo_enabled = (value & 1) != 0;
        return;
      case 3:
        line_control = value;
        return;
      case 4:
        modem_control = value;
        return;
      case 7:
        scratch = value;
        return;
      default:
        return;
    }
  }
};

TEST(Ns16550, SetsTheLine) {
  Chip chip;
  Uart uart(chip);
  ASSERT_TRUE(uart.Initialize(0x0102));
  EXPECT_EQ(chip.divisor_low, 2);
  EXPECT_EQ(chip.divisor_high, 1);
  EXPECT_EQ(chip.line_control, 0x03);
  EXPECT_EQ(chip.interrupt_enable, 0);
  EXPECT_EQ(chip.modem_control, 0x03);
  EXPECT_TRUE(chip.fifo_enabled);
}

TEST(Ns16550, NothingAtTheAddressIsNoticed) {
  Chip chip;
  chip.present = false;
  Uart uart(chip);
  EXPECT_FALSE(uart.Initialize(1));
}

TEST(Ns16550, SendsLongTextInOrderAndNeverOverrunsTheFifo) {
  Chip chip;
  Uart uart(chip);
  ASSERT_TRUE(uart.Initialize(1));
  std::string text;
  for (int i = 0; i < 1000; ++i) text += static_cast<char>(i);
  uart.Write(text);
  EXPECT_EQ(chip.sent, text);
  EXPECT_FALSE(chip.overrun);
}

TEST(Ns16550, AChipWithoutFifoGetsOneByteAtATime) {
  Chip chip;
  chip.has_fifo = false;
  Uart uart(chip);
  ASSERT_TRUE(uart.Initialize(1));
  uart.Write("a line of text that is longer than a FIFO");
  EXPECT_EQ(chip.sent, "a line of text that is longer than a FIFO");
  EXPECT_FALSE(chip.overrun);
}

TEST(Ns16550, AStuckTransmitterEndsTheWrite) {
  Chip chip;
  Uart uart(chip);
  ASSERT_TRUE(uart.Initialize(1));
  chip.stuck = true;
  uart.Write("text");
  EXPECT_EQ(chip.sent, "");
}

TEST(Ns16550, ReadsWhatWasReceivedAndNoMore) {
  Chip chip;
  Uart uart(chip);
  ASSERT_TRUE(uart.Initialize(1));
  char bytes[4] = {};
  EXPECT_EQ(uart.Read(bytes), 0U);
  chip.received = "hello\xff";
  EXPECT_EQ(uart.Read(bytes), 4U);
  EXPECT_EQ(std::string(bytes, 4), "hell");
  EXPECT_EQ(uart.Read(bytes), 2U);
  EXPECT_EQ(std::string(bytes, 2), "o\xff");
}

TEST(Ns16550, ReceivesByInterruptThroughThePcsGate) {
  Chip chip;
  Uart uart(chip);
  ASSERT_TRUE(uart.Initialize(1));
  uart.EnableReceiveInterrupt();
  EXPECT_EQ(chip.interrupt_enable, 1);
  EXPECT_EQ(chip.modem_control, 0x0b);
}

// The divisor is there while its latch is open, the FIFOs when the line is set, and interrupts never.
TEST(Ns16550Script, TheLineIsSetInTheManualsOrder) {
  using namespace ns16550;
  Script script;
  script.Writes<SCR>(0x5a).Reads<SCR>(0x5a).Writes<SCR>(0xa5).Reads<SCR>(0xa5);
  script.Writes<IER>(0).Writes<LCR>(0x83).Writes<DLL>(0x02).Writes<DLM>(0x01).Writes<LCR>(0x03);
  script.Writes<FCR>(0x07).Writes<MCR>(0x03).Reads<IIR>(0xc1);
  script.Reads<LSR>(0x00, 2).Reads<LSR>(0x20).Writes<THR>('a').Writes<THR>('b');
  Uart uart(script);
  EXPECT_TRUE(uart.Initialize(0x0102));
  uart.Write("ab");
  EXPECT_EQ(script.verdict(), "");
}

TEST(Ns16550Faults, AScratchRegisterWithAStuckBitIsNoChipAndOneThatGoesAwayHoldsNobodyUp) {
  using enum RegisterFault::Kind;
  Chip chip;
  FaultyRegisters faulty(chip);
  faulty.Break({.kind = kStuckHigh, .offset = 7, .mask = 1});
  EXPECT_FALSE(Uart(faulty).Initialize(1));
  faulty.Mend();
  Uart uart(faulty);
  ASSERT_TRUE(uart.Initialize(1));
  faulty.Break({.kind = kGone});  // all ones: a byte is there, and the transmitter is empty, for ever
  char bytes[64];
  EXPECT_EQ(uart.Read(bytes), 64u);
  uart.Write("text");
  EXPECT_EQ(chip.sent, "");
  faulty.Mend();
  faulty.Break({.kind = kStuckLow, .offset = 5});
  const int before = faulty.accesses();
  uart.Write("text");
  EXPECT_LE(faulty.accesses() - before, 100'000);
}

}  // namespace
}  // namespace drivers::uart
