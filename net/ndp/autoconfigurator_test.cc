#include "net/ndp/autoconfigurator.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "kernel/base/time.h"
#include "net/ndp/test_link.h"

namespace net::ndp {
namespace {

using ipv6::AddressState;
using ipv6::kFar;
using ipv6::kPeerMac;
using ipv6::kRouter;
using ipv6::kRouterMac;
using ipv6::Sent;
using kernel::Duration;
using kernel::Instant;
using kernel::kNever;
using wire::Icmpv6Type;
using wire::RouterAdvertisement;

constexpr Ipv6Address kPrefix = Ipv6Address::Of(0x2001, 0xdb8, 0, 5, 0, 0, 0, 0);
constexpr Ipv6Address kSecondRouter = Ipv6Address::Of(0xfe80, 0, 0, 0, 0, 0, 0, 0xfe);

Ipv6Address PrefixOf(std::uint16_t number) { return Ipv6Address::Of(0x2001, 0xdb8, 1, number, 0, 0, 0, 0); }

class AutoconfiguratorTest : public testing::Test, private DnsListener {
 protected:
  AutoconfiguratorTest() : configurator_(link_.ndp, link_.link, this) { configurator_.Start(); }

  // As long as a link needs to have its link-local address.
  void Settle() {
    link_.Advance(Duration::Milliseconds(2'000));
    link_.TakeAll();
  }

  static wire::PrefixInformation Prefix(const Ipv6Address& prefix = kPrefix, std::uint32_t valid = 86'400,
                                        std::uint32_t preferred = 14'400) {
    return {.prefix_size = 64,
            .is_on_link = true,
            .is_for_addresses = true,
            .valid = valid,
            .preferred = preferred,
            .prefix = prefix};
  }
  static RouterAdvertisement Advertisement(std::vector<wire::PrefixInformation> prefixes = {Prefix()}) {
    RouterAdvertisement advertisement = {.hop_limit = 64, .lifetime = 1800};
    advertisement.options.source_mac = kRouterMac;
    for (const wire::PrefixInformation& prefix : prefixes) {
      advertisement.options.prefixes[advertisement.options.prefix_count++] = prefix;
    }
    return advertisement;
  }
  void Advertise(const RouterAdvertisement& advertisement, const Ipv6Address& router = kRouter, const Says& says = {}) {
    link_.Say(Icmpv6Type::kRouterAdvertisement, advertisement, router, kAllNodes, says);
  }

  // Our address in a network; null: none.
  const ipv6::Address* AddressIn(const Ipv6Address& prefix) {
    for (const ipv6::Address& address : link_.ip.addresses().all()) {
      if (address.address.high() == prefix.high()) return &address;
    }
    return nullptr;
  }
  const ipv6::Address* LinkLocal() { return AddressIn(Ipv6Address::Of(0xfe80, 0, 0, 0, 0, 0, 0, 0)); }
  Instant InSeconds(std::int64_t seconds) { return link_.context->now() + Duration::Seconds(seconds); }

  // The neighbour that packets to kFar go to.
  std::optional<Ipv6Address> HopToFar() {
    const auto hop = link_.ip.FindHop({}, kFar, nullptr);
    if (!hop) return std::nullopt;
    return hop->next;
  }

  void OnDnsServer(ipv6::Link&, const Ipv6Address& server, Instant expiry) override {
    servers_.emplace_back(server, expiry);
  }

  TestLink link_;
  std::vector<std::pair<Ipv6Address, Instant>> servers_;
  Autoconfigurator configurator_;
};

TEST_F(AutoconfiguratorTest, ALinkGetsALinkLocalAddressThatNobodyElseHas) {
  ASSERT_NE(LinkLocal(), nullptr);
  EXPECT_EQ(LinkLocal()->state, AddressState::kTentative);
  link_.Advance(Duration::Seconds(2));
  EXPECT_EQ(LinkLocal()->state, AddressState::kPreferred);
  int probes = 0;
  for (const Sent& sent : link_.TakeAll()) probes += sent.IsIcmpv6(Icmpv6Type::kNeighborSolicitation);
  EXPECT_EQ(probes, 1);
}

// RFC 7217.
TEST_F(AutoconfiguratorTest, IdentifiersAreStableInANetworkAndTellNothingAcrossNetworks) {
  SeededRandom& random = link_.context.random();
  const auto identifier = [&](std::uint64_t network, int tries) {
    return Autoconfigurator::StableIdentifier(random, link_.interface, network, tries);
  };
  EXPECT_EQ(identifier(1, 0), identifier(1, 0));
  EXPECT_NE(identifier(1, 0), identifier(2, 0));
  EXPECT_NE(identifier(1, 0), identifier(1, 1));
  SeededRandom other_machine(99);
  EXPECT_NE(identifier(1, 0), Autoconfigurator::StableIdentifier(other_machine, link_.interface, 1, 0));
}

// T18, RFC 7217 6: three more tries.
TEST_F(AutoconfiguratorTest, AfterADuplicateAnotherIdentifierIsTriedSomeTimes) {
  std::vector<Ipv6Address> tried;
  for (int i = 0; i < 10 && LinkLocal() != nullptr; ++i) {
    const Ipv6Address address = LinkLocal()->address;
    for (const Ipv6Address& before : tried) EXPECT_NE(before, address);
    tried.push_back(address);
    wire::NeighborAdvertisement owner = {.overrides = true, .target = address};
    owner.options.target_mac = kPeerMac;
    link_.Say(Icmpv6Type::kNeighborAdvertisement, owner, address, kAllNodes);
  }
  EXPECT_EQ(tried.size(), 4u);
  EXPECT_EQ(configurator_.counters().given_up, 1u);
}

// RFC 7559: after 4, 8, 16 ... seconds, a tenth more or less, up to an hour.
TEST_F(AutoconfiguratorTest, RoutersAreAskedForAtGrowingIntervalsUntilOneAnswers) {
  std::vector<double> times;
  const double second = 1e9;
  for (int i = 0; i < 200'000 && times.size() < 14; ++i) {
    link_.Advance(Duration::Milliseconds(100));
    for (const Sent& sent : link_.TakeAll()) {
      if (!sent.IsIcmpv6(Icmpv6Type::kRouterSolicitation)) continue;
      EXPECT_EQ(sent.header.destination, kAllRouters);
      EXPECT_EQ(sent.header.hop_limit, 255);
      EXPECT_TRUE(sent.HasRightChecksum());
      times.push_back(static_cast<double>(link_.context->now().nanoseconds) / second);
    }
  }
  ASSERT_EQ(times.size(), 14u);
  EXPECT_LE(times[0], 1.1);
  double expected = 4;
  for (std::size_t i = 1; i < times.size(); ++i) {
    const double interval = times[i] - times[i - 1];
    EXPECT_GE(interval, expected * 0.899 - 0.1) << i;
    EXPECT_LE(interval, expected * 1.101 + 0.1) << i;
    expected = std::min(interval * 2, 3600.0);
  }
  Advertise(Advertisement());
  link_.TakeAll();
  link_.Advance(Duration::Seconds(1700));
  for (const Sent& sent : link_.TakeAll()) EXPECT_FALSE(sent.IsIcmpv6(Icmpv6Type::kRouterSolicitation));
}

TEST_F(AutoconfiguratorTest, AnAdvertisementGivesARouterANetworkAndAnAddress) {
  Settle();
  EXPECT_FALSE(HopToFar());
  Advertise(Advertisement());
  EXPECT_EQ(HopToFar(), kRouter);
  EXPECT_EQ(link_.ip.FindHop({}, PrefixOf(0), nullptr)->next, kRouter);
  const Ipv6Address neighbor = Ipv6Address::Of(0x2001, 0xdb8, 0, 5, 0, 0, 0, 9);
  EXPECT_EQ(link_.ip.FindHop({}, neighbor, nullptr)->next, neighbor);
  ASSERT_NE(AddressIn(kPrefix), nullptr);
  EXPECT_EQ(AddressIn(kPrefix)->state, AddressState::kTentative);
  link_.Advance(Duration::Seconds(2));
  EXPECT_EQ(AddressIn(kPrefix)->state, AddressState::kPreferred);
  EXPECT_EQ(link_.ip.FindPath({}, kFar, nullptr)->source, IpAddress(AddressIn(kPrefix)->address));
  EXPECT_EQ(link_.ndp.cache().Find(link_.interface, kRouter)->mac(), kRouterMac);
  EXPECT_TRUE(link_.ndp.cache().Find(link_.interface, kRouter)->is_router());
}

// T18: lifetimes of routers, prefixes and addresses.
TEST_F(AutoconfiguratorTest, WhatWasAdvertisedEndsWithItsLifetime) {
  Settle();
  RouterAdvertisement advertisement = Advertisement({Prefix(kPrefix, 3000, 2000)});
  advertisement.lifetime = 1000;
  Advertise(advertisement);
  link_.Advance(Duration::Seconds(999));
  EXPECT_EQ(HopToFar(), kRouter);
  link_.Advance(Duration::Seconds(1));
  EXPECT_FALSE(HopToFar());
  EXPECT_EQ(AddressIn(kPrefix)->state, AddressState::kPreferred);
  const int changes = link_.udp.changes;
  link_.Advance(Duration::Seconds(1000));
  EXPECT_EQ(AddressIn(kPrefix)->state, AddressState::kDeprecated);
  EXPECT_EQ(link_.udp.changes, changes + 1);
  EXPECT_TRUE(link_.ip.IsOurs(IpAddress(AddressIn(kPrefix)->address)));
  link_.Advance(Duration::Seconds(1000));
  EXPECT_EQ(AddressIn(kPrefix), nullptr);
  EXPECT_EQ(configurator_.prefixes(), 0u);
  EXPECT_EQ(link_.routes.size(), 0u);
}

TEST_F(AutoconfiguratorTest, ALifetimeOfZeroEndsARouterAndANetworkAtOnce) {
  Settle();
  Advertise(Advertisement());
  RouterAdvertisement end = Advertisement({Prefix(kPrefix, 0, 0)});
  end.lifetime = 0;
  Advertise(end);
  EXPECT_FALSE(HopToFar());
  EXPECT_EQ(configurator_.routers(), 0u);
  EXPECT_EQ(configurator_.prefixes(), 0u);
}

// T18, RFC 4862 5.5.3 (e).
TEST_F(AutoconfiguratorTest, NoAdvertisementEndsAnAddressWithinTwoHours) {
  Settle();
  Advertise(Advertisement({Prefix(kPrefix, 86'400, 14'400)}));
  link_.Advance(Duration::Seconds(2));
  const auto valid_until = [&] { return AddressIn(kPrefix)->valid_until; };
  Advertise(Advertisement({Prefix(kPrefix, 10, 10)}));  // far below what is left: two hours it is
  EXPECT_EQ(valid_until(), InSeconds(7200));
  link_.Advance(Duration::Seconds(100));
  Advertise(Advertisement({Prefix(kPrefix, 10, 10)}));  // less than two hours are left: not heard
  EXPECT_EQ(valid_until(), InSeconds(7100));
  Advertise(Advertisement({Prefix(kPrefix, 7150, 10)}));  // more than what is left
  EXPECT_EQ(valid_until(), InSeconds(7150));
  Advertise(Advertisement({Prefix(kPrefix, 9000, 10)}));  // more than two hours
  EXPECT_EQ(valid_until(), InSeconds(9000));
  Advertise(Advertisement({Prefix(kPrefix, 0, 0)}));
  EXPECT_EQ(valid_until(), InSeconds(7200));
  EXPECT_EQ(AddressIn(kPrefix)->state, AddressState::kDeprecated);  // that may be said at once
  Advertise(Advertisement({Prefix(kPrefix, UINT32_MAX, UINT32_MAX)}));
  EXPECT_EQ(valid_until(), kNever);
  EXPECT_EQ(AddressIn(kPrefix)->state, AddressState::kPreferred);
}

TEST_F(AutoconfiguratorTest, PrefixesThatMakeNoSenseMakeNoAddress) {
  Settle();
  wire::PrefixInformation longer = Prefix();
  longer.prefix_size = 65;
  wire::PrefixInformation everything = Prefix({});
  everything.prefix_size = 0;
  Advertise(
      Advertisement({Prefix(kPrefix, 10, 20), longer, everything, Prefix(Ipv6Address::Of(0xfe80, 0, 0, 1, 0, 0, 0, 0)),
                     Prefix(Ipv6Address::Of(0xff02, 0, 0, 0, 0, 0, 0, 0))}));
  EXPECT_EQ(link_.ip.addresses().all().size(), 1u);
  EXPECT_EQ(configurator_.counters().refused, 5u);
  EXPECT_EQ(link_.ip.FindHop({}, kFar, nullptr)->next, kRouter);
}

// T18, RFC 6583: caps on all that is advertised.
TEST_F(AutoconfiguratorTest, AFloodOfAdvertisementsFillsNoMoreThanItsTables) {
  Settle();
  for (std::uint16_t i = 0; i < 500; ++i) {
    Advertise(Advertisement({Prefix(PrefixOf(i))}), Ipv6Address::Of(0xfe80, 0, 0, 0, 1, 0, 0, i));
    link_.Advance(Duration::Milliseconds(10));
    link_.TakeAll();
  }
  EXPECT_EQ(configurator_.routers(), Autoconfigurator::kMostRouters);
  EXPECT_EQ(configurator_.prefixes(), Autoconfigurator::kMostPrefixes);
  EXPECT_EQ(link_.ip.addresses().all().size(), Autoconfigurator::kMostAutomatic);
  EXPECT_LE(link_.routes.size(), Autoconfigurator::kMostRouters + Autoconfigurator::kMostPrefixes);
  EXPECT_LE(link_.ndp.cache().size(), 16u);
  EXPECT_GT(configurator_.counters().refused, 1000u);
}

TEST_F(AutoconfiguratorTest, InvalidAdvertisementsAreNotHeard) {
  Settle();
  Advertise(Advertisement(), kRouter, {.hop_limit = 254});
  Advertise(Advertisement(), kRouter, {.code = 1});
  Advertise(Advertisement(), kFar);                  // not link-local
  Advertise(Advertisement(), LinkLocal()->address);  // not ours
  ipv6::Bytes bytes(Advertisement().size());
  Advertisement().Write(bytes);
  bytes[17] = std::byte{0};
  link_.SayBytes(Icmpv6Type::kRouterAdvertisement, bytes, kRouter, kAllNodes);
  link_.SayBytes(Icmpv6Type::kRouterAdvertisement, std::span(bytes).first(15), kRouter, kAllNodes);
  EXPECT_EQ(configurator_.counters().advertisements, 0u);
  EXPECT_FALSE(HopToFar());
}

TEST_F(AutoconfiguratorTest, ParametersAreTakenIfTheyMakeSense) {
  Settle();
  RouterAdvertisement advertisement = Advertisement();
  advertisement.hop_limit = 100;
  advertisement.options.mtu = 1400;
  Advertise(advertisement);
  EXPECT_EQ(link_.link.hop_limit(), 100);
  EXPECT_EQ(link_.link.mtu(), 1400);
  EXPECT_EQ(link_.ip.FindPath({}, kRouter, nullptr)->mtu, 1400);
  advertisement.hop_limit = 1;  // CVE-2015-2922
  advertisement.options.mtu = 1279;
  advertisement.reachable = 1;
  advertisement.retransmit = 1;
  Advertise(advertisement);
  advertisement.options.mtu = 1501;
  advertisement.reachable = 4'000'000'000;
  advertisement.retransmit = 4'000'000'000;
  Advertise(advertisement);
  EXPECT_EQ(link_.link.hop_limit(), 100);
  EXPECT_EQ(link_.link.mtu(), 1400);
  EXPECT_EQ(configurator_.counters().refused, 8u);
}

TEST_F(AutoconfiguratorTest, TheTimeBetweenQuestionsIsTheRouters) {
  Settle();
  RouterAdvertisement advertisement = Advertisement();
  advertisement.retransmit = 3'000;
  Advertise(advertisement);
  link_.Advance(Duration::Seconds(3));
  link_.TakeAll();
  ASSERT_TRUE(link_.SendUdp(Ipv6Address::Of(0x2001, 0xdb8, 0, 5, 0, 0, 0, 9)));
  EXPECT_EQ(link_.TakeAll().size(), 1u);
  link_.Advance(Duration::Milliseconds(2'999));
  EXPECT_EQ(link_.TakeAll().size(), 0u);
  link_.Advance(Duration::Milliseconds(1));
  EXPECT_EQ(link_.TakeAll().size(), 1u);
}

TEST_F(AutoconfiguratorTest, OfSeveralRoutersThePreferredOneIsTakenAndASilentOneLast) {
  Settle();
  RouterAdvertisement low = Advertisement();
  low.preference = RouterAdvertisement::Preference::kLow;
  Advertise(low, kSecondRouter);
  EXPECT_EQ(HopToFar(), kSecondRouter);
  Advertise(Advertisement(), kRouter);
  EXPECT_EQ(HopToFar(), kRouter);
  // kRouter no longer answers: from stale to delay, three probes, lost.
  link_.Advance(Duration::Seconds(3));
  ASSERT_TRUE(link_.SendUdp(kFar));
  link_.Advance(Duration::Seconds(9));
  EXPECT_EQ(HopToFar(), kSecondRouter);
  Advertise(Advertisement(), kRouter);  // it is back
  EXPECT_EQ(HopToFar(), kRouter);
}

// RFC 4861 7.2.5.
TEST_F(AutoconfiguratorTest, ARouterThatSaysItIsNoneIsTakenNoMore) {
  Settle();
  Advertise(Advertisement());
  wire::NeighborAdvertisement host = {.is_router = false, .overrides = true, .target = kRouter};
  host.options.target_mac = kRouterMac;
  link_.Say(Icmpv6Type::kNeighborAdvertisement, host, kRouter, kAllNodes);
  EXPECT_FALSE(HopToFar());
  EXPECT_EQ(configurator_.routers(), 0u);
}

// T18, RFC 4861 8.
TEST_F(AutoconfiguratorTest, ARedirectOfTheRouterThatIsUsedIsFollowed) {
  Settle();
  Advertise(Advertisement());
  wire::Redirect redirect = {.target = kSecondRouter, .destination = kFar};
  redirect.options.target_mac = kPeerMac;
  link_.Say(Icmpv6Type::kRedirect, redirect, kRouter, LinkLocal()->address);
  EXPECT_EQ(HopToFar(), kSecondRouter);
  EXPECT_EQ(link_.ndp.cache().Find(link_.interface, kSecondRouter)->mac(), kPeerMac);
  redirect = {.target = kFar, .destination = kFar};  // now from the second router: a neighbour after all
  link_.Say(Icmpv6Type::kRedirect, redirect, kSecondRouter, LinkLocal()->address);
  EXPECT_EQ(HopToFar(), kFar);
  EXPECT_EQ(configurator_.redirects(), 1u);
  link_.Advance(Duration::Seconds(600));
  EXPECT_EQ(HopToFar(), kRouter);
}

TEST_F(AutoconfiguratorTest, InvalidRedirectsAreNotFollowed) {
  Settle();
  Advertise(Advertisement());
  const Ipv6Address own = LinkLocal()->address;
  const wire::Redirect right = {.target = kSecondRouter, .destination = kFar};
  const auto say = [&](const wire::Redirect& redirect, const Ipv6Address& source, const Says& says = {}) {
    link_.Say(Icmpv6Type::kRedirect, redirect, source, own, says);
  };
  say(right, kSecondRouter);  // not the router that we use
  say(right, PrefixOf(1));    // not link-local
  say(right, kRouter, {.hop_limit = 254});
  say(right, kRouter, {.code = 1});
  say({.target = PrefixOf(1), .destination = kFar}, kRouter);
  say({.target = kSecondRouter, .destination = kAllNodes}, kRouter);
  say({.target = kSecondRouter, .destination = kRouter}, kRouter);
  say({.target = own, .destination = kFar}, kRouter);
  say({.target = kSecondRouter, .destination = own}, kRouter);
  ipv6::Bytes bytes(40);
  right.Write(bytes);
  link_.SayBytes(Icmpv6Type::kRedirect, std::span(bytes).first(39), kRouter, own);
  EXPECT_EQ(HopToFar(), kRouter);
  EXPECT_EQ(configurator_.counters().redirects, 0u);
}

TEST_F(AutoconfiguratorTest, RedirectsHaveABound) {
  Settle();
  Advertise(Advertisement());
  for (std::uint16_t i = 1; i < 300; ++i) {
    const wire::Redirect redirect = {.target = kSecondRouter,
                                     .destination = Ipv6Address::Of(0x2001, 0xdb8, 0xff, 0, 0, 0, 0, i)};
    link_.Say(Icmpv6Type::kRedirect, redirect, kRouter, LinkLocal()->address);
  }
  EXPECT_EQ(configurator_.redirects(), Autoconfigurator::kMostRedirects);
  EXPECT_LE(link_.routes.size(), Autoconfigurator::kMostRedirects + 2);
}

TEST_F(AutoconfiguratorTest, NameServersAreHandedOutWithTheirLifetime) {
  Settle();
  RouterAdvertisement advertisement = Advertisement();
  advertisement.options.dns_count = 1;
  advertisement.options.dns[0] = {.lifetime = 600, .servers = {kFar, kAllNodes}, .count = 2};
  Advertise(advertisement);
  ASSERT_EQ(servers_.size(), 1u);
  EXPECT_EQ(servers_[0].first, kFar);
  EXPECT_EQ(servers_[0].second, InSeconds(600));
}

TEST_F(AutoconfiguratorTest, ACableThatIsPluggedInAgainMeansNewQuestions) {
  Settle();
  Advertise(Advertisement());
  link_.Advance(Duration::Seconds(5));
  link_.TakeAll();
  link_.device.SetLink(false);
  link_.Run();
  link_.device.SetLink(true);
  link_.Run();
  link_.Advance(Duration::Seconds(1));
  int solicitations = 0;
  for (const Sent& sent : link_.TakeAll()) solicitations += sent.IsIcmpv6(Icmpv6Type::kRouterSolicitation);
  EXPECT_EQ(solicitations, 1);
}

}  // namespace
}  // namespace net::ndp
