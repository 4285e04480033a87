#include "net/ip/path_mtu.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernel/base/time.h"
#include "net/test_context.h"

namespace net {
namespace {

using kernel::Duration;

const IpAddress kV4 = Ipv4Address::Of(192, 0, 2, 1);
const IpAddress kV6 = Ipv6Address::Of(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);

class PathMtuTest : public testing::Test {
 protected:
  static constexpr std::size_t kDestinations = 64;

  TestContext context_;
  std::vector<std::byte> storage_ = std::vector<std::byte>(PathMtuCache::StorageFor(kDestinations));
  PathMtuCache cache_{context_, storage_, kDestinations};
};

TEST_F(PathMtuTest, APathIsAsWideAsItsLinkUntilSomethingElseIsKnown) {
  EXPECT_EQ(cache_.Find(kV6, 1500), 1500);
  EXPECT_TRUE(cache_.Reduce(kV6, 1400, 1500));
  EXPECT_EQ(cache_.Find(kV6, 1500), 1400);
  EXPECT_EQ(cache_.Find(kV6, 1300), 1300);
  EXPECT_EQ(cache_.Find(kV4, 1500), 1500);
  EXPECT_EQ(cache_.counters().reductions, 1u);
}

TEST_F(PathMtuTest, AMessageNeverMakesAPathWider) {
  EXPECT_TRUE(cache_.Reduce(kV6, 1400, 1500));
  EXPECT_FALSE(cache_.Reduce(kV6, 1450, 1500));
  EXPECT_FALSE(cache_.Reduce(kV4, 9000, 1500));
  EXPECT_FALSE(cache_.Reduce(kV4, 1500, 1500));
  EXPECT_EQ(cache_.Find(kV6, 1500), 1400);
  EXPECT_EQ(cache_.Find(kV4, 1500), 1500);
  EXPECT_EQ(cache_.counters().ignored, 3u);
}

TEST_F(PathMtuTest, AnIpv6PathCarries1280AndWhoSaysLessIsNotHeard) {
  EXPECT_FALSE(cache_.Reduce(kV6, 1279, 1500));
  EXPECT_FALSE(cache_.Reduce(kV6, 0, 1500));
  EXPECT_EQ(cache_.Find(kV6, 1500), 1500);
  EXPECT_TRUE(cache_.Reduce(kV6, 1280, 1500));
  EXPECT_EQ(cache_.Find(kV6, 1500), 1280);
}

TEST_F(PathMtuTest, AnIpv4PathGoesDownTo552AndUnsaidMeans576) {
  EXPECT_TRUE(cache_.Reduce(kV4, 0, 1500));
  EXPECT_EQ(cache_.Find(kV4, 1500), 576);
  EXPECT_TRUE(cache_.Reduce(kV4, 68, 1500));
  EXPECT_EQ(cache_.Find(kV4, 1500), 552);
  EXPECT_FALSE(cache_.Reduce(kV4, 1, 1500));
}

class CountingListener final : public PathMtuListener {
 public:
  void OnPathMtusForgotten() override { ++count; }
  int count = 0;
};

TEST_F(PathMtuTest, WhoSizesPacketsHearsWhenPathsMayBeWiderAgain) {
  CountingListener listener;
  cache_.SetListener(&listener);
  EXPECT_TRUE(cache_.Reduce(kV6, 1400, 1500));
  EXPECT_TRUE(context_.TakeWakeUp());
  context_.Advance(Duration::Seconds(300));
  EXPECT_TRUE(cache_.Reduce(kV4, 1400, 1500));
  context_.Advance(Duration::Seconds(299));
  EXPECT_EQ(listener.count, 0);
  context_.Advance(Duration::Seconds(1));
  EXPECT_EQ(listener.count, 1);
  EXPECT_EQ(cache_.Find(kV6, 1500), 1500);
  EXPECT_EQ(cache_.Find(kV4, 1500), 1400);
  context_.Advance(Duration::Seconds(300));
  EXPECT_EQ(listener.count, 2);
  EXPECT_EQ(cache_.Find(kV4, 1500), 1500);
  context_.Advance(Duration::Seconds(10'000));
  EXPECT_EQ(listener.count, 2);
  EXPECT_EQ(context_->timers().running(), 0u);
}

TEST_F(PathMtuTest, AReductionIsForgottenAfterTenMinutesWithoutWord) {
  EXPECT_TRUE(cache_.Reduce(kV6, 1400, 1500));
  context_.Advance(Duration::Seconds(400));
  EXPECT_FALSE(cache_.Reduce(kV6, 1400, 1500));  // again: no news, but it lasts longer
  context_.Advance(Duration::Seconds(599));
  EXPECT_EQ(cache_.Find(kV6, 1500), 1400);
  context_.Advance(Duration::Seconds(1));
  EXPECT_EQ(cache_.Find(kV6, 1500), 1500);
  EXPECT_TRUE(cache_.Reduce(kV6, 1450, 1500));
  EXPECT_EQ(cache_.Find(kV6, 1500), 1450);
}

TEST_F(PathMtuTest, AHundredThousandDestinationsPushOneAnotherOutAndNothingGrows) {
  const auto destination = [](std::uint32_t i) { return IpAddress(Ipv4Address{0x0b00'0000 + i}); };
  constexpr std::uint32_t kCount = 100'000;
  for (std::uint32_t i = 0; i < kCount; ++i) EXPECT_TRUE(cache_.Reduce(destination(i), 1000, 1500));
  std::size_t known = 0;
  for (std::uint32_t i = 0; i < kCount; ++i) known += cache_.Find(destination(i), 1500) == 1000;
  EXPECT_EQ(known, kDestinations);
  EXPECT_EQ(cache_.counters().evictions, kCount - kDestinations);
}

}  // namespace
}  // namespace net
