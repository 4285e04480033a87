#include "net/ndp/ndp.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "kernel/base/time.h"
#include "net/ipv6/forwarder.h"
#include "net/ndp/test_link.h"
#include "net/neighbor/neighbor.h"

namespace net::ndp {
namespace {

using ipv6::Bytes;
using ipv6::kFar;
using ipv6::kOwn;
using ipv6::kOwnLinkLocal;
using ipv6::kPeer;
using ipv6::kPeerMac;
using ipv6::kRouter;
using kernel::Duration;
using wire::Icmpv6Type;

constexpr MacAddress kOtherMac = {{std::byte{2}, {}, {}, {}, {}, std::byte{3}}};
constexpr Ipv6Address kNew = Ipv6Address::Of(0x2001, 0xdb8, 0, 1, 0, 0, 0, 0x77);

class NdpTest : public testing::Test {
 protected:
  NdpTest() { link_.AddAddresses(); }

  std::optional<wire::NeighborSolicitation> TakeSolicitation() {
    return link_.TakeMessage<wire::NeighborSolicitation>(Icmpv6Type::kNeighborSolicitation);
  }
  std::optional<wire::NeighborAdvertisement> TakeAdvertisement() {
    return link_.TakeMessage<wire::NeighborAdvertisement>(Icmpv6Type::kNeighborAdvertisement);
  }
  void Solicit(const Ipv6Address& target, const Ipv6Address& source = kPeer, const Says& says = {}) {
    wire::NeighborSolicitation solicitation = {.target = target};
    if (!source.IsUnspecified()) solicitation.options.source_mac = kPeerMac;
    link_.Say(Icmpv6Type::kNeighborSolicitation, solicitation, source, SolicitedNode(target), says);
  }
  wire::NeighborAdvertisement Advertisement(const MacAddress& mac = kPeerMac) {
    wire::NeighborAdvertisement advertisement = {.is_solicited = true, .overrides = true, .target = kPeer};
    advertisement.options.target_mac = mac;
    return advertisement;
  }
  void Advertise(const wire::NeighborAdvertisement& advertisement, const Ipv6Address& destination = kOwn,
                 const Says& says = {}) {
    link_.Say(Icmpv6Type::kNeighborAdvertisement, advertisement, advertisement.target, destination, says);
  }
  std::optional<NeighborState> State() {
    const Neighbor* const neighbor = link_.ndp.cache().Find(link_.interface, kPeer);
    if (neighbor == nullptr) return std::nullopt;
    return neighbor->StateAt(link_.context->now());
  }
  void Resolve() {
    ASSERT_TRUE(link_.SendUdp(kPeer));
    ASSERT_TRUE(TakeSolicitation());
    Advertise(Advertisement());
    ASSERT_TRUE(link_.Take());
    ASSERT_EQ(State(), NeighborState::kReachable);
  }
  void ExpectSilence() { EXPECT_FALSE(link_.Take()); }

  TestLink link_;
};

TEST_F(NdpTest, APacketWaitsUntilItsNeighborHasAnswered) {
  ASSERT_TRUE(link_.SendUdp(kPeer, 100));
  const auto solicitation = TakeSolicitation();
  ASSERT_TRUE(solicitation);
  EXPECT_EQ(solicitation->target, kPeer);
  EXPECT_EQ(solicitation->options.source_mac, TestDevice::kMac);
  EXPECT_FALSE(solicitation->options.nonce);
  EXPECT_EQ(link_.last->header.hop_limit, 255);
  EXPECT_EQ(link_.last->header.source, kOwn);
  EXPECT_EQ(link_.last->header.destination, SolicitedNode(kPeer));
  EXPECT_EQ(link_.last->mac, MacOfGroup(SolicitedNode(kPeer)));
  EXPECT_TRUE(link_.last->HasRightChecksum());
  ExpectSilence();
  Advertise(Advertisement());
  const auto sent = link_.Take();
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->mac, kPeerMac);
  EXPECT_EQ(sent->payload, ipv6::Pattern(100));
  EXPECT_EQ(State(), NeighborState::kReachable);
}

// T18, RFC 4861 7.2.2: three questions, a second apart.
TEST_F(NdpTest, ANeighborThatNeverAnswersIsReportedToWhoeverSent) {
  ASSERT_TRUE(link_.SendUdp(kPeer));
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(TakeSolicitation()) << i;
    ExpectSilence();
    EXPECT_TRUE(link_.udp.errors.empty());
    link_.Advance(Duration::Seconds(1));
  }
  ExpectSilence();
  ASSERT_EQ(link_.udp.errors.size(), 1u);
  EXPECT_EQ(link_.udp.errors[0].kind, IpError::Kind::kHostUnreachable);
  EXPECT_EQ(link_.udp.errors[0].destination, IpAddress(kPeer));
  EXPECT_EQ(link_.udp.quoted, ipv6::Pattern(8));
  EXPECT_FALSE(State());
}

TEST_F(NdpTest, ForAnotherHostTheUnreachableNeighborIsReportedOnTheWire) {
  ipv6::Forwarder forwarder(link_.ip);
  wire::Ipv6 header = {.next_header = wire::IpProtocol::kUdp, .hop_limit = 9, .source = kFar, .destination = kPeer};
  link_.ndp.cache().Learn(link_.interface, kRouter, ipv6::kRouterMac);
  link_.Receive(header, ipv6::Pattern(8));
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(TakeSolicitation());
    link_.Advance(Duration::Seconds(1));
  }
  const auto sent = link_.Take();
  ASSERT_TRUE(sent);
  ASSERT_TRUE(sent->IsIcmpv6(Icmpv6Type::kDestinationUnreachable));
  EXPECT_EQ(sent->icmpv6().code, wire::kIcmpv6AddressUnreachable);
  EXPECT_EQ(sent->header.destination, kFar);
  EXPECT_EQ(sent->mac, ipv6::kRouterMac);
}

// T18: reachable, stale, delay, probe, gone, each at its time.
TEST_F(NdpTest, AReachableNeighborBecomesStaleIsAskedAgainAndForgotten) {
  Resolve();
  link_.Advance(Duration::Seconds(46));  // at most 1.5 times the reachable time
  EXPECT_EQ(State(), NeighborState::kStale);
  ExpectSilence();  // nothing is asked for its own sake
  ASSERT_TRUE(link_.SendUdp(kPeer));
  ASSERT_TRUE(link_.Take());
  EXPECT_EQ(State(), NeighborState::kDelay);
  link_.Advance(Duration::Milliseconds(4'999));
  ExpectSilence();
  link_.Advance(Duration::Milliseconds(1));
  EXPECT_EQ(State(), NeighborState::kProbe);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(TakeSolicitation()) << i;
    EXPECT_EQ(link_.last->header.destination, kPeer);  // itself, not everybody
    EXPECT_EQ(link_.last->mac, kPeerMac);
    link_.Advance(Duration::Seconds(1));
  }
  EXPECT_FALSE(State());
  ExpectSilence();
}

TEST_F(NdpTest, ANeighborThatAnswersAProbeIsReachableAgain) {
  Resolve();
  link_.Advance(Duration::Seconds(46));
  ASSERT_TRUE(link_.SendUdp(kPeer));
  ASSERT_TRUE(link_.Take());
  link_.Advance(Duration::Seconds(5));
  ASSERT_TRUE(TakeSolicitation());
  wire::NeighborAdvertisement answer = Advertisement();
  answer.options.target_mac.reset();  // not needed in an answer to a question for one
  Advertise(answer);
  EXPECT_EQ(State(), NeighborState::kReachable);
}

TEST_F(NdpTest, ATransportsWordKeepsANeighborReachableWithoutQuestions) {
  Resolve();
  for (int i = 0; i < 20; ++i) {
    link_.Advance(Duration::Seconds(14));
    link_.ip.ConfirmReachable(kPeer);
    ASSERT_EQ(State(), NeighborState::kReachable);
  }
  ExpectSilence();
}

TEST_F(NdpTest, AQuestionForAnAddressOfOursIsAnsweredToWhoAsked) {
  Solicit(kOwn);
  const auto advertisement = TakeAdvertisement();
  ASSERT_TRUE(advertisement);
  EXPECT_EQ(advertisement->target, kOwn);
  EXPECT_TRUE(advertisement->is_solicited && advertisement->overrides);
  EXPECT_FALSE(advertisement->is_router);
  EXPECT_EQ(advertisement->options.target_mac, TestDevice::kMac);
  EXPECT_EQ(link_.last->header.destination, kPeer);
  EXPECT_EQ(link_.last->header.source, kOwn);
  EXPECT_EQ(link_.last->header.hop_limit, 255);
  EXPECT_EQ(link_.last->mac, kPeerMac);
  EXPECT_EQ(State(), NeighborState::kDelay);  // learned as stale, and then used for the answer
  Solicit(kNew);                              // nobody's
  ExpectSilence();
}

TEST_F(NdpTest, WhoTestsAnAddressOfOursIsToldByAnAdvertisementToAll) {
  Solicit(kOwn, Ipv6Address());
  const auto advertisement = TakeAdvertisement();
  ASSERT_TRUE(advertisement);
  EXPECT_FALSE(advertisement->is_solicited);
  EXPECT_EQ(link_.last->header.destination, kAllNodes);
}

// T18, RFC 4861 7.1, RFC 6980; the parts A to H of IPv6 Ready's tests of invalid solicitations.
TEST_F(NdpTest, InvalidSolicitationsAreNotAnsweredAndTeachNothing) {
  Solicit(kOwn, kPeer, {.hop_limit = 254});
  Solicit(kOwn, kPeer, {.code = 1});
  Solicit(kAllNodes, kPeer);
  wire::NeighborSolicitation solicitation = {.target = kOwn};
  solicitation.options.source_mac = kPeerMac;
  link_.Say(Icmpv6Type::kNeighborSolicitation, solicitation, Ipv6Address(), SolicitedNode(kOwn));
  solicitation.options.source_mac = kBroadcastMac;
  link_.Say(Icmpv6Type::kNeighborSolicitation, solicitation, kPeer, SolicitedNode(kOwn));
  solicitation.options.source_mac = MacAddress();
  link_.Say(Icmpv6Type::kNeighborSolicitation, solicitation, kPeer, SolicitedNode(kOwn));
  solicitation.options.source_mac.reset();
  link_.Say(Icmpv6Type::kNeighborSolicitation, solicitation, Ipv6Address(), kAllNodes);
  link_.Say(Icmpv6Type::kNeighborSolicitation, solicitation, Ipv6Address(), kOwn);
  Bytes bytes(24);
  solicitation.Write(bytes);
  link_.SayBytes(Icmpv6Type::kNeighborSolicitation, std::span(bytes).first(23), kPeer, SolicitedNode(kOwn));
  bytes.resize(32);
  bytes[24] = std::byte{1};  // an option of size 0
  link_.SayBytes(Icmpv6Type::kNeighborSolicitation, bytes, kPeer, SolicitedNode(kOwn));
  EXPECT_EQ(link_.ndp.counters().invalid, 10u);
  Bytes fragment(wire::kIpv6FragmentSize);
  wire::Ipv6Fragment{.next_header = wire::IpProtocol::kIcmpv6}.Write(fragment);  // an atomic one
  link_.Receive({.next_header = wire::IpProtocol::kFragment, .hop_limit = 255, .source = kPeer, .destination = kOwn},
                ipv6::Concatenate(fragment, ipv6::Message(kPeer, kOwn, {.type = Icmpv6Type::kNeighborSolicitation},
                                                          std::span(bytes).subspan(8, 16))));
  EXPECT_EQ(link_.ndp.counters().invalid, 11u);
  ExpectSilence();
  EXPECT_EQ(link_.ndp.cache().size(), 0u);
}

TEST_F(NdpTest, InvalidAdvertisementsChangeNothing) {
  ASSERT_TRUE(link_.SendUdp(kPeer));
  ASSERT_TRUE(TakeSolicitation());
  Advertise(Advertisement(), kOwn, {.hop_limit = 254});
  Advertise(Advertisement(), kOwn, {.code = 7});
  Advertise(Advertisement(), kAllNodes);  // solicited, but to all
  Advertise(Advertisement(kBroadcastMac));
  EXPECT_EQ(link_.ndp.counters().invalid, 4u);
  wire::NeighborAdvertisement without = Advertisement();
  without.options.target_mac.reset();
  Advertise(without);  // valid, and says nothing
  EXPECT_EQ(State(), NeighborState::kIncomplete);
  ExpectSilence();
}

TEST_F(NdpTest, AnAdvertisementThatNobodyAskedForCreatesNoEntry) {
  wire::NeighborAdvertisement advertisement = Advertisement();
  advertisement.is_solicited = false;
  Advertise(advertisement, kAllNodes);
  EXPECT_EQ(link_.ndp.cache().size(), 0u);
}

TEST_F(NdpTest, OnlyAnAdvertisementThatOverridesChangesAKnownAddress) {
  Resolve();
  wire::NeighborAdvertisement other = Advertisement(kOtherMac);
  other.overrides = other.is_solicited = false;
  Advertise(other, kAllNodes);
  EXPECT_EQ(link_.ndp.cache().Find(link_.interface, kPeer)->mac(), kPeerMac);
  EXPECT_EQ(State(), NeighborState::kStale);
  other.overrides = true;
  Advertise(other, kAllNodes);
  EXPECT_EQ(link_.ndp.cache().Find(link_.interface, kPeer)->mac(), kOtherMac);
  EXPECT_EQ(State(), NeighborState::kStale);
}

// T18, RFC 6583: a scan of the network fills no more than the cache.
TEST_F(NdpTest, AHostThatAnswersForTheWholeNetworkFillsNoMoreThanTheCache) {
  Resolve();
  for (std::uint16_t i = 0; i < 1000; ++i) {
    Solicit(kOwn, Ipv6Address::Of(0x2001, 0xdb8, 0, 1, 1, 0, 0, i));
    link_.TakeAll();
    ASSERT_LE(link_.ndp.cache().size(), 16u);
    if (i % 10 == 0) ASSERT_TRUE(link_.SendUdp(kPeer));
  }
  EXPECT_TRUE(State());  // who is in use stays
  for (std::uint16_t i = 0; i < 1000; ++i) {
    (void)link_.SendUdp(Ipv6Address::Of(0x2001, 0xdb8, 0, 1, 2, 0, 0, i));
    if (i % 100 == 0) ASSERT_TRUE(link_.SendUdp(kPeer));
    link_.TakeAll();
  }
  link_.TakeAll();
  EXPECT_LE(link_.ndp.cache().size(), 16u);
  EXPECT_TRUE(State());
}

// T18, RFC 4862 5.4.
TEST_F(NdpTest, AnAddressIsOursOnceNobodyHasAnswered) {
  ASSERT_TRUE(link_.ndp.AddAddress({.link = &link_.link, .address = kNew}));
  link_.Advance(Duration::Seconds(1));
  const auto probe = TakeSolicitation();
  ASSERT_TRUE(probe);
  EXPECT_EQ(probe->target, kNew);
  EXPECT_TRUE(probe->options.nonce);
  EXPECT_FALSE(probe->options.source_mac);
  EXPECT_EQ(link_.last->header.source, Ipv6Address());
  EXPECT_EQ(link_.last->header.destination, SolicitedNode(kNew));
  EXPECT_FALSE(link_.ip.IsOurs(IpAddress(kNew)));
  Solicit(kNew);  // who looks for its owner gets no answer as yet
  ExpectSilence();
  link_.Advance(Duration::Seconds(1));
  EXPECT_TRUE(link_.ip.IsOurs(IpAddress(kNew)));
  Solicit(kNew);
  EXPECT_TRUE(TakeAdvertisement());
}

TEST_F(NdpTest, AnAddressThatSomebodyHasOrTestsIsNotTaken) {
  for (const bool by_test : {false, true}) {
    ASSERT_TRUE(link_.ndp.AddAddress({.link = &link_.link, .address = kNew}));
    link_.Advance(Duration::Milliseconds(1'000));
    ASSERT_TRUE(TakeSolicitation());
    if (by_test) {
      Solicit(kNew, Ipv6Address());
    } else {
      wire::NeighborAdvertisement owner = {.overrides = true, .target = kNew};
      owner.options.target_mac = kPeerMac;
      link_.Say(Icmpv6Type::kNeighborAdvertisement, owner, kNew, kAllNodes);
    }
    link_.Advance(Duration::Seconds(5));
    EXPECT_FALSE(link_.ip.IsOurs(IpAddress(kNew)));
    EXPECT_EQ(link_.ip.addresses().Find(kNew), nullptr);
    EXPECT_FALSE(link_.link.IsMember(SolicitedNode(kNew)));
  }
  EXPECT_EQ(link_.ndp.counters().duplicates, 2u);
}

// T18, RFC 7527.
TEST_F(NdpTest, OurOwnQuestionThatComesBackIsNoDuplicateAndIsAskedAgain) {
  ASSERT_TRUE(link_.ndp.AddAddress({.link = &link_.link, .address = kNew}));
  link_.Advance(Duration::Milliseconds(1'000));
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(TakeSolicitation()) << i;
    link_.Receive(link_.last->packet(), link_.last->mac, TestDevice::kMac);
    link_.Advance(Duration::Seconds(1));
    EXPECT_FALSE(link_.ip.IsOurs(IpAddress(kNew)));
  }
  EXPECT_EQ(link_.ndp.counters().loops, 5u);
  EXPECT_EQ(link_.ndp.counters().duplicates, 0u);
  link_.Advance(Duration::Seconds(4));  // the loop is gone
  EXPECT_TRUE(link_.ip.IsOurs(IpAddress(kNew)));
}

TEST_F(NdpTest, AClaimToAnAddressThatIsOursForLongIsCountedAndChangesNothing) {
  wire::NeighborAdvertisement claim = {.overrides = true, .target = kOwn};
  claim.options.target_mac = kOtherMac;
  link_.Say(Icmpv6Type::kNeighborAdvertisement, claim, kOwn, kAllNodes);
  EXPECT_EQ(link_.ndp.counters().conflicts, 1u);
  EXPECT_TRUE(link_.ip.IsOurs(IpAddress(kOwn)));
  EXPECT_EQ(link_.ndp.cache().size(), 0u);
}

TEST_F(NdpTest, MessagesInSlicesOfAnySizeAreUnderstood) {
  for (const std::size_t slice : {100u, 64u, 41u, 20u, 9u}) {
    link_.slice_size = slice;
    Solicit(kOwn);
    EXPECT_TRUE(TakeAdvertisement()) << slice;
  }
}

}  // namespace
}  // namespace net::ndp
