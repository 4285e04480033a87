// The doubles themselves: each must see what it is there to see.
#include <array>
#include <cstdint>

#include <gtest/gtest.h>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/faults.h"
#include "drivers/bus/registers/registers.h"
#include "drivers/bus/registers/rules.h"
#include "drivers/bus/registers/script.h"
#include "kernel/base/time.h"

namespace drivers {
namespace {

using kernel::Duration;

struct CONTROL : ReadWrite<0> {};
struct STATUS : ReadOnly<4> {};
struct BYTE : WriteOnly<8, std::uint8_t> {};

TEST(Script, IsContentWithWhatStandsInIt) {
  Script script;
  script.Writes<CONTROL>(1).Reads<STATUS>(5, 2).Waits(Duration::Microseconds(2)).Writes<BYTE>(7, 3);
  const DoubleRegisters registers(script);
  registers.Write<CONTROL>(1);
  EXPECT_EQ(registers.Read<STATUS>().value, 5u);
  EXPECT_EQ(registers.Read<STATUS>().value, 5u);
  EXPECT_EQ(script.verdict(), "ended before step 4 of 4");
  script.Pass(Duration::Microseconds(2));
  registers.Write<BYTE>(7, 3);
  EXPECT_EQ(script.verdict(), "");
  registers.Write<CONTROL>(1);
  EXPECT_EQ(script.verdict(), "after the end: write of 4 bytes at 0x0, value 0x1");
}

TEST(Script, SeesTheWrongValueTheWrongOrderTheWrongWidthAndTooShortADelay) {
  Script value;
  value.Writes<CONTROL>(1);
  DoubleRegisters(value).Write<CONTROL>(2);
  EXPECT_EQ(value.verdict(), "step 1: write of 4 bytes at 0x0, value 0x2, not write of 4 bytes at 0x0, value 0x1");

  Script order;
  order.Reads<STATUS>(1).Writes<CONTROL>(1);
  DoubleRegisters(order).Write<CONTROL>(1);
  EXPECT_EQ(order.verdict(), "step 1: write of 4 bytes at 0x0, value 0x1, not read of 4 bytes at 0x4");

  Script width;
  width.Writes<BYTE>(1);
  DoubleRegisters(width).At(8).Write<CONTROL>(1);
  EXPECT_EQ(width.verdict(), "step 1: write of 4 bytes at 0x8, value 0x1, not write of 1 bytes at 0x8, value 0x1");

  Script delay;
  delay.Writes<CONTROL>(1).Waits(Duration::Nanoseconds(600)).Writes<CONTROL>(0);
  DoubleRegisters(delay).Write<CONTROL>(1);
  delay.Pass(Duration::Nanoseconds(599));
  DoubleRegisters(delay).Write<CONTROL>(0);
  EXPECT_EQ(delay.verdict(), "step 2: 599 ns after the one before, not 600");
}

constexpr std::array kTable = {
    Rule{.offset = 0, .reset = 0xf0, .writable = 0x0f, .cleared_by_one = 0xf0},
    Rule{.offset = 4, .reset = 3, .is_read_only = true},
    Rule{.offset = 8, .bytes = 1, .is_write_only = true, .sets = 4},
    Rule{.offset = 12, .self_clearing = 1, .clears_after = 2},
    Rule{.offset = 16, .writable = 0xff, .password = 0x5a00, .password_mask = 0xff00},
};
struct TRIGGER : ReadWrite<12> {};
struct LOCKED : ReadWrite<16> {};

TEST(RuleModel, BitsAreWrittenClearedByOnesAndClearThemselves) {
  RuleModel model(kTable);
  const DoubleRegisters registers(model);
  registers.Write<CONTROL>(0x35);
  EXPECT_EQ(registers.Read<CONTROL>().value, 0xc5u);
  registers.Write<TRIGGER>(3);
  EXPECT_EQ(registers.Read<TRIGGER>().value, 1u);
  EXPECT_EQ(registers.Read<TRIGGER>().value, 1u);
  EXPECT_EQ(registers.Read<TRIGGER>().value, 0u);
  registers.Write<BYTE>(8);
  EXPECT_EQ(registers.Read<STATUS>().value, 11u);
  registers.Write<LOCKED>(0x5a11);
  EXPECT_EQ(registers.Read<LOCKED>().value, 0x11u);
  EXPECT_TRUE(model.complaints.empty());
  EXPECT_EQ(model.writes, (std::vector<std::uint32_t>{0, 12, 8, 16}));
}

TEST(RuleModel, WhatBreaksARuleIsAComplaint) {
  RuleModel model(kTable);
  const DoubleRegisters registers(model);
  registers.At(4).Write<CONTROL>(1);         // read-only
  (void)registers.At(8 - 4).Read<STATUS>();  // another width
  (void)registers.At(0x20).Read<STATUS>();   // nothing there
  registers.Write<LOCKED>(0x11);             // no password
  (void)model.OnLoad(8, 1);                  // write-only
  EXPECT_EQ(model.complaints.size(), 5u);
  EXPECT_EQ(model.Get(4), 3u);
  EXPECT_EQ(model.Get(16), 0u);
}

TEST(FaultyRegisters, LosesWritesHoldsBitsAndFallsOffTheBus) {
  using enum RegisterFault::Kind;
  RuleModel model(kTable);
  FaultyRegisters faulty(model);
  const DoubleRegisters registers(faulty);
  faulty.Break({.kind = kLostWrite, .offset = 0, .first = 1, .count = 1});
  for (const std::uint32_t value : {1u, 2u}) registers.Write<CONTROL>(value);
  EXPECT_EQ(registers.Read<CONTROL>().value & 0xf, 1u);
  registers.Write<CONTROL>(3);
  EXPECT_EQ(registers.Read<CONTROL>().value & 0xf, 3u);
  faulty.Break({.kind = kStuckHigh, .offset = 4, .mask = 0x80, .count = 2});
  faulty.Break({.kind = kStuckLow, .offset = 4, .mask = 1});
  EXPECT_EQ(registers.Read<STATUS>().value, 0x82u);
  EXPECT_EQ(registers.Read<STATUS>().value, 0x82u);
  EXPECT_EQ(registers.Read<STATUS>().value, 2u);
  faulty.Break({.kind = kGone});
  registers.Write<CONTROL>(7);
  EXPECT_EQ(registers.Read<STATUS>().value, 0xffff'ffffu);
  EXPECT_EQ(model.Get(0) & 0xf, 3u);
  faulty.Mend();
  EXPECT_EQ(registers.Read<STATUS>().value, 3u);
  EXPECT_EQ(faulty.accesses(), 11);
}

}  // namespace
}  // namespace drivers
