#include "net/ipv6/ipv6.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/ipv6/forwarder.h"
#include "net/ipv6/test_host.h"

namespace net::ipv6 {
namespace {

using kernel::Duration;
using kernel::Error;
using wire::Icmpv6Type;
using wire::IpProtocol;

constexpr IpProtocol kUdp = IpProtocol::kUdp;

class Ipv6Test : public testing::Test {
 protected:
  Ipv6Test() {
    host_.Configure();
    host_.ip.Register(kUdp, udp_);
  }

  wire::Ipv6 From(const Ipv6Address& source, const Ipv6Address& destination, IpProtocol next = kUdp) {
    return {.next_header = next, .source = source, .destination = destination};
  }
  wire::Ipv6 FromPeer(IpProtocol next = kUdp) { return From(kPeer, kOwn, next); }

  Bytes FragmentOf(std::span<const std::byte> all, std::size_t offset, std::size_t size, std::uint32_t identification,
                   IpProtocol next = kUdp) {
    Bytes header(wire::kIpv6FragmentSize);
    wire::Ipv6Fragment{.next_header = next,
                       .offset = static_cast<std::uint16_t>(offset),
                       .has_more = offset + size < all.size(),
                       .identification = identification}
        .Write(header);
    return Concatenate(header, all.subspan(offset, size));
  }

  // The one packet that was sent: a parameter problem with this code and pointer.
  void ExpectProblem(std::uint8_t code, std::uint32_t pointer) {
    const auto sent = host_.Take();
    ASSERT_TRUE(sent);
    ASSERT_TRUE(sent->IsIcmpv6(Icmpv6Type::kParameterProblem));
    EXPECT_EQ(sent->icmpv6().code, code);
    EXPECT_EQ(sent->icmpv6().body, pointer);
    EXPECT_TRUE(sent->HasRightChecksum());
    EXPECT_FALSE(host_.Take());
  }
  void ExpectSilence() { EXPECT_FALSE(host_.Take()); }

  kernel::Result<void> Send(const Bytes& payload, IpSend send) {
    send.protocol = kUdp;
    const auto sent = host_.ip.Send(host_.context.PacketOf(payload), send);
    return sent;
  }

  TestHost host_;
  TestTransport udp_;
};

TEST_F(Ipv6Test, APacketForUsReachesItsTransportWithoutPadding) {
  const Bytes payload = Pattern(20);
  wire::Ipv6 header = FromPeer();
  header.payload_size = 20;
  header.traffic_class = 0x2e;
  header.hop_limit = 7;
  Bytes packet(wire::kIpv6Size);
  header.Write(packet);
  packet = Concatenate(Concatenate(packet, payload), Bytes(26));
  host_.Receive(packet);
  ASSERT_EQ(udp_.packets.size(), 1u);
  EXPECT_EQ(udp_.packets[0], payload);
  EXPECT_EQ(udp_.last.source, IpAddress(kPeer));
  EXPECT_EQ(udp_.last.destination, IpAddress(kOwn));
  EXPECT_EQ(udp_.last.traffic_class, 0x2e);
  EXPECT_EQ(udp_.last.hop_limit, 7);
  EXPECT_FALSE(udp_.last.is_group);
  EXPECT_FALSE(udp_.last.was_fragmented);
}

TEST_F(Ipv6Test, WhatIsForOthersIsDropped) {
  host_.Receive(From(kPeer, kFar), Pattern(8));
  host_.Receive(From(kPeer, Ipv6Address::Of(0xff02, 0, 0, 0, 0, 0, 0, 0x99)), Pattern(8),
                MacOfGroup(Ipv6Address::Of(0xff02, 0, 0, 0, 0, 0, 0, 1)));
  EXPECT_TRUE(udp_.packets.empty());
  EXPECT_EQ(host_.ip.counters().not_for_us, 2u);
  ExpectSilence();
}

TEST_F(Ipv6Test, AGroupIsHeardOnceItIsJoinedAndNoLonger) {
  const Ipv6Address group = Ipv6Address::Of(0xff02, 0, 0, 0, 0, 0, 0, 0xfb);
  const auto receive = [&] { host_.Receive(From(kPeer, group), Pattern(8), MacOfGroup(group)); };
  receive();
  EXPECT_TRUE(udp_.packets.empty());
  ASSERT_TRUE(host_.link.JoinGroup(group));
  ASSERT_TRUE(host_.link.JoinGroup(group));
  receive();
  EXPECT_EQ(udp_.packets.size(), 1u);
  EXPECT_TRUE(udp_.last.is_group);
  host_.link.LeaveGroup(group);
  receive();
  EXPECT_EQ(udp_.packets.size(), 2u);
  host_.link.LeaveGroup(group);
  receive();
  EXPECT_EQ(udp_.packets.size(), 2u);
}

TEST_F(Ipv6Test, AddressesThatNoPacketOnAWireHasAreDropped) {
  const Ipv6Address loopback = Ipv6Address::Of(0, 0, 0, 0, 0, 0, 0, 1);
  const Ipv6Address mapped = Ipv6Address::Of(0, 0, 0, 0, 0, 0xffff, 0xc000, 0x201);
  const Ipv6Address own_interface = Ipv6Address::Of(0xff01, 0, 0, 0, 0, 0, 0, 1);
  host_.Receive(From(loopback, kOwn), Pattern(8));
  host_.Receive(From(kPeer, loopback), Pattern(8));
  host_.Receive(From(mapped, kOwn), Pattern(8));
  host_.Receive(From(kPeer, Ipv6Address()), Pattern(8));
  host_.Receive(From(kPeer, own_interface), Pattern(8), MacOfGroup(kAllNodes));
  host_.Receive(From(kOwn, kOwn), Pattern(8));  // LAND
  host_.Receive(From(Ipv6Address(), kOwn), Pattern(8));
  EXPECT_TRUE(udp_.packets.empty());
  EXPECT_EQ(host_.ip.counters().martian, 7u);
  ExpectSilence();
}

TEST_F(Ipv6Test, ATentativeAddressReceivesAndSendsNothing) {
  const Ipv6Address tentative = Ipv6Address::Of(0x2001, 0xdb8, 0, 1, 0, 0, 0, 0x77);
  ASSERT_TRUE(host_.ip.AddAddress({.link = &host_.link, .address = tentative}));
  host_.Receive(From(kPeer, tentative), Pattern(8));
  EXPECT_TRUE(udp_.packets.empty());
  EXPECT_FALSE(host_.ip.IsOurs(IpAddress(tentative)));
  EXPECT_EQ(Send(Pattern(8), {.source = tentative, .destination = kPeer}).error(), Error::kInvalidArgument);
}

// T17, CVE-2020-17441, CVE-2020-11899: sizes that do not fit the frame.
TEST_F(Ipv6Test, APayloadSizeBeyondTheFrameIsDropped) {
  for (const std::size_t claimed : {9u, 100u, 65'535u}) {
    wire::Ipv6 header = FromPeer();
    header.payload_size = static_cast<std::uint16_t>(claimed);
    Bytes packet(wire::kIpv6Size);
    header.Write(packet);
    host_.Receive(Concatenate(packet, Pattern(8)));
  }
  for (std::size_t size = 0; size < wire::kIpv6Size; ++size) host_.Receive(Pattern(size));
  EXPECT_TRUE(udp_.packets.empty());
  EXPECT_EQ(host_.ip.counters().malformed, 3u + wire::kIpv6Size);
}

TEST_F(Ipv6Test, ExtensionHeadersAreWalkedOverHoweverThePacketIsCutIntoSlices) {
  Bytes payload = {std::byte{60}, std::byte{0}, std::byte{5}, std::byte{2}, {}, {}, std::byte{1}, {}};
  payload = Concatenate(payload, Bytes{std::byte{43}, {}, std::byte{1}, std::byte{4}, {}, {}, {}, {}});
  payload = Concatenate(payload, Bytes{std::byte{17}, {}, {}, {}, {}, {}, {}, {}});
  const Bytes data = Pattern(300);
  for (const std::size_t slice : {4096u, 100u, 61u, 40u, 23u}) {
    host_.slice_size = slice;
    host_.Receive(FromPeer(IpProtocol::kHopByHop), Concatenate(payload, data));
    ASSERT_EQ(udp_.packets.size(), 1u) << slice;
    EXPECT_EQ(udp_.packets[0], data);
    udp_.packets.clear();
  }
}

// T17: unknown option bits 00, 01, 10, 11, to us and to a group.
TEST_F(Ipv6Test, UnknownOptionsAreAnsweredAsTheirUpperBitsSay) {
  const auto receive = [&](int type, bool to_group) {
    const Bytes options = {std::byte{17}, {}, static_cast<std::byte>(type), std::byte{4}, {}, {}, {}, {}};
    host_.Receive(From(kPeer, to_group ? kAllNodes : kOwn, IpProtocol::kDestinationOptions),
                  Concatenate(options, Pattern(8)), to_group ? MacOfGroup(kAllNodes) : TestDevice::kMac);
  };
  for (const bool to_group : {false, true}) {
    receive(0x1e, to_group);
    EXPECT_EQ(udp_.packets.size(), to_group ? 2u : 1u);
    ExpectSilence();
    receive(0x5e, to_group);
    ExpectSilence();
    receive(0x9e, to_group);
    ExpectProblem(wire::kUnknownOption, 42);
    receive(0xde, to_group);
    if (to_group) {
      ExpectSilence();
    } else {
      ExpectProblem(wire::kUnknownOption, 42);
    }
  }
  EXPECT_EQ(udp_.packets.size(), 2u);
}

TEST_F(Ipv6Test, UnknownProtocolsAndTunnelsAreRefusedWithAPointerToTheirNumber) {
  for (const int protocol : {4, 41, 50, 51, 132, 254}) {
    host_.Receive(FromPeer(static_cast<IpProtocol>(protocol)), Pattern(40));
    ExpectProblem(wire::kUnknownNextHeader, 6);
  }
  host_.Receive(FromPeer(IpProtocol::kNoNextHeader), Pattern(8));
  ExpectSilence();
  EXPECT_TRUE(udp_.packets.empty());
}

// RFC 5095, RFC 2675.
TEST_F(Ipv6Test, RoutingHeadersWithSegmentsLeftAndJumbogramsAreRefused) {
  Bytes routing(24);
  routing[0] = std::byte{17};
  routing[1] = std::byte{2};
  routing[3] = std::byte{1};
  kFar.Store(&routing[8]);
  host_.Receive(FromPeer(IpProtocol::kRouting), Concatenate(routing, Pattern(8)));
  ExpectProblem(wire::kErroneousField, 42);
  routing[3] = std::byte{0};
  host_.Receive(FromPeer(IpProtocol::kRouting), Concatenate(routing, Pattern(8)));
  EXPECT_EQ(udp_.packets.size(), 1u);
  const Bytes jumbo = {std::byte{17}, {}, std::byte{0xc2}, std::byte{4}, {}, std::byte{1}, {}, {}};
  host_.Receive(FromPeer(IpProtocol::kHopByHop), Concatenate(jumbo, Pattern(8)));
  ExpectProblem(wire::kUnknownOption, 42);
  EXPECT_EQ(udp_.packets.size(), 1u);
}

// T14, in both slicings.
TEST_F(Ipv6Test, FragmentsBecomeTheDatagram) {
  const Bytes all = Pattern(3000);
  for (const std::size_t slice : {4096u, 200u}) {
    host_.slice_size = slice;
    for (const std::size_t offset : {2464u, 0u, 1232u}) {
      host_.Receive(FromPeer(IpProtocol::kFragment),
                    FragmentOf(all, offset, std::min<std::size_t>(1232, all.size() - offset), 7));
    }
    ASSERT_EQ(udp_.packets.size(), 1u);
    EXPECT_EQ(udp_.packets[0], all);
    EXPECT_TRUE(udp_.last.was_fragmented);
    udp_.packets.clear();
  }
  ExpectSilence();
}

TEST_F(Ipv6Test, ADatagramOf65535BytesArrivesInFragments) {
  const Bytes all = Pattern(65'535);
  for (std::size_t offset = 0; offset < all.size(); offset += 1448) {
    host_.Receive(FromPeer(IpProtocol::kFragment),
                  FragmentOf(all, offset, std::min<std::size_t>(1448, all.size() - offset), 7));
  }
  ASSERT_EQ(udp_.packets.size(), 1u);
  EXPECT_EQ(udp_.packets[0], all);
}

// T14, RFC 5722 and 8200 4.5.
TEST_F(Ipv6Test, OverlappingFragmentsAreDroppedSilentlyWithAllThatFollows) {
  const Bytes all = Pattern(2000);
  host_.Receive(FromPeer(IpProtocol::kFragment), FragmentOf(all, 0, 1000, 7));
  host_.Receive(FromPeer(IpProtocol::kFragment), FragmentOf(all, 992, 200, 7));
  host_.Receive(FromPeer(IpProtocol::kFragment), FragmentOf(all, 0, 1000, 7));
  host_.Receive(FromPeer(IpProtocol::kFragment), FragmentOf(all, 1000, 1000, 7));
  host_.Advance(Duration::Seconds(61));
  EXPECT_TRUE(udp_.packets.empty());
  ExpectSilence();
  EXPECT_EQ(host_.ip.reassembly().counters().overlaps, 1u);
}

// T14, RFC 6946: whatever waits with the same identification.
TEST_F(Ipv6Test, AnAtomicFragmentIsTakenAlone) {
  const Bytes all = Pattern(2000);
  host_.Receive(FromPeer(IpProtocol::kFragment), FragmentOf(all, 0, 1000, 7));
  const Bytes small = Pattern(100);
  host_.Receive(FromPeer(IpProtocol::kFragment), FragmentOf(small, 0, 100, 7));
  ASSERT_EQ(udp_.packets.size(), 1u);
  EXPECT_EQ(udp_.packets[0], small);
  host_.Receive(FromPeer(IpProtocol::kFragment), FragmentOf(all, 1000, 1000, 7));
  ASSERT_EQ(udp_.packets.size(), 2u);
  EXPECT_EQ(udp_.packets[1], all);
}

// T14, RFC 7112, CVE-2020-17438: a first fragment without its headers.
TEST_F(Ipv6Test, AFirstFragmentWithoutAllHeadersIsRefused) {
  TestTransport tcp;
  host_.ip.Register(IpProtocol::kTcp, tcp);
  const Bytes all = Pattern(2000);
  host_.Receive(FromPeer(IpProtocol::kFragment), FragmentOf(all, 0, 16, 7, IpProtocol::kTcp));
  ExpectProblem(wire::kIncompleteChain, 0);
  Bytes options = {std::byte{17}, std::byte{1}, std::byte{0x1e}, std::byte{12}};
  options.resize(16);
  options = Concatenate(options, all);
  host_.Receive(FromPeer(IpProtocol::kFragment), FragmentOf(options, 0, 8, 8, IpProtocol::kDestinationOptions));
  ExpectProblem(wire::kIncompleteChain, 0);
  host_.Receive(FromPeer(IpProtocol::kFragment), FragmentOf(options, 0, 16, 9, IpProtocol::kDestinationOptions));
  ExpectProblem(wire::kIncompleteChain, 0);
  host_.Receive(FromPeer(IpProtocol::kFragment), FragmentOf(options, 0, 24, 10, IpProtocol::kDestinationOptions));
  ExpectSilence();
  host_.Receive(FromPeer(IpProtocol::kFragment),
                FragmentOf(options, 24, options.size() - 24, 10, IpProtocol::kDestinationOptions));
  ASSERT_EQ(udp_.packets.size(), 1u);
  EXPECT_EQ(udp_.packets[0], all);
}

TEST_F(Ipv6Test, FragmentsOfImpossibleSizesAreAnsweredWithAPointer) {
  const Bytes all = Pattern(2000);
  host_.Receive(FromPeer(IpProtocol::kFragment), FragmentOf(all, 0, 1001, 7));
  ExpectProblem(wire::kErroneousField, 4);
  Bytes beyond = FragmentOf(all, 0, 2000, 7);
  wire::Ipv6Fragment{.next_header = kUdp, .offset = 65'528, .identification = 7}.Write(beyond);
  host_.Receive(FromPeer(IpProtocol::kFragment), beyond);
  ExpectProblem(wire::kErroneousField, 42);
  host_.Receive(FromPeer(IpProtocol::kFragment), FragmentOf(Pattern(16), 16, 0, 7));
  ExpectSilence();
  EXPECT_EQ(host_.ip.reassembly().datagrams(), 0u);
}

// T14, RFC 8200 4.5: 60 seconds, then code 1 with the first fragment.
TEST_F(Ipv6Test, AReassemblyThatTakesTooLongIsReportedIfTheFirstFragmentCame) {
  const Bytes all = Pattern(2000);
  host_.Receive(FromPeer(IpProtocol::kFragment), FragmentOf(all, 0, 1000, 7));
  host_.Receive(FromPeer(IpProtocol::kFragment), FragmentOf(all, 1000, 1000, 8));
  host_.Advance(Duration::Milliseconds(59'999));
  ExpectSilence();
  host_.Advance(Duration::Milliseconds(1));
  const auto sent = host_.Take();
  ASSERT_TRUE(sent);
  ASSERT_TRUE(sent->IsIcmpv6(Icmpv6Type::kTimeExceeded));
  EXPECT_EQ(sent->icmpv6().code, 1);
  EXPECT_EQ(sent->header.destination, kPeer);
  const Bytes quoted(sent->payload.begin() + 8 + 40, sent->payload.end());
  EXPECT_EQ(quoted, FragmentOf(all, 0, 1000, 7));
  ExpectSilence();
}

// Chains within a whole datagram: another fragment would make the work endless.
TEST_F(Ipv6Test, AFragmentWithinAFragmentIsDropped) {
  const Bytes inner = FragmentOf(Pattern(2000), 0, 1000, 9);
  host_.Receive(FromPeer(IpProtocol::kFragment), FragmentOf(inner, 0, 504, 7, IpProtocol::kFragment));
  host_.Receive(FromPeer(IpProtocol::kFragment), FragmentOf(inner, 504, 504, 7, IpProtocol::kFragment));
  EXPECT_TRUE(udp_.packets.empty());
  ExpectSilence();
  EXPECT_EQ(host_.ip.reassembly().datagrams(), 0u);
}

TEST_F(Ipv6Test, APortWhereNobodyWaitsIsReportedWithThePacket) {
  udp_.is_closed = true;
  const Bytes payload = Pattern(2000);
  wire::Ipv6 header = FromPeer();
  header.flow_label = 0xabcde;
  host_.Receive(header, std::span(payload).first(100));
  const auto sent = host_.Take();
  ASSERT_TRUE(sent);
  ASSERT_TRUE(sent->IsIcmpv6(Icmpv6Type::kDestinationUnreachable));
  EXPECT_EQ(sent->icmpv6().code, wire::kIcmpv6PortUnreachable);
  EXPECT_EQ(sent->header.source, kOwn);
  EXPECT_EQ(sent->header.destination, kPeer);
  header.payload_size = 100;
  Bytes expected(wire::kIpv6Size);
  header.Write(expected);
  expected = Concatenate(expected, std::span(payload).first(100));
  EXPECT_EQ(Bytes(sent->payload.begin() + 8, sent->payload.end()), expected);
}

TEST_F(Ipv6Test, APathIsFoundByRouteAndSourceByScope) {
  const auto near = host_.ip.FindPath({}, kPeer, nullptr);
  ASSERT_TRUE(near);
  EXPECT_EQ(near->source, IpAddress(kOwn));
  EXPECT_EQ(near->mtu, 1500);
  EXPECT_EQ(near->interface, &host_.interface);
  const auto link_local = host_.ip.FindPath({}, kRouter, nullptr);
  ASSERT_TRUE(link_local);
  EXPECT_EQ(link_local->source, IpAddress(kOwnLinkLocal));
  EXPECT_EQ(host_.ip.FindPath({}, kAllNodes, &host_.interface)->source, IpAddress(kOwnLinkLocal));
  EXPECT_EQ(host_.ip.FindPath(kFar, kPeer, nullptr).error(), Error::kInvalidArgument);
  EXPECT_EQ(host_.ip.FindPath({}, IpAddress(), nullptr).error(), Error::kInvalidArgument);
  ASSERT_TRUE(Send(Pattern(8), {.destination = kFar}));
  EXPECT_EQ(host_.neighbors.last, kRouter);
  ASSERT_TRUE(Send(Pattern(8), {.destination = kPeer}));
  EXPECT_EQ(host_.neighbors.last, kPeer);
}

TEST_F(Ipv6Test, WithoutARouteNothingIsSent) {
  ASSERT_TRUE(host_.routes.Remove({.prefix = Ipv6Address(), .interface = &host_.interface, .gateway = kRouter}));
  EXPECT_EQ(Send(Pattern(8), {.destination = kFar}).error(), Error::kUnreachable);
  EXPECT_EQ(host_.ip.FindPath({}, kFar, nullptr).error(), Error::kUnreachable);
}

TEST_F(Ipv6Test, ALargePacketIsSentInFragmentsThatMakeItAgain) {
  const Bytes all = Pattern(60'000);
  Packet packet = host_.context.PacketOf(all);
  ASSERT_EQ(packet.Peek(8).size(), 8u);
  ASSERT_TRUE(host_.ip.Send(std::move(packet), {.destination = kPeer, .protocol = kUdp}));
  const std::vector<Sent> fragments = host_.TakeAll();
  ASSERT_EQ(fragments.size(), (60'000 + 1447) / 1448u);
  Bytes again;
  std::optional<std::uint32_t> identification;
  for (const Sent& sent : fragments) {
    ASSERT_EQ(sent.header.next_header, IpProtocol::kFragment);
    EXPECT_LE(sent.payload.size() + wire::kIpv6Size, 1500u);
    const auto fragment = wire::Ipv6Fragment::Parse(sent.payload);
    ASSERT_TRUE(fragment);
    EXPECT_EQ(fragment->offset, again.size());
    EXPECT_EQ(fragment->next_header, kUdp);
    EXPECT_EQ(fragment->identification, identification.value_or(fragment->identification));
    identification = fragment->identification;
    again = Concatenate(again, std::span(sent.payload).subspan(8));
    EXPECT_EQ(fragment->has_more, again.size() < all.size());
  }
  EXPECT_EQ(again, all);
}

TEST_F(Ipv6Test, WhatMustNotBeFragmentedIsTooLong) {
  EXPECT_EQ(Send(Pattern(1461), {.destination = kPeer, .must_not_fragment = true}).error(), Error::kTooLong);
  EXPECT_TRUE(Send(Pattern(1460), {.destination = kPeer, .must_not_fragment = true}));
  EXPECT_EQ(Send(Pattern(65'536), {.destination = kPeer}).error(), Error::kTooLong);
}

// T14, RFC 7739.
TEST_F(Ipv6Test, IdentificationsOfFragmentsDoNotCount) {
  std::set<std::uint32_t> seen;
  std::uint32_t last = 0;
  int rises = 0;
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(Send(Pattern(2000), {.destination = kPeer}));
    const std::uint32_t identification = wire::Ipv6Fragment::Parse(host_.Take()->payload)->identification;
    ASSERT_TRUE(host_.Take());
    seen.insert(identification);
    rises += identification - last == 1;
    last = identification;
  }
  EXPECT_EQ(seen.size(), 100u);
  EXPECT_EQ(rises, 0);
}

TEST_F(Ipv6Test, AFlowKeepsItsLabelAndOthersHaveOthers) {
  std::set<std::uint32_t> labels;
  for (std::uint8_t port = 0; port < 50; ++port) {
    std::optional<std::uint32_t> label;
    for (int i = 0; i < 3; ++i) {
      Bytes payload = Pattern(16);
      payload[1] = static_cast<std::byte>(port);
      Packet packet = host_.context.PacketOf(std::span(payload).subspan(8));
      std::ranges::copy(std::span(payload).first(8), packet.Prepend(8).begin());
      ASSERT_TRUE(host_.ip.Send(std::move(packet), {.destination = kPeer, .protocol = kUdp}));
      const std::uint32_t sent = host_.Take()->header.flow_label;
      EXPECT_EQ(sent, label.value_or(sent));
      label = sent;
    }
    labels.insert(*label);
  }
  EXPECT_GE(labels.size(), 49u);
}

TEST_F(Ipv6Test, HopLimitsAreThoseOfTheLinkOneForGroupsAndWhatTheSenderWants) {
  host_.link.SetHopLimit(61);
  ASSERT_TRUE(Send(Pattern(8), {.destination = kPeer}));
  EXPECT_EQ(host_.Take()->header.hop_limit, 61);
  ASSERT_TRUE(Send(Pattern(8), {.destination = kAllNodes, .interface = &host_.interface}));
  const auto group = host_.Take();
  EXPECT_EQ(group->header.hop_limit, 1);
  EXPECT_EQ(group->mac, MacOfGroup(kAllNodes));
  ASSERT_TRUE(Send(Pattern(8), {.destination = kPeer, .hop_limit = 3}));
  EXPECT_EQ(host_.Take()->header.hop_limit, 3);
}

// T16, RFC 8201.
TEST_F(Ipv6Test, APathThatIsNarrowerThanItsLinkIsUsedAsNarrow) {
  host_.ip.ReducePathMtu(kFar, 1400);
  EXPECT_EQ(host_.ip.FindPath({}, kFar, nullptr)->mtu, 1400);
  EXPECT_EQ(host_.ip.FindPath({}, kPeer, nullptr)->mtu, 1500);
  ASSERT_TRUE(Send(Pattern(1400), {.destination = kFar}));
  for (const Sent& sent : host_.TakeAll()) EXPECT_LE(sent.payload.size() + wire::kIpv6Size, 1400u);
  host_.ip.ReducePathMtu(kFar, 1000);
  EXPECT_EQ(host_.ip.FindPath({}, kFar, nullptr)->mtu, 1400);
  host_.Advance(Duration::Seconds(601));
  EXPECT_EQ(host_.ip.FindPath({}, kFar, nullptr)->mtu, 1500);
}

TEST_F(Ipv6Test, WhatWeSendToOurselvesArrivesInTheNextTurnAndNotOnTheWire) {
  const Ipv6Address loopback = Ipv6Address::Of(0, 0, 0, 0, 0, 0, 0, 1);
  for (const Ipv6Address& destination : {kOwn, loopback}) {
    ASSERT_TRUE(Send(Pattern(100), {.destination = destination}));
    EXPECT_TRUE(udp_.packets.empty());
    EXPECT_TRUE(host_.context.TakeWakeUp());
    host_.Run();
    ASSERT_EQ(udp_.packets.size(), 1u);
    EXPECT_EQ(udp_.packets[0], Pattern(100));
    EXPECT_EQ(udp_.last.source, IpAddress(destination));
    udp_.packets.clear();
  }
  ASSERT_TRUE(Send(Pattern(5000), {.destination = kOwn}));
  host_.Run();
  ASSERT_EQ(udp_.packets.size(), 1u);
  EXPECT_EQ(udp_.packets[0], Pattern(5000));
  ExpectSilence();
}

TEST_F(Ipv6Test, TheLoopbackTakesWhatGoesToItsAddressWhateverCameAfterIt) {
  TestDevice looped;
  TestDevice cable;
  Interface loopback(host_.context, looped, {.index = 7, .is_loopback = true});
  Interface ethernet(host_.context, cable, {.index = 8});
  Link first(loopback);
  Link second(ethernet);
  host_.ip.AddLink(first);
  host_.ip.AddLink(second);
  const Ipv6Address address = Ipv6Address::Of(0, 0, 0, 0, 0, 0, 0, 1);
  EXPECT_EQ(host_.ip.FindPath({}, address, nullptr)->interface->index(), 7u);
}

TEST_F(Ipv6Test, PacketsToOurselvesHaveABound) {
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < 300; ++i) accepted += Send(Pattern(8), {.destination = kOwn}).has_value();
  EXPECT_EQ(accepted, Ipv6::kMostLooped);
  for (int i = 0; i < 10; ++i) host_.Run();
  EXPECT_EQ(udp_.packets.size(), Ipv6::kMostLooped);
  EXPECT_TRUE(Send(Pattern(8), {.destination = kOwn}));
}

TEST_F(Ipv6Test, NothingIsForwardedUnlessTheProgramAsksForIt) {
  host_.Receive(From(kPeer, kFar), Pattern(8));
  ExpectSilence();
  Forwarder forwarder(host_.ip);
  wire::Ipv6 header = From(kPeer, kFar);
  header.hop_limit = 9;
  header.flow_label = 0x12345;
  host_.Receive(header, Pattern(50));
  const auto sent = host_.Take();
  ASSERT_TRUE(sent);
  EXPECT_EQ(host_.neighbors.last, kRouter);
  EXPECT_EQ(sent->header.hop_limit, 8);
  EXPECT_EQ(sent->header.source, kPeer);
  EXPECT_EQ(sent->header.destination, kFar);
  EXPECT_EQ(sent->header.flow_label, 0x12345u);
  EXPECT_EQ(sent->payload, Pattern(50));
  EXPECT_EQ(forwarder.counters().forwarded, 1u);
}

TEST_F(Ipv6Test, ARouterReportsWhatItCannotForward) {
  Forwarder forwarder(host_.ip);
  const auto expect = [&](Icmpv6Type type, std::uint8_t code, std::uint32_t body) {
    const auto sent = host_.Take();
    ASSERT_TRUE(sent);
    ASSERT_TRUE(sent->IsIcmpv6(type));
    EXPECT_EQ(sent->icmpv6().code, code);
    EXPECT_EQ(sent->icmpv6().body, body);
    EXPECT_FALSE(host_.Take());
  };
  wire::Ipv6 header = From(kPeer, kFar);
  header.hop_limit = 1;
  host_.Receive(header, Pattern(50));
  expect(Icmpv6Type::kTimeExceeded, wire::kIcmpv6HopLimitExceeded, 0);
  host_.link.SetMtu(1280);
  header.hop_limit = 9;
  host_.Receive(header, Pattern(1241));
  expect(Icmpv6Type::kPacketTooBig, 0, 1280);
  ASSERT_TRUE(host_.routes.Remove({.prefix = Ipv6Address(), .interface = &host_.interface, .gateway = kRouter}));
  host_.Receive(header, Pattern(50));
  expect(Icmpv6Type::kDestinationUnreachable, wire::kIcmpv6NoRoute, 0);
  host_.Receive(From(kRouter, kFar), Pattern(50));
  expect(Icmpv6Type::kDestinationUnreachable, wire::kIcmpv6BeyondScope, 0);
  host_.Receive(From(kPeer, kRouter), Pattern(50));
  ExpectSilence();
  EXPECT_EQ(forwarder.counters().forwarded, 0u);
}

TEST_F(Ipv6Test, TransportsHearOfAddressesThatComeAndGo) {
  const int before = udp_.changes;
  const Ipv6Address address = Ipv6Address::Of(0x2001, 0xdb8, 0, 1, 0, 0, 0, 0x77);
  ASSERT_TRUE(host_.ip.AddAddress({.link = &host_.link, .address = address, .state = AddressState::kPreferred}));
  EXPECT_EQ(udp_.changes, before + 1);
  EXPECT_EQ(host_.ip.AddAddress({.link = &host_.link, .address = address}).error(), Error::kInUse);
  host_.ip.RemoveAddress(host_.link, address);
  EXPECT_EQ(udp_.changes, before + 2);
  EXPECT_FALSE(host_.ip.IsOurs(IpAddress(address)));
  EXPECT_EQ(host_.ip.AddAddress({.link = &host_.link, .address = kAllNodes}).error(), Error::kInvalidArgument);
}

TEST_F(Ipv6Test, WordFromATransportReachesTheNextHop) {
  host_.ip.ConfirmReachable(kFar);
  EXPECT_EQ(host_.neighbors.confirmed, kRouter);
  host_.ip.ConfirmReachable(kPeer);
  EXPECT_EQ(host_.neighbors.confirmed, kPeer);
}

}  // namespace
}  // namespace net::ipv6
