#include "drivers/interrupt/gic/gic_v3.h"

#include <array>
#include <cstdint>

#include <gtest/gtest.h>

#include "drivers/interrupt/gic/fake_lines.h"

namespace drivers::interrupt {
namespace {

using kernel::Error;
using kernel::interrupt::kNoLine;
using kernel::interrupt::Line;
using kernel::interrupt::Trigger;

constexpr std::size_t kRouters = 0x6000;
constexpr std::size_t kWaker = 0x14;

// The system registers.
struct FakeCpu {
  static inline int enabled = 0;
  static inline std::uint32_t acknowledged = 1023, ended = 0;
  static void Enable() { ++enabled; }
  static std::uint32_t Acknowledge() { return acknowledged; }
  static void End(std::uint32_t id) { ended = id; }
};

class GicV3Test : public testing::Test {
 protected:
  GicV3Test() {
    distributor_.At(kTyper) = 1;  // 64 lines
    FakeCpu::enabled = 0;
  }

  FakeFrame distributor_;
  std::array<FakeFrame, 2> redistributor_;
  FakeFrame& own() { return redistributor_[1]; }
  GicV3<FakeCpu> gic_{distributor_.base(), redistributor_[0].base()};
};

TEST_F(GicV3Test, InitializeLeavesEveryLineMaskedInGroup1AndTheControllerOn) {
  redistributor_[0].At(kWaker) = 2;
  distributor_.At(kRouters + 8 * 40) = 7;
  gic_.Initialize();
  EXPECT_EQ(gic_.line_count(), 64u);
  EXPECT_EQ(distributor_.At(kDisable), 0u) << "private lines are the redistributor's";
  EXPECT_EQ(distributor_.At(kDisable + 4), 0xffff'ffffu);
  EXPECT_EQ(distributor_.At(kGroup + 4), 0xffff'ffffu);
  EXPECT_EQ(distributor_.ByteAt(kPriorities + 63), 0xa0);
  EXPECT_EQ(distributor_.At(kRouters + 8 * 40), 0u);
  EXPECT_EQ(distributor_.At(kCtlr), 0x12u) << "affinity routing, group 1";
  EXPECT_EQ(own().At(kDisable), 0xffff'ffffu);
  EXPECT_EQ(own().At(kClearPending), 0xffff'ffffu);
  EXPECT_EQ(own().At(kClearActive), 0xffff'ffffu);
  EXPECT_EQ(own().At(kGroup), 0xffff'ffffu);
  EXPECT_EQ(own().ByteAt(kPriorities + 31), 0xa0);
  EXPECT_EQ(redistributor_[0].At(kWaker), 0u);
  EXPECT_EQ(FakeCpu::enabled, 1);
}

TEST_F(GicV3Test, ARedistributorThatNeverWakesDoesNotHangTheStart) {
  redistributor_[0].At(kWaker) = 6;
  gic_.Initialize();
  EXPECT_EQ(redistributor_[0].At(kWaker), 4u);
}

TEST_F(GicV3Test, PrivateLinesAreTheRedistributors) {
  gic_.Initialize();
  gic_.Unmask({27});
  EXPECT_EQ(own().At(kEnable), 1u << 27);
  gic_.Unmask({33});
  EXPECT_EQ(distributor_.At(kEnable + 4), 2u);
  gic_.Mask({27});
  EXPECT_EQ(own().At(kDisable), 1u << 27);
  gic_.Mask({33});
  EXPECT_EQ(distributor_.At(kDisable + 4), 2u);
  ASSERT_TRUE(gic_.Configure({16}, Trigger::kRisingEdge));
  EXPECT_EQ(own().At(kConfiguration + 4), 2u);
  ASSERT_TRUE(gic_.Configure({63}, Trigger::kRisingEdge));
  EXPECT_EQ(distributor_.At(kConfiguration + 12), 0x8000'0000u);
  EXPECT_EQ(gic_.Configure({64}, Trigger::kHighLevel).error(), Error::kInvalidArgument);
  EXPECT_EQ(gic_.Configure({33}, Trigger::kLowLevel).error(), Error::kUnsupported);
  EXPECT_EQ(gic_.AllocateMessage().error(), Error::kUnsupported);
}

TEST_F(GicV3Test, ClaimAndCompleteNameTheLine) {
  FakeCpu::acknowledged = 63;
  EXPECT_EQ(gic_.Claim(0), Line{63});
  gic_.Complete({63});
  EXPECT_EQ(FakeCpu::ended, 63u);
}

TEST_F(GicV3Test, SpecialIdsAreSpurious) {
  for (std::uint32_t id = 1020; id < 1024; ++id) {
    FakeCpu::acknowledged = id;
    EXPECT_EQ(gic_.Claim(0), kNoLine) << id;
  }
}

}  // namespace
}  // namespace drivers::interrupt
