#include "drivers/random/bcm2835_rng/bcm2835_rng.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include <gtest/gtest.h>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/faults.h"
#include "drivers/bus/registers/rules.h"
#include "drivers/bus/registers/script.h"
#include "drivers/random/bcm2835_rng/registers.h"
#include "kernel/base/address.h"

namespace drivers::random {
namespace {

// A register block of plain memory: its status and data stay what the test wrote.
class Bcm2835RngTest : public testing::Test {
 protected:
  std::array<std::uint32_t, 8> registers_ = {};
  std::array<std::byte, 18> buffer_ = {};
  Bcm2835Rng rng_{kernel::VirtualAddress{reinterpret_cast<std::uintptr_t>(registers_.data())}};
};

TEST_F(Bcm2835RngTest, GivesWholeWordsOnly) {
  registers_[0] = 1;
  registers_[1] = 1u << 24;
  registers_[2] = 0x04030201;
  EXPECT_EQ(rng_.Read(buffer_), 16u);
  EXPECT_EQ(buffer_[0], std::byte{1});
  EXPECT_EQ(buffer_[15], std::byte{4});
  EXPECT_EQ(buffer_[16], std::byte{0});
}

TEST_F(Bcm2835RngTest, ASilentGeneratorIsAskedABoundedNumberOfTimes) {
  registers_[0] = 1;
  registers_[1] = 0x00ffffff;  // all but the count of words
  EXPECT_EQ(rng_.Read(buffer_), 0u);
}

TEST_F(Bcm2835RngTest, TheFirstCallSwitchesItOnAndOrdersTheWarmUp) {
  EXPECT_EQ(rng_.Read(buffer_), 0u);
  EXPECT_EQ(registers_[0], 1u);
  EXPECT_EQ(registers_[1], 0x40000u);
  EXPECT_EQ(registers_[4], 1u);
}

TEST_F(Bcm2835RngTest, AGeneratorThatTheFirmwareSwitchedOnIsNotWarmedUpAgain) {
  registers_[0] = 1;
  registers_[1] = 1u << 24;
  (void)rng_.Read(buffer_);
  EXPECT_EQ(registers_[1], 1u << 24);
}

TEST(Bcm2835RngScript, AskedForTwoWordsItTakesTwoAndAsksBeforeEach) {
  using namespace bcm2835_rng;
  Script script;
  script.Reads<CTRL>(0).Writes<INT_MASK>(1).Writes<STATUS>(0x40000).Writes<CTRL>(1);
  script.Reads<STATUS>(0x40000, 3).Reads<STATUS>(1u << 24).Reads<DATA>(0x04030201);
  script.Reads<STATUS>(0, 2).Reads<STATUS>(2u << 24).Reads<DATA>(0x08070605);
  std::array<std::byte, 8> buffer = {};
  EXPECT_EQ((Bcm2835RngOn<DoubleRegisters>(script).Read(buffer)), 8u);
  EXPECT_EQ(buffer[7], std::byte{8});
  EXPECT_EQ(script.verdict(), "");
}

constexpr std::array kTable = {
    Rule{.offset = 0x00, .writable = 3},
    Rule{.offset = 0x04, .writable = 0xfffff},
    Rule{.offset = 0x08, .is_read_only = true},
    Rule{.offset = 0x10, .writable = 1},
};

TEST(Bcm2835RngFaults, AGeneratorThatCannotBeSwitchedOnGivesNothingAndHoldsNobodyUp) {
  RuleModel model(kTable);
  FaultyRegisters faulty(model);
  faulty.Break({.kind = RegisterFault::Kind::kLostWrite, .offset = 0});
  std::array<std::byte, 8> buffer = {};
  EXPECT_EQ((Bcm2835RngOn<DoubleRegisters>(faulty).Read(buffer)), 0u);
  EXPECT_LT(faulty.accesses(), 3000);
  EXPECT_TRUE(model.complaints.empty());
  // Next time it works, and is warmed up.
  faulty.Mend();
  EXPECT_EQ((Bcm2835RngOn<DoubleRegisters>(faulty).Read(buffer)), 0u);
  EXPECT_EQ(model.Get(0), 1u);
  EXPECT_EQ(model.Get(4), 0x40000u);
}

}  // namespace
}  // namespace drivers::random
