#include "drivers/uart/mini_uart/mini_uart.h"

#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/faults.h"
#include "drivers/bus/registers/rules.h"
#include "drivers/bus/registers/script.h"
#include "drivers/uart/mini_uart/registers.h"

namespace drivers::uart {
namespace {

using Uart = MiniUartOn<DoubleRegisters>;

TEST(MiniUartDivisor, RoundsToTheNearest) {
  EXPECT_EQ(MiniUartDivisor(250'000'000, 115'200), 270u);
  EXPECT_EQ(MiniUartDivisor(400'000'000, 115'200), 433u);
  EXPECT_EQ(MiniUartDivisor(1'000, 115'200), 0u);
}

TEST(MiniUartScript, IsSwitchedOnFirstAndTheTransmitterLast) {
  using namespace mini_uart;
  Script script;
  script.Reads<AUXENB>(4).Writes<AUXENB>(5).Writes<AUX_MU_IER>(0).Writes<AUX_MU_CNTL>(0).Writes<AUX_MU_LCR>(3);
  script.Writes<AUX_MU_MCR>(0).Writes<AUX_MU_IIR>(0xc6).Writes<AUX_MU_BAUD>(270).Writes<AUX_MU_CNTL>(3);
  Uart(script).Initialize(270);
  EXPECT_EQ(script.verdict(), "");
}

TEST(MiniUartScript, WhatTheFirmwareIsStillSendingIsSent) {
  using namespace mini_uart;
  Script script;
  script.Reads<AUXENB>(1).Reads<AUX_MU_CNTL>(3).Reads<AUX_MU_LSR>(0x20, 4).Reads<AUX_MU_LSR>(0x60);
  script.Writes<AUX_MU_IER>(0).Writes<AUX_MU_CNTL>(0).Writes<AUX_MU_LCR>(3).Writes<AUX_MU_MCR>(0);
  script.Writes<AUX_MU_IIR>(0xc6).Writes<AUX_MU_BAUD>(270).Writes<AUX_MU_CNTL>(3);
  Uart(script).Initialize(270);
  EXPECT_EQ(script.verdict(), "");
}

constexpr std::array kTable = {
    Rule{.offset = 0x04, .writable = 7},
    Rule{.offset = 0x40},
    Rule{.offset = 0x44, .writable = 0xff},
    Rule{.offset = 0x48, .reset = 0xc1},
    Rule{.offset = 0x4c, .writable = 0xc3},
    Rule{.offset = 0x50, .writable = 2},
    Rule{.offset = 0x54, .reset = 0x60, .is_read_only = true},
    Rule{.offset = 0x60, .reset = 3, .writable = 0xff},
    Rule{.offset = 0x68, .writable = 0xffff},
};

// With FIFOs of eight bytes, of which the transmitter's is emptied by one when somebody looks.
class ModelUart final : public RuleModel {
 public:
  ModelUart() : RuleModel(kTable) {}

  void Type(std::string_view text) {
    for (const char byte : text) {
      if (received_.size() < 8) received_.push_back(byte);
    }
  }
  bool Asks() const { return !received_.empty() && (Get(0x44) & 0xd) == 0xd && (Get(0x04) & 1) != 0; }
  std::string sent;

 private:
  void BeforeLoad(std::uint32_t offset) override {
    if (offset == 0x54) {
      Put(0x54, (received_.empty() ? 0 : 1) | (waiting_ < 8 ? 0x20 : 0) | (waiting_ == 0 ? 0x40 : 0));
      if (waiting_ > 0) --waiting_;
    } else if (offset == 0x40) {
      Put(0x40, received_.empty() ? 0 : static_cast<unsigned char>(received_.front()));
      if (!received_.empty()) received_.pop_front();
    }
  }
  void AfterStore(std::uint32_t offset, std::uint64_t value) override {
    if (offset == 0x40 && (Get(0x60) & 2) != 0) {
      if (waiting_ == 8) complaints.emplace_back("overflow");
      ++waiting_;
      sent += static_cast<char>(value);
    }
    if (offset == 0x48 && (value & 2) != 0) received_.clear();
  }

  std::deque<char> received_;
  int waiting_ = 0;
};

TEST(MiniUartModel, SendsEverythingAndNothingTwice) {
  ModelUart model;
  const Uart uart(model);
  uart.Initialize(270);
  const std::string text(100, 'x');
  uart.Write(text + "\n");
  uart.Drain();
  EXPECT_EQ(model.sent, text + "\r\n");
  EXPECT_TRUE(model.complaints.empty());
}

TEST(MiniUartModel, AsksWhileThereAreBytesAndGivesThemInTheirOrder) {
  ModelUart model;
  const Uart uart(model);
  model.Type("old");
  uart.Initialize(270);
  EXPECT_FALSE(model.Asks());
  uart.EnableReceiveInterrupt();
  EXPECT_FALSE(model.Asks()) << "what came before it was set up is gone";
  model.Type("hello");
  EXPECT_TRUE(model.Asks());
  std::array<char, 4> buffer = {};
  EXPECT_EQ(uart.Read(buffer), 4u);
  EXPECT_EQ(std::string(buffer.data(), 4), "hell");
  EXPECT_TRUE(model.Asks());
  EXPECT_EQ(uart.Read(buffer), 1u);
  EXPECT_EQ(buffer[0], 'o');
  EXPECT_FALSE(model.Asks());
  EXPECT_EQ(uart.Read(buffer), 0u);
  EXPECT_TRUE(model.complaints.empty());
}

TEST(MiniUartFaults, AReceiverThatAlwaysHasSomethingCannotKeepTheReader) {
  ModelUart model;
  FaultyRegisters faulty(model);
  faulty.Break({.kind = RegisterFault::Kind::kStuckHigh, .offset = 0x54, .mask = 1});
  std::array<char, 16> buffer = {};
  EXPECT_EQ(Uart(faulty).Read(buffer), 16u);
}

}  // namespace
}  // namespace drivers::uart
