#include "drivers/random/bcm2835_rng/bcm2835_rng.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace drivers::random
