#include "drivers/interrupt/pic_8259/pic_8259.h"

#include <array>

#include <gtest/gtest.h>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/faults.h"
#include "drivers/bus/registers/rules.h"

namespace drivers::interrupt {
namespace {

constexpr std::array kTable = {
    Rule{.offset = 0x21, .bytes = 1, .reset = 0xb8, .writable = 0xff},
    Rule{.offset = 0xa1, .bytes = 1, .reset = 0x8e, .writable = 0xff},
};

TEST(Pic8259, EveryWireIsMaskedAndNoOtherPortIsTouched) {
  RuleModel pair(kTable);
  MaskPic8259(DoubleRegisters(pair));
  EXPECT_EQ(pair.Get(0x21), 0xffu);
  EXPECT_EQ(pair.Get(0xa1), 0xffu);
  EXPECT_EQ(pair.writes.size(), 2u);
  EXPECT_TRUE(pair.complaints.empty());
}

TEST(Pic8259Faults, WhereThereIsNoneNobodyWaitsForIt) {
  RuleModel pair(kTable);
  FaultyRegisters nothing(pair);
  nothing.Break({.kind = RegisterFault::Kind::kGone});
  MaskPic8259(DoubleRegisters(nothing));
  EXPECT_EQ(nothing.accesses(), 2);
}

}  // namespace
}  // namespace drivers::interrupt
