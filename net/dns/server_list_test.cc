#include "net/dns/server_list.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <span>
#include <vector>

#include "kernel/base/time.h"
#include "net/ipv6/test_host.h"
#include "net/ndp/test_link.h"
#include "net/wire/address.h"
#include "net/wire/icmpv6.h"
#include "net/wire/ndp.h"

namespace net::dns {
namespace {

using kernel::Duration;

const IpAddress kOfDhcp = Ipv4Address::Of(10, 0, 0, 53);
constexpr Ipv6Address kOne = Ipv6Address::Of(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
constexpr Ipv6Address kTwo = Ipv6Address::Of(0x2001, 0xdb8, 0, 0, 0, 0, 0, 2);
constexpr Ipv6Address kThree = Ipv6Address::Of(0x2001, 0xdb8, 0, 0, 0, 0, 0, 3);
constexpr Ipv6Address kFour = Ipv6Address::Of(0x2001, 0xdb8, 0, 0, 0, 0, 0, 4);

class ServerListTest : public testing::Test, private ServerListObserver {
 protected:
  void Announce(const Ipv6Address& server, Duration lifetime) {
    list_.OnDnsServer(host_.link, server, host_.context->now() + lifetime);
  }
  using List = std::vector<IpAddress>;

  ipv6::TestHost host_;
  ServerList list_{*host_.context.operator->(), *this};
  List told_;
  int changes_ = 0;

 private:
  void OnServers(std::span<const IpAddress> servers) override {
    told_.assign(servers.begin(), servers.end());
    ++changes_;
  }
};

TEST_F(ServerListTest, WhatRoutersAnnounceStandsBehindWhatDhcpSays) {
  Announce(kOne, Duration::Seconds(100));
  EXPECT_EQ(told_, (List{kOne}));
  list_.SetConfigured(std::span(&kOfDhcp, 1));
  EXPECT_EQ(told_, (List{kOfDhcp, kOne}));
  list_.SetConfigured({});
  EXPECT_EQ(told_, (List{kOne}));
}

TEST_F(ServerListTest, AServerIsAskedForAsLongAsItWasAnnounced) {
  Announce(kOne, Duration::Seconds(100));
  Announce(kTwo, Duration::Seconds(200));
  host_.Advance(Duration::Seconds(99));
  EXPECT_EQ(told_, (List{kOne, kTwo}));
  host_.Advance(Duration::Seconds(1));
  EXPECT_EQ(told_, (List{kTwo}));
  Announce(kTwo, Duration::Seconds(1000));  // again: longer
  host_.Advance(Duration::Seconds(500));
  EXPECT_EQ(told_, (List{kTwo}));
  Announce(kTwo, {});  // no longer
  EXPECT_EQ(told_, List{});
  EXPECT_EQ(host_.context->timers().running(), 0u);
}

TEST_F(ServerListTest, WithoutAChangeNobodyIsTold) {
  Announce(kOne, Duration::Seconds(100));
  Announce(kOne, Duration::Seconds(300));
  const IpAddress same = kOne;
  list_.SetConfigured(std::span(&same, 1));
  EXPECT_EQ(changes_, 1);
}

TEST_F(ServerListTest, OfMoreThanThreeTheOnesThatLastLongestStay) {
  Announce(kOne, Duration::Seconds(100));
  Announce(kTwo, Duration::Seconds(50));
  Announce(kThree, Duration::Seconds(200));
  Announce(kFour, Duration::Seconds(20));
  EXPECT_EQ(told_, (List{kOne, kTwo, kThree}));
  Announce(kFour, Duration::Seconds(300));
  EXPECT_EQ(told_, (List{kOne, kFour, kThree}));
}

TEST_F(ServerListTest, ALinkLocalServerIsPassedOver) {
  Announce(ipv6::kRouter, Duration::Seconds(100));
  EXPECT_EQ(changes_, 0);
}

// From the wire: a router's message makes a server known, through the whole of neighbour discovery.
TEST(ServerListOnALinkTest, ARoutersMessageMakesItsServerKnown) {
  struct Observer final : ServerListObserver {
    void OnServers(std::span<const IpAddress> servers) override { told.assign(servers.begin(), servers.end()); }
    std::vector<IpAddress> told;
  } observer;
  ndp::TestLink link;
  ServerList list(*link.context.operator->(), observer);
  ndp::Autoconfigurator configurator(link.ndp, link.link, &list);
  wire::RouterAdvertisement advertisement = {.lifetime = 1800};
  advertisement.options.dns_count = 1;
  advertisement.options.dns[0] = {.lifetime = 60, .servers = {kOne}, .count = 1};
  link.Say(wire::Icmpv6Type::kRouterAdvertisement, advertisement, ipv6::kRouter, kAllNodes);
  EXPECT_EQ(observer.told, (std::vector<IpAddress>{kOne}));
  link.Advance(Duration::Seconds(61));
  EXPECT_TRUE(observer.told.empty());
}

}  // namespace
}  // namespace net::dns
