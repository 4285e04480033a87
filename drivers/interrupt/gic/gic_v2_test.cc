#include "drivers/interrupt/gic/gic_v2.h"

#include <cstdint>

#include <gtest/gtest.h>

#include "drivers/interrupt/gic/fake_lines.h"

namespace drivers::interrupt {
namespace {

using kernel::Error;
using kernel::interrupt::kNoLine;
using kernel::interrupt::Trigger;

constexpr std::size_t kTargets = 0x800;
constexpr std::size_t kPmr = 4, kIar = 0xc, kEoir = 0x10;  // [GICv2] 4.4
constexpr std::size_t kMessageType = 8;
constexpr std::uint64_t kPort = 0x0802'0000;

class GicV2Test : public testing::Test {
 protected:
  GicV2Test() {
    distributor_.At(kTyper) = 2;  // 96 lines
    messages_.At(kMessageType) = 80 << 16 | 2;
  }

  FakeFrame distributor_, cpu_, messages_;
  GicV2 gic_{{.distributor = distributor_.base(),
              .cpu_interface = cpu_.base(),
              .message_frame = messages_.base(),
              .message_port = {kPort}}};
};

TEST_F(GicV2Test, InitializeLeavesEveryLineMaskedAndTheControllerOn) {
  distributor_.At(kTargets) = 0x04040404;  // we are the third core
  gic_.Initialize();
  EXPECT_EQ(gic_.line_count(), 96u);
  for (std::size_t word = 0; word < 12; word += 4) {
    EXPECT_EQ(distributor_.At(kDisable + word), 0xffff'ffffu);
    EXPECT_EQ(distributor_.At(kClearPending + word), 0xffff'ffffu);
    EXPECT_EQ(distributor_.At(kClearActive + word), 0xffff'ffffu);
    EXPECT_EQ(distributor_.At(kEnable + word), 0u);
    EXPECT_EQ(distributor_.At(kGroup + word), 0u) << "as the reset, or the secure state, left it";
  }
  EXPECT_EQ(distributor_.At(kDisable + 12), 0u) << "no such line";
  EXPECT_EQ(distributor_.ByteAt(kPriorities + 95), 0xa0);
  EXPECT_EQ(distributor_.ByteAt(kPriorities + 96), 0);
  EXPECT_EQ(distributor_.ByteAt(kTargets + 95), 4);
  EXPECT_EQ(distributor_.At(kCtlr), 1u);
  EXPECT_EQ(cpu_.At(kCtlr), 1u);
  EXPECT_EQ(cpu_.At(kPmr), 0xffu);
}

TEST_F(GicV2Test, TheLargestDistributorHasNoLineAmongTheSpecialIds) {
  distributor_.At(kTyper) = 0xffff'ffff;
  gic_.Initialize();
  EXPECT_EQ(gic_.line_count(), 1020u);
}

TEST_F(GicV2Test, UnmaskAndMaskWriteOneBit) {
  gic_.Initialize();
  gic_.Unmask({33});
  EXPECT_EQ(distributor_.At(kEnable + 4), 2u);
  gic_.Mask({65});
  EXPECT_EQ(distributor_.At(kDisable + 8), 2u);
}

TEST_F(GicV2Test, ConfigureSetsTheUpperBitOfTheLinesPair) {
  gic_.Initialize();
  ASSERT_TRUE(gic_.Configure({33}, Trigger::kRisingEdge));
  ASSERT_TRUE(gic_.Configure({47}, Trigger::kRisingEdge));
  EXPECT_EQ(distributor_.At(kConfiguration + 8), 0x8000'0008u);
  ASSERT_TRUE(gic_.Configure({33}, Trigger::kHighLevel));
  EXPECT_EQ(distributor_.At(kConfiguration + 8), 0x8000'0000u);
  EXPECT_EQ(gic_.Configure({33}, Trigger::kLowLevel).error(), Error::kUnsupported);
  EXPECT_EQ(gic_.Configure({33}, Trigger::kFallingEdge).error(), Error::kUnsupported);
  EXPECT_EQ(gic_.Configure({96}, Trigger::kHighLevel).error(), Error::kInvalidArgument);
  EXPECT_EQ(gic_.Configure(kNoLine, Trigger::kHighLevel).error(), Error::kInvalidArgument);
}

TEST_F(GicV2Test, ClaimAndCompleteNameTheLine) {
  gic_.Initialize();
  cpu_.At(kIar) = 27;
  EXPECT_EQ(gic_.Claim(0), (GicV2::Line{27}));
  gic_.Complete({27});
  EXPECT_EQ(cpu_.At(kEoir), 27u);
}

TEST_F(GicV2Test, SpecialIdsAreSpurious) {
  gic_.Initialize();
  for (std::uint32_t id = 1020; id < 1024; ++id) {
    cpu_.At(kIar) = id;
    EXPECT_EQ(gic_.Claim(0), kNoLine) << id;
  }
}

TEST_F(GicV2Test, MessagesAreGivenOnceAndAreEdges) {
  gic_.Initialize();
  const auto first = gic_.AllocateMessage();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->line, (GicV2::Line{80}));
  EXPECT_EQ(first->address.value, kPort + 0x40);
  EXPECT_EQ(first->data, 80u);
  EXPECT_EQ(distributor_.At(kConfiguration + 20), 2u);
  EXPECT_EQ(gic_.AllocateMessage()->line, (GicV2::Line{81}));
  EXPECT_EQ(gic_.AllocateMessage().error(), Error::kOutOfMemory);
}

TEST_F(GicV2Test, AFrameThatClaimsForeignLinesIsNotUsed) {
  for (const std::uint32_t type : {80u << 16 | 17, 31u << 16 | 2, 0x3ffu << 16 | 0x3ff, 0u}) {
    messages_.At(kMessageType) = type;
    GicV2 gic({.distributor = distributor_.base(),
               .cpu_interface = cpu_.base(),
               .message_frame = messages_.base(),
               .message_port = {kPort}});
    gic.Initialize();
    EXPECT_EQ(gic.AllocateMessage().error(), Error::kUnsupported) << type;
  }
}

TEST_F(GicV2Test, WithoutAFrameThereAreNoMessages) {
  GicV2 gic(
      {.distributor = distributor_.base(), .cpu_interface = cpu_.base(), .message_frame = {}, .message_port = {}});
  gic.Initialize();
  EXPECT_EQ(gic.AllocateMessage().error(), Error::kUnsupported);
}

}  // namespace
}  // namespace drivers::interrupt
