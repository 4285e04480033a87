#include "net/arp/arp.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "kernel/base/time.h"
#include "net/arp/claim.h"
#include "net/interface/interface.h"
#include "net/interface/test_device.h"
#include "net/ipv4/address_table.h"
#include "net/neighbor/neighbor.h"
#include "net/packet/packet.h"
#include "net/test_context.h"
#include "net/wire/address.h"
#include "net/wire/arp.h"
#include "net/wire/ethernet.h"

namespace net::arp {
namespace {

using kernel::Duration;
using kernel::Instant;
using Operation = wire::Arp::Operation;

constexpr Ipv4Address Ip(std::uint8_t last) { return Ipv4Address::Of(10, 0, 0, last); }
constexpr Ipv4Address kOurs = Ip(1);
constexpr Ipv4Address kPeer = Ip(2);
constexpr MacAddress Mac(std::uint8_t last) { return {{std::byte{2}, {}, {}, {}, {}, std::byte{last}}}; }
constexpr MacAddress kPeerMac = Mac(2);

struct SentArp {
  wire::Ethernet ethernet;
  wire::Arp arp;
};

class ArpTest : public testing::Test, private Owner, private ClaimObserver {
 protected:
  ArpTest() {
    EXPECT_TRUE(addresses_.Add({&interface_, kOurs, 24}));
    arp_.Attach(interface_);
  }

  void Receive(const wire::Arp& arp, const MacAddress& to = kBroadcastMac, std::size_t padding = 18) {
    std::vector<std::byte> bytes(wire::kArpSize + padding);
    arp.Write(bytes);
    Packet packet = context_.PacketOf(bytes);
    const wire::Ethernet header = {.destination = to, .source = arp.sender_mac, .type = wire::EtherType::kArp};
    header.Write(packet.Prepend(header.size()));
    device_.Put(std::move(packet));
    interface_.Poll();
  }
  void Request(Ipv4Address sender, const MacAddress& mac, Ipv4Address target) {
    Receive(
        {.operation = Operation::kRequest, .sender_mac = mac, .sender = sender, .target_mac = {}, .target = target});
  }
  void Reply(Ipv4Address sender, const MacAddress& mac, Ipv4Address target = kOurs) {
    Receive({.operation = Operation::kReply,
             .sender_mac = mac,
             .sender = sender,
             .target_mac = interface_.mac(),
             .target = target},
            interface_.mac());
  }
  // What was sent since the last call; IPv4 packets are counted.
  std::vector<SentArp> Sent() {
    interface_.EndTurn();
    std::vector<SentArp> sent;
    while (Packet frame = device_.Take()) {
      const auto header = wire::Ethernet::Parse(frame.Peek(14));
      if (header->type == wire::EtherType::kIpv4) {
        ++ipv4_sent_;
        continue;
      }
      frame.DropFront(14);
      sent.push_back({*header, *wire::Arp::Parse(frame.Peek(28))});
    }
    return sent;
  }
  void OnUnresolved(Packet, Interface&, Ipv4Address next_hop) override { unresolved_.push_back(next_hop); }
  void OnClaimed(Claim&) override { claimed_.push_back(context_->now()); }
  void OnConflict(Claim& claim) override {
    EXPECT_EQ(claim.state(), Claim::State::kStopped);
    ++conflicts_;
  }

  TestContext context_;
  TestDevice device_;
  Interface interface_{context_, device_, {}};
  ipv4::AddressTable addresses_;
  std::array<NeighborPlace, 8> neighbors_;
  Arp arp_{context_, addresses_, neighbors_, *this};
  Claim claim_{arp_, *this};
  std::vector<Ipv4Address> unresolved_;
  std::vector<Instant> claimed_;
  int conflicts_ = 0;
  int ipv4_sent_ = 0;
};

TEST_F(ArpTest, AQuestionForUsIsAnsweredToWhoAskedAndTeachesUs) {
  Request(kPeer, kPeerMac, kOurs);
  const auto sent = Sent();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].ethernet.destination, kPeerMac);
  EXPECT_EQ(sent[0].arp.operation, Operation::kReply);
  EXPECT_EQ(sent[0].arp.sender, kOurs);
  EXPECT_EQ(sent[0].arp.sender_mac, interface_.mac());
  EXPECT_EQ(sent[0].arp.target, kPeer);
  EXPECT_EQ(sent[0].arp.target_mac, kPeerMac);
  ASSERT_NE(arp_.cache().Find(interface_, kPeer), nullptr);
  EXPECT_EQ(arp_.cache().Find(interface_, kPeer)->mac(), kPeerMac);
}

TEST_F(ArpTest, QuestionsForOthersAreNeitherAnsweredNorLearned) {
  Request(kPeer, kPeerMac, Ip(3));
  EXPECT_TRUE(Sent().empty());
  EXPECT_EQ(arp_.cache().size(), 0u);
}

TEST_F(ArpTest, AProbeForOurAddressIsAnsweredButTeachesNothing) {
  Request({}, kPeerMac, kOurs);
  const auto sent = Sent();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].arp.target, Ipv4Address());
  EXPECT_EQ(arp_.cache().size(), 0u);
}

TEST_F(ArpTest, WeAskOnceASecondAndTheAnswerSendsWhatWaits) {
  ASSERT_TRUE(arp_.Send(context_.PacketOf({}), interface_, kPeer));
  context_.Advance(Duration::Seconds(1));
  const auto sent = Sent();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[0].ethernet.destination, kBroadcastMac);
  EXPECT_EQ(sent[0].arp.operation, Operation::kRequest);
  EXPECT_EQ(sent[0].arp.sender, kOurs);
  EXPECT_EQ(sent[0].arp.target, kPeer);
  Reply(kPeer, kPeerMac);
  Sent();
  EXPECT_EQ(ipv4_sent_, 1);
  EXPECT_EQ(arp_.cache().Find(interface_, kPeer)->StateAt(context_->now()), NeighborState::kReachable);
}

TEST_F(ArpTest, WhoNeverAnswersIsReported) {
  ASSERT_TRUE(arp_.Send(context_.PacketOf({}), interface_, kPeer));
  context_.Advance(Duration::Seconds(3));
  EXPECT_EQ(unresolved_, (std::vector{kPeer}));
  EXPECT_EQ(Sent().size(), 3u);
}

// hardening.md T15, and CVE-2019-12262's kind: what nobody asked for.
TEST_F(ArpTest, UnaskedAnswersMakeNoEntryAndProveNothing) {
  Reply(kPeer, kPeerMac);
  EXPECT_EQ(arp_.cache().size(), 0u);
  Request(kPeer, kPeerMac, kOurs);
  Reply(kPeer, kPeerMac);
  EXPECT_EQ(arp_.cache().Find(interface_, kPeer)->StateAt(context_->now()), NeighborState::kStale);
  Request(kPeer, Mac(9), kPeer);  // a neighbour that moved says so
  EXPECT_EQ(arp_.cache().Find(interface_, kPeer)->mac(), Mac(9));
  EXPECT_EQ(arp_.cache().Find(interface_, kPeer)->StateAt(context_->now()), NeighborState::kStale);
}

TEST_F(ArpTest, NobodyOutsideOfOurSubnetsIsLearned) {
  Request(Ipv4Address::Of(10, 0, 1, 2), kPeerMac, kOurs);
  EXPECT_EQ(Sent().size(), 1u) << "an answer costs no memory";
  Request(Ip(255), kPeerMac, kOurs);
  Request(Ip(0), kPeerMac, kOurs);
  EXPECT_EQ(arp_.cache().size(), 0u);
}

TEST_F(ArpTest, BrokenPacketsAreCounted) {
  const wire::Arp good = {
      .operation = Operation::kRequest, .sender_mac = kPeerMac, .sender = kPeer, .target_mac = {}, .target = kOurs};
  wire::Arp bad = good;
  bad.sender_mac = kBroadcastMac;
  std::vector<std::byte> bytes(46);
  bad.Write(bytes);
  Packet group_sender = context_.PacketOf(bytes);
  const wire::Ethernet header = {.destination = kBroadcastMac, .source = kPeerMac, .type = wire::EtherType::kArp};
  header.Write(group_sender.Prepend(14));
  device_.Put(std::move(group_sender));
  Packet cut = context_.PacketOf(std::vector<std::byte>(27));
  header.Write(cut.Prepend(14));
  device_.Put(std::move(cut));
  good.Write(bytes);
  bytes[0] = std::byte{9};
  Packet other_hardware = context_.PacketOf(bytes);
  header.Write(other_hardware.Prepend(14));
  device_.Put(std::move(other_hardware));
  interface_.Poll();
  Request(kPeer, interface_.mac(), kOurs);
  EXPECT_EQ(arp_.counters().malformed, 3u);
  EXPECT_EQ(arp_.counters().unsupported, 1u);
  EXPECT_TRUE(Sent().empty());
  EXPECT_EQ(arp_.cache().size(), 0u);
}

TEST_F(ArpTest, AQuestionInManyPiecesIsReadLikeAnother) {
  std::vector<std::byte> bytes(28);
  wire::Arp{
      .operation = Operation::kRequest, .sender_mac = kPeerMac, .sender = kPeer, .target_mac = {}, .target = kOurs}
      .Write(bytes);
  Packet packet = context_.packets().Take();
  for (std::size_t at = 0; at < bytes.size(); at += 7) {
    Buffer buffer = context_.buffers().Take();
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), 7, buffer.data());
    ASSERT_TRUE(packet.Append(std::move(buffer), 0, 7));
  }
  const wire::Ethernet header = {.destination = kBroadcastMac, .source = kPeerMac, .type = wire::EtherType::kArp};
  header.Write(packet.Prepend(14));
  device_.Put(std::move(packet));
  interface_.Poll();
  EXPECT_EQ(Sent().size(), 1u);
}

// [RFC5227] 2.1.1 and 2.3
TEST_F(ArpTest, AClaimProbesThreeTimesAnnouncesTwiceAndIsTold) {
  claim_.Start(interface_, Ip(7));
  std::vector<Instant> probes, announcements;
  for (int i = 0; i < 1200; ++i) {
    context_.Advance(Duration::Milliseconds(10));
    for (const SentArp& sent : Sent()) {
      EXPECT_EQ(sent.ethernet.destination, kBroadcastMac);
      EXPECT_EQ(sent.arp.operation, Operation::kRequest);
      EXPECT_EQ(sent.arp.target, Ip(7));
      (sent.arp.sender.IsUnspecified() ? probes : announcements).push_back(context_->now());
    }
  }
  ASSERT_EQ(probes.size(), 3u);
  const auto between = [](Duration duration, double least, double most) {
    const double seconds = static_cast<double>(duration.nanoseconds) * 1e-9;
    return least - 0.011 <= seconds && seconds <= most + 0.011;
  };
  EXPECT_TRUE(between(probes[0] - Instant{}, 0, 1));
  EXPECT_TRUE(between(probes[1] - probes[0], 1, 2));
  EXPECT_TRUE(between(probes[2] - probes[1], 1, 2));
  ASSERT_EQ(announcements.size(), 2u);
  EXPECT_TRUE(between(announcements[0] - probes[2], 2, 2));
  EXPECT_TRUE(between(announcements[1] - announcements[0], 2, 2));
  ASSERT_EQ(claimed_.size(), 1u);
  EXPECT_TRUE(between(claimed_[0] - announcements[0], 0, 0));
  EXPECT_EQ(claim_.state(), Claim::State::kHeld);
}

TEST_F(ArpTest, AnybodyWhoUsesOrProbesAProbedAddressIsAConflict) {
  claim_.Start(interface_, Ip(7));
  context_.Advance(Duration::Seconds(1));
  Reply(Ip(7), kPeerMac, {});
  EXPECT_EQ(conflicts_, 1);
  claim_.Start(interface_, Ip(7));
  Request({}, kPeerMac, Ip(7));
  EXPECT_EQ(conflicts_, 2);
  claim_.Start(interface_, Ip(7));
  Request(kPeer, kPeerMac, Ip(7));
  EXPECT_EQ(conflicts_, 2) << "somebody looks for it, as for any";
  EXPECT_EQ(claim_.conflicts(), 2);
  context_.Advance(Duration::Seconds(10));
  EXPECT_EQ(claimed_.size(), 1u);
  EXPECT_EQ(claim_.conflicts(), 0);
}

TEST_F(ArpTest, AfterTenConflictsAClaimWaitsAMinute) {
  for (int i = 0; i < 10; ++i) {
    claim_.Start(interface_, Ip(7));
    Request(Ip(7), kPeerMac, Ip(7));
  }
  Sent();
  claim_.Start(interface_, Ip(8));
  context_.Advance(Duration::Seconds(59));
  EXPECT_TRUE(Sent().empty());
  context_.Advance(Duration::Seconds(1));
  EXPECT_EQ(Sent().size(), 1u);
}

// [RFC5227] 2.4
TEST_F(ArpTest, AHeldAddressIsDefendedOnceInTenSecondsThenGivenUp) {
  claim_.Start(interface_, kOurs);
  context_.Advance(Duration::Seconds(20));
  Sent();
  Request(kOurs, kPeerMac, kPeer);
  auto sent = Sent();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].arp.sender, kOurs);
  EXPECT_EQ(sent[0].arp.target, kOurs);
  EXPECT_EQ(sent[0].ethernet.destination, kBroadcastMac);
  context_.Advance(Duration::Seconds(11));
  Request(kOurs, kPeerMac, kPeer);
  EXPECT_EQ(Sent().size(), 1u);
  EXPECT_EQ(conflicts_, 0);
  context_.Advance(Duration::Seconds(9));
  Request(kOurs, kPeerMac, kPeer);
  EXPECT_TRUE(Sent().empty());
  EXPECT_EQ(conflicts_, 1);
  EXPECT_EQ(claim_.state(), Claim::State::kStopped);
}

TEST_F(ArpTest, WhoInsistsKeepsTheAddressAndDoesNotShout) {
  claim_.Start(interface_, kOurs, Claim::Defence::kInsist);
  context_.Advance(Duration::Seconds(20));
  Sent();
  for (int i = 0; i < 100; ++i) {
    Request(kOurs, kPeerMac, kPeer);
    context_.Advance(Duration::Milliseconds(100));
  }
  EXPECT_EQ(Sent().size(), 1u);
  EXPECT_EQ(claim_.state(), Claim::State::kHeld);
  EXPECT_EQ(arp_.counters().conflicts, 100u);
  EXPECT_EQ(arp_.cache().size(), 0u) << "a rival is not learned as a neighbour";
}

}  // namespace
}  // namespace net::arp
