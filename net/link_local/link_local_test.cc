#include "net/link_local/link_local.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "kernel/base/time.h"
#include "net/test_context.h"
#include "net/wire/address.h"

namespace net::link_local {
namespace {

using kernel::Duration;

class LinkLocalTest : public testing::Test, protected LinkLocalObserver {
 protected:
  void Probe(Ipv4Address address) override { probes_.push_back(address); }
  void StopProbe() override { ++stopped_probes_; }
  void OnAddress(Ipv4Address address) override { configured_ = address; }
  void OnLost() override { configured_.reset(); }

  TestContext context_;
  std::vector<Ipv4Address> probes_;
  int stopped_probes_ = 0;
  std::optional<Ipv4Address> configured_;
  LinkLocal link_local_{context_, {}, *this};
};

TEST_F(LinkLocalTest, AFreeAddressIsProbedAndUsed) {
  link_local_.Start();
  ASSERT_EQ(probes_.size(), 1u);
  EXPECT_TRUE(probes_[0].IsLinkLocal());
  link_local_.OnProbed(true);
  EXPECT_EQ(configured_, probes_[0]);
  link_local_.Start();
  EXPECT_EQ(probes_.size(), 1u);
  link_local_.Stop();
  EXPECT_FALSE(configured_);
}

TEST_F(LinkLocalTest, AddressesAreThoseThatMayBeUsedAndDifferByHostAndTry) {
  std::set<Ipv4Address> seen;
  for (std::uint64_t host = 0; host < 100; ++host) {
    const MacAddress mac = {{std::byte{2}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte(host)}};
    LinkLocal link_local(context_, mac, *this);
    link_local.Start();
    for (int i = 0; i < 9; ++i) link_local.OnProbed(false);
  }
  EXPECT_EQ(probes_.size(), 1000u);
  for (const Ipv4Address address : probes_) {
    EXPECT_GE(address, Ipv4Address::Of(169, 254, 1, 0));
    EXPECT_LE(address, Ipv4Address::Of(169, 254, 254, 255));
    seen.insert(address);
  }
  EXPECT_GT(seen.size(), 980u);  // of 65,024; the seed is fixed
}

TEST_F(LinkLocalTest, AfterTenConflictsThereIsATryAMinute) {
  link_local_.Start();
  for (int i = 0; i < 10; ++i) link_local_.OnProbed(false);
  EXPECT_EQ(probes_.size(), 10u);
  context_.Advance(Duration::Milliseconds(59'999));
  EXPECT_EQ(probes_.size(), 10u);
  context_.Advance(Duration::Milliseconds(1));
  EXPECT_EQ(probes_.size(), 11u);
  link_local_.OnProbed(false);
  EXPECT_EQ(probes_.size(), 11u);
  context_.Advance(Duration::Seconds(60));
  EXPECT_EQ(probes_.size(), 12u);
  EXPECT_EQ(link_local_.conflicts(), 11u);
}

TEST_F(LinkLocalTest, AnAddressThatCannotBeDefendedIsGivenUpForAnother) {
  link_local_.Start();
  link_local_.OnProbed(true);
  link_local_.OnConflict();
  EXPECT_FALSE(configured_);
  EXPECT_EQ(probes_.size(), 2u);
  EXPECT_NE(probes_[0], probes_[1]);
  link_local_.OnProbed(true);
  EXPECT_EQ(configured_, probes_[1]);
}

TEST_F(LinkLocalTest, AStopEndsAProbeAndAWait) {
  link_local_.Start();
  link_local_.Stop();
  EXPECT_EQ(stopped_probes_, 1);
  link_local_.OnProbed(true);
  link_local_.OnConflict();
  EXPECT_FALSE(configured_);
  link_local_.Start();
  for (int i = 0; i < 10; ++i) link_local_.OnProbed(false);
  link_local_.Stop();
  EXPECT_EQ(context_->timers().running(), 0u);
}

}  // namespace
}  // namespace net::link_local
