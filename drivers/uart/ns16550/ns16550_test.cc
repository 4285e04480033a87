#include "drivers/uart/ns16550/ns16550.h"

#include <cstdint>
#include <string>

#include "gtest/gtest.h"

namespace drivers::uart {
namespace {

// A chip with a transmit FIFO that empties after some polls of the line status register.
struct Chip {
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

  std::uint8_t Read(int number) {
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
        return static_cast<std::uint8_t>((in_transmitter == 0 ? 0x60 : 0x00) | (received.empty() ? 0x00 : 0x01));
      case 7:
        return scratch;
      default:
        return 0;
    }
  }

  void Write(int number, std::uint8_t value) {
    if (!present) return;
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

struct Bus {
  Chip* chip;
  std::uint8_t Read(Ns16550Register number) { return chip->Read(static_cast<int>(number)); }
  void Write(Ns16550Register number, std::uint8_t value) { chip->Write(static_cast<int>(number), value); }
};

TEST(Ns16550, SetsTheLine) {
  Chip chip;
  Ns16550<Bus> uart(Bus{&chip});
  ASSERT_TRUE(uart.Initialize(0x0102));
  EXPECT_EQ(chip.divisor_low, 2);
  EXPECT_EQ(chip.divisor_high, 1);
  EXPECT_EQ(chip.line_control, 0x03);
  EXPECT_EQ(chip.interrupt_enable, 0);
  EXPECT_EQ(chip.modem_control, 0x03);
  EXPECT_TRUE(chip.fifo_enabled);
}

TEST(Ns16550, NothingAtTheAddressIsNoticed) {
  Chip chip{.present = false};
  Ns16550<Bus> uart(Bus{&chip});
  EXPECT_FALSE(uart.Initialize(1));
}

TEST(Ns16550, SendsLongTextInOrderAndNeverOverrunsTheFifo) {
  Chip chip;
  Ns16550<Bus> uart(Bus{&chip});
  ASSERT_TRUE(uart.Initialize(1));
  std::string text;
  for (int i = 0; i < 1000; ++i) text += static_cast<char>(i);
  uart.Write(text);
  EXPECT_EQ(chip.sent, text);
  EXPECT_FALSE(chip.overrun);
}

TEST(Ns16550, AChipWithoutFifoGetsOneByteAtATime) {
  Chip chip{.has_fifo = false};
  Ns16550<Bus> uart(Bus{&chip});
  ASSERT_TRUE(uart.Initialize(1));
  uart.Write("a line of text that is longer than a FIFO");
  EXPECT_EQ(chip.sent, "a line of text that is longer than a FIFO");
  EXPECT_FALSE(chip.overrun);
}

TEST(Ns16550, AStuckTransmitterEndsTheWrite) {
  Chip chip;
  Ns16550<Bus> uart(Bus{&chip});
  ASSERT_TRUE(uart.Initialize(1));
  chip.stuck = true;
  uart.Write("text");
  EXPECT_EQ(chip.sent, "");
}

TEST(Ns16550, ReadsWhatWasReceivedAndNoMore) {
  Chip chip;
  Ns16550<Bus> uart(Bus{&chip});
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
  Ns16550<Bus> uart(Bus{&chip});
  ASSERT_TRUE(uart.Initialize(1));
  uart.EnableReceiveInterrupt();
  EXPECT_EQ(chip.interrupt_enable, 1);
  EXPECT_EQ(chip.modem_control, 0x0b);
}

}  // namespace
}  // namespace drivers::uart
