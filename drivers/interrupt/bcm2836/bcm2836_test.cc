#include "drivers/interrupt/bcm2836/bcm2836.h"

#include <array>
#include <cstdint>

#include <gtest/gtest.h>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/rules.h"
#include "kernel/base/address.h"

namespace drivers::interrupt {
namespace {

using kernel::Error;
using kernel::interrupt::kNoLine;
using kernel::interrupt::Line;
using kernel::interrupt::Trigger;

// Register blocks that remember the last word written to each register.
class Bcm2836Test : public testing::Test {
 protected:
  std::array<std::uint32_t, 10> shared_ = {};
  std::array<std::uint32_t, 32> local_ = {};
  Bcm2836 controller_{kernel::VirtualAddress{reinterpret_cast<std::uintptr_t>(shared_.data())},
                      kernel::VirtualAddress{reinterpret_cast<std::uintptr_t>(local_.data())}};

  std::uint32_t& Shared(std::size_t offset) { return shared_[offset / 4]; }
  std::uint32_t& Local(std::size_t offset) { return local_[offset / 4]; }
  std::uint32_t Claim() { return controller_.Claim(0).number; }
};

TEST_F(Bcm2836Test, InitializeMasksEverythingAndRoutesToCore0) {
  Local(0x0c) = 0xf;
  Local(0x40) = 0xff;
  Local(0x50) = 0xff;
  Shared(0x0c) = 0x80;
  controller_.Initialize();
  for (const std::size_t disable : {0x1c, 0x20, 0x24}) EXPECT_EQ(Shared(disable), 0xffff'ffffu);
  EXPECT_EQ(Shared(0x0c), 0u) << "no FIQ";
  EXPECT_EQ(Local(0x0c), 0u);
  EXPECT_EQ(Local(0x40), 0u);
  EXPECT_EQ(Local(0x50), 0u);
}

TEST_F(Bcm2836Test, EveryGroupOfLinesHasItsRegisters) {
  controller_.Unmask({9});
  EXPECT_EQ(Shared(0x10), 1u << 9);
  controller_.Unmask({57});
  EXPECT_EQ(Shared(0x14), 1u << 25);
  controller_.Unmask({65});
  EXPECT_EQ(Shared(0x18), 1u << 1);
  controller_.Mask({9});
  EXPECT_EQ(Shared(0x1c), 1u << 9);
  controller_.Mask({57});
  EXPECT_EQ(Shared(0x20), 1u << 25);
  controller_.Mask({65});
  EXPECT_EQ(Shared(0x24), 1u << 1);
}

TEST_F(Bcm2836Test, TimersAndMailboxesShareARegisterAndKeepEachOthersBits) {
  controller_.Unmask({96});
  controller_.Unmask(Bcm2836::kVirtualTimer);
  EXPECT_EQ(Local(0x40), 0b1001u);
  controller_.Mask({96});
  EXPECT_EQ(Local(0x40), 0b1000u);
  controller_.Unmask({101});
  controller_.Unmask({103});
  EXPECT_EQ(Local(0x50), 0b1010u);
  controller_.Mask({101});
  EXPECT_EQ(Local(0x50), 0b1000u);
}

TEST_F(Bcm2836Test, OnlyHighLevelsOfWiredLinesCanBeConfigured) {
  for (const std::uint32_t number : {0u, 63u, 71u, 96u, 103u}) {
    EXPECT_TRUE(controller_.Configure({number}, Trigger::kHighLevel)) << number;
  }
  for (const std::uint32_t number : {72u, 95u, 104u, 0xffff'ffffu}) {
    EXPECT_EQ(controller_.Configure({number}, Trigger::kHighLevel).error(), Error::kInvalidArgument) << number;
  }
  for (const Trigger trigger : {Trigger::kLowLevel, Trigger::kRisingEdge, Trigger::kFallingEdge}) {
    EXPECT_EQ(controller_.Configure({57}, trigger).error(), Error::kUnsupported);
  }
  EXPECT_EQ(controller_.AllocateMessage().error(), Error::kUnsupported);
}

TEST_F(Bcm2836Test, NothingPendingIsSpurious) {
  EXPECT_EQ(controller_.Claim(0), kNoLine);
  Local(0x60) = 0x100;  // the GPU's controller had something, and changed its mind
  EXPECT_EQ(controller_.Claim(0), kNoLine);
  Shared(0x00) = 0x300;
  EXPECT_EQ(controller_.Claim(0), kNoLine);
}

TEST_F(Bcm2836Test, TheCoresOwnGoFirst) {
  Shared(0x00) = 0x100;
  Shared(0x04) = 1;
  Local(0x60) = 0x100 | 0b1010'1000;
  EXPECT_EQ(Claim(), 99u);
  Local(0x60) = 0x100 | 0b1010'0000;
  EXPECT_EQ(Claim(), 101u);
  Local(0x60) = 0x100;
  EXPECT_EQ(Claim(), 0u);
}

TEST_F(Bcm2836Test, SharedLinesAreFoundThroughTheSummaryBits) {
  Local(0x60) = 0x100;
  for (std::uint32_t line = 0; line < 64; ++line) {
    Shared(0x00) = line < 32 ? 0x100 : 0x200;
    Shared(0x04) = line < 32 ? 1u << line : 0;
    Shared(0x08) = line < 32 ? 0 : 1u << (line - 32);
    EXPECT_EQ(Claim(), line);
  }
  Shared(0x00) = 0x80;
  EXPECT_EQ(Claim(), 71u);
}

TEST_F(Bcm2836Test, ElevenLinesHaveAShortcut) {
  constexpr std::uint32_t kLines[] = {7, 9, 10, 18, 19, 53, 54, 55, 56, 57, 62};
  Local(0x60) = 0x100;
  for (std::size_t i = 0; i < 11; ++i) {
    Shared(0x00) = 1u << (10 + i);
    EXPECT_EQ(Claim(), kLines[i]);
  }
}

// The controllers as they are, and not as memory: what is enabled is one set of bits with two registers to write it.
constexpr std::array kSharedTable = {
    Rule{.offset = 0x00, .is_read_only = true},
    Rule{.offset = 0x04, .is_read_only = true},
    Rule{.offset = 0x08, .is_read_only = true},
    Rule{.offset = 0x0c, .reset = 0x80, .writable = 0xff},
    Rule{.offset = 0x10, .reset = 0xf, .sets = 0x10},
    Rule{.offset = 0x14, .sets = 0x14},
    Rule{.offset = 0x18, .sets = 0x18},
    Rule{.offset = 0x1c, .clears = 0x10},
    Rule{.offset = 0x20, .clears = 0x14},
    Rule{.offset = 0x24, .clears = 0x18},
};
constexpr std::array kLocalTable = {
    Rule{.offset = 0x0c, .writable = 0xf},
    Rule{.offset = 0x40, .writable = 0xff},
    Rule{.offset = 0x50, .writable = 0xff},
    Rule{.offset = 0x60, .is_read_only = true},
};

TEST(Bcm2836Rules, EveryLineIsUnmaskedAndMaskedAloneAndNothingElseIsTouched) {
  RuleModel shared(kSharedTable);
  RuleModel local(kLocalTable);
  Bcm2836On<DoubleRegisters> controller(shared, local);
  controller.Initialize();
  EXPECT_EQ(shared.Get(0x10), 0u);
  for (std::uint32_t line = 0; line < 72; ++line) {
    controller.Unmask({line});
    EXPECT_EQ(shared.Get(0x10 + line / 32 * 4), std::uint64_t{1} << line % 32) << line;
    controller.Mask({line});
    EXPECT_EQ(shared.Get(0x10 + line / 32 * 4), 0u) << line;
  }
  for (std::uint32_t line = 96; line < 104; ++line) controller.Unmask({line});
  EXPECT_EQ(local.Get(0x40), 0xfu);
  EXPECT_EQ(local.Get(0x50), 0xfu);
  shared.Put(0x00, 1u << 19);
  local.Put(0x60, 0x100);
  EXPECT_EQ(controller.Claim(0), Line{57});
  EXPECT_TRUE(shared.complaints.empty());
  EXPECT_TRUE(local.complaints.empty());
}

}  // namespace
}  // namespace drivers::interrupt
