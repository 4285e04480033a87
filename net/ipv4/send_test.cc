// What goes out: paths, neighbours, fragments, identifications, and what comes back about them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/interface/interface.h"
#include "net/interface/test_device.h"
#include "net/ip/ip.h"
#include "net/ipv4/ipv4_rig.h"
#include "net/ipv4/test_host.h"
#include "net/packet/packet.h"
#include "net/test_context.h"
#include "net/wire/address.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/ethernet.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"

namespace net::ipv4 {
namespace {

using kernel::Duration;
using kernel::Error;
using kernel::Fail;

constexpr Ipv4Address kToAll{0xffff'ffff};

TEST_F(Ipv4Test, PacketsGoToNeighboursOrToTheRouter) {
  ASSERT_TRUE(Send(kPeer, 100));
  ASSERT_TRUE(Send(kFar, 100, {.traffic_class = 5, .hop_limit = 9, .must_not_fragment = true}));
  const auto sent = host_.Sent();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[0].ethernet.destination, TestHost::kPeerMac);
  EXPECT_EQ(sent[0].header.source, kOurs);
  EXPECT_EQ(sent[0].header.destination, kPeer);
  EXPECT_EQ(sent[0].header.time_to_live, 64);
  EXPECT_FALSE(sent[0].header.must_not_fragment);
  EXPECT_EQ(sent[0].payload, TestHost::Payload(100));
  EXPECT_EQ(sent[1].ethernet.destination, TestHost::kRouterMac);
  EXPECT_EQ(sent[1].header.destination, kFar);
  EXPECT_EQ(sent[1].header.traffic_class, 5);
  EXPECT_EQ(sent[1].header.time_to_live, 9);
  EXPECT_TRUE(sent[1].header.must_not_fragment);
}

// To the neighbour that was used last, the front of the frame is ready; another one must be found first.
TEST_F(Ipv4Test, ThePreparedFrontOfAFrameIsTheOneThatTheLongWayMakes) {
  const auto frame_to = [&](Ipv4Address destination, const IpSend& send) {
    EXPECT_TRUE(Send(destination, 99, send));
    host_.Poll();
    Packet frame = host_.device.Take();
    EXPECT_EQ(frame.info().checksum_start, wire::kEthernetSize + wire::kIpv4Size);
    return BytesOf(frame);
  };
  for (const IpSend& send : {IpSend{.must_not_fragment = true},
                             IpSend{.source = kOurs, .traffic_class = 7, .hop_limit = 9, .must_not_fragment = true}}) {
    (void)frame_to(kPeer, send);
    const auto prepared = frame_to(kPeer, send);
    (void)frame_to(kFar, send);
    const auto found = frame_to(kPeer, send);
    EXPECT_EQ(prepared, found);
    const auto ethernet = wire::Ethernet::Parse(found);
    ASSERT_TRUE(ethernet);
    EXPECT_EQ(ethernet->destination, TestHost::kPeerMac);
    EXPECT_EQ(ethernet->source, TestDevice::kMac);
    // A neighbour with another card: not the one that is remembered.
    constexpr MacAddress kOther = {{std::byte{2}, {}, {}, {}, {}, std::byte{77}}};
    host_.ipv4.arp().cache().Learn(host_.interface, kPeer, kOther);
    EXPECT_EQ(wire::Ethernet::Parse(frame_to(kPeer, send))->destination, kOther);
    host_.ipv4.arp().cache().Learn(host_.interface, kPeer, TestHost::kPeerMac);
  }
}

TEST_F(Ipv4Test, PathsSayWhereToAndHowMuch) {
  const auto path = host_.ipv4.FindPath({}, kFar);
  ASSERT_TRUE(path);
  EXPECT_EQ(path->interface, &host_.interface);
  EXPECT_EQ(path->source, IpAddress(kOurs));
  EXPECT_EQ(path->mtu, 1500);
  EXPECT_EQ(host_.ipv4.FindPath({}, Ipv4Address{}).error(), Error::kInvalidArgument);
  EXPECT_EQ(host_.ipv4.FindPath(kPeer, kFar).error(), Error::kInvalidArgument);
  EXPECT_EQ(host_.ipv4.FindPath({}, Ipv6Address::Of(1, 0, 0, 0, 0, 0, 0, 1)).error(), Error::kInvalidArgument);
  EXPECT_EQ(host_.ipv4.FindPath({}, Ipv4Address::Of(240, 0, 0, 1)).error(), Error::kUnreachable);
  ASSERT_TRUE(
      host_.routes.Remove({.prefix = Ipv4Address{}, .interface = &host_.interface, .gateway = TestHost::kRouter}));
  EXPECT_EQ(host_.ipv4.FindPath({}, kFar).error(), Error::kUnreachable);
  EXPECT_TRUE(host_.ipv4.FindPath({}, kPeer));
  EXPECT_GT(udp_.path_changes, 0);
}

TEST_F(Ipv4Test, ASourceInTheNeighboursSubnetIsPreferred) {
  const Ipv4Address second = Ipv4Address::Of(10, 9, 0, 1);
  ASSERT_TRUE(host_.ipv4.AddAddress(host_.interface, second, 16));
  EXPECT_EQ(host_.ipv4.FindPath({}, Ipv4Address::Of(10, 9, 0, 7))->source, IpAddress(second));
  EXPECT_EQ(host_.ipv4.FindPath({}, kFar)->source, IpAddress(kOurs));
  EXPECT_EQ(host_.ipv4.FindPath(second, kFar)->source, IpAddress(second));
  ASSERT_TRUE(host_.ipv4.RemoveAddress(host_.interface, kOurs));
  EXPECT_EQ(host_.ipv4.FindPath({}, kFar)->source, IpAddress(second));
  EXPECT_EQ(host_.ipv4.AddAddress(host_.interface, second, 16), Fail(Error::kInUse));
  for (const Ipv4Address address :
       {Ipv4Address(), kToAll, Ipv4Address::Of(224, 0, 0, 1), Ipv4Address::Of(10, 8, 0, 0)}) {
    EXPECT_EQ(host_.ipv4.AddAddress(host_.interface, address, 16), Fail(Error::kInvalidArgument)) << address.value;
  }
}

TEST_F(Ipv4Test, BroadcastsGoOutOnlyIfTheyMay) {
  for (const Ipv4Address all : {kToAll, Ipv4Address::Of(10, 0, 0, 255)}) {
    EXPECT_EQ(Send(all, 10), Fail(Error::kInvalidArgument));
    ASSERT_TRUE(Send(all, 10, {.may_broadcast = true}));
    const auto sent = host_.Sent();
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0].ethernet.destination, kBroadcastMac);
    EXPECT_EQ(sent[0].header.source, kOurs);
  }
  const Ipv4Address group = Ipv4Address::Of(239, 1, 2, 3);
  ASSERT_TRUE(Send(group, 10));
  const auto sent = host_.Sent();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].ethernet.destination, MacOfGroup(group));
  EXPECT_EQ(sent[0].header.time_to_live, 1);
}

TEST_F(Ipv4Test, AHostWithoutAnAddressAsksEverybody) {
  TestDevice device({.mac = TestDevice::kMac});
  Interface other(host_.context, device, {.index = 3});
  host_.ipv4.Attach(other);
  IpSend send = {.interface = &other, .from_unspecified = true};
  ASSERT_TRUE(Send(kToAll, 10, send));
  other.EndTurn();
  Packet frame = device.Take();
  ASSERT_TRUE(frame);
  frame.DropFront(14);
  const auto header = wire::Ipv4::Parse(frame.Peek(20), frame.size());
  ASSERT_TRUE(header);
  EXPECT_EQ(header->source, Ipv4Address());
  EXPECT_EQ(header->destination, kToAll);
  EXPECT_EQ(Send(kPeer, 10, send), Fail(Error::kInvalidArgument));
  send.interface = nullptr;
  EXPECT_EQ(Send(kToAll, 10, send), Fail(Error::kInvalidArgument));
}

TEST_F(Ipv4Test, LargePacketsAreCutIntoFragmentsUnlessThatIsForbidden) {
  EXPECT_EQ(Send(kPeer, 2000, {.must_not_fragment = true}), Fail(Error::kTooLong));
  for (const std::size_t size : {1481, 2960, 2961, 30000}) {
    ASSERT_TRUE(Send(kPeer, size));
    const auto sent = host_.Sent();
    ASSERT_EQ(sent.size(), (size + 1479) / 1480);
    std::vector<std::byte> joined;
    for (const SentPacket& fragment : sent) {
      EXPECT_EQ(fragment.header.fragment_offset, joined.size());
      EXPECT_EQ(fragment.header.identification, sent[0].header.identification);
      EXPECT_EQ(fragment.header.has_more_fragments, &fragment != &sent.back());
      joined.insert(joined.end(), fragment.payload.begin(), fragment.payload.end());
    }
    EXPECT_EQ(joined, TestHost::Payload(size));
  }
}

TEST_F(Ipv4Test, AChecksumOverFragmentsIsFinishedFirst) {
  Packet packet = host_.context.PacketOf(TestHost::Payload(4000));
  const std::span<std::byte> front = packet.Prepend(8);
  std::ranges::fill(front, std::byte{0x10});
  wire::StoreBig(&front[6], std::uint16_t{0x4321});
  const std::vector<std::byte> before = BytesOf(packet);
  packet.info() = {.checksum = PacketInfo::Checksum::kPartial, .checksum_field = 6};
  ASSERT_TRUE(host_.ipv4.Send(std::move(packet), {.destination = kPeer, .protocol = wire::IpProtocol::kUdp}));
  const auto sent = host_.Sent();
  ASSERT_EQ(sent.size(), 3u);
  wire::Checksum sum;
  sum.Add(before);
  EXPECT_EQ(wire::LoadBig<std::uint16_t>(&sent[0].payload[6]), sum.Finish());
}

TEST_F(Ipv4Test, WhatWeSendOurselvesComesBackInAnotherTurn) {
  for (const Ipv4Address destination : {kOurs, Ipv4Address::Of(127, 0, 0, 1), Ipv4Address::Of(127, 9, 9, 9)}) {
    ASSERT_TRUE(Send(destination, 3000));
    EXPECT_TRUE(udp_.packets.empty()) << "not while it is sent";
    host_.Poll();
    ASSERT_EQ(udp_.packets.size(), 1u);
    EXPECT_EQ(BytesOf(udp_.packets[0]), TestHost::Payload(3000));
    EXPECT_EQ(udp_.received[0].destination, IpAddress(destination));
    EXPECT_EQ(udp_.received[0].source, IpAddress(destination));
    udp_.packets.clear();
    udp_.received.clear();
  }
  EXPECT_TRUE(host_.Sent().empty()) << "nothing of it on the wire";
  EXPECT_EQ(Send(kPeer, 10, {.source = Ipv4Address::Of(127, 0, 0, 1)}), Fail(Error::kUnreachable));
}

// [RFC6864], [RFC7739]: hardening.md T14
TEST_F(Ipv4Test, IdentificationsTellNothingAboutOtherFlows) {
  const auto identification_to = [&](std::uint8_t last) {
    EXPECT_TRUE(Send(Ipv4Address::Of(192, 0, 2, last), 10));
    return host_.Sent().at(0).header.identification;
  };
  std::set<std::uint16_t> first;
  for (std::uint8_t i = 1; i < 101; ++i) first.insert(identification_to(i));
  EXPECT_GT(first.size(), 95u);
  const std::uint16_t once = identification_to(1);
  identification_to(2);
  const auto step = static_cast<std::uint16_t>(identification_to(1) - once);
  EXPECT_GE(step, 1);
  EXPECT_LE(step, 2);
}

TEST_F(Ipv4Test, WhoHasNoNeighbourHearsOfIt) {
  ASSERT_TRUE(Send(Ipv4Address::Of(10, 0, 0, 77), 40));
  host_.Poll();
  host_.Advance(Duration::Seconds(4));
  ASSERT_EQ(udp_.errors.size(), 1u);
  EXPECT_EQ(udp_.errors[0].kind, IpError::Kind::kHostUnreachable);
  EXPECT_EQ(udp_.errors[0].destination, IpAddress(Ipv4Address::Of(10, 0, 0, 77)));
  EXPECT_EQ(udp_.quotes[0].size(), 8u);
  EXPECT_TRUE(std::ranges::equal(udp_.quotes[0], TestHost::Payload(8)));
}

TEST_F(Ipv4Test, APathThatCarriesLessIsRemembered) {
  host_.ipv4.ReducePathMtu(kFar, 1000);
  EXPECT_EQ(host_.ipv4.FindPath({}, kFar)->mtu, 1000);
  EXPECT_EQ(host_.ipv4.FindPath({}, kPeer)->mtu, 1500);
  EXPECT_EQ(Send(kFar, 1200, {.must_not_fragment = true}), Fail(Error::kTooLong));
  ASSERT_TRUE(Send(kFar, 1200));
  EXPECT_EQ(host_.Sent().size(), 2u);
  host_.ipv4.ReducePathMtu(kFar, 100);
  EXPECT_EQ(host_.ipv4.FindPath({}, kFar)->mtu, 552) << "the floor: hardening.md T16";
  host_.Advance(Duration::Seconds(602));
  EXPECT_EQ(host_.ipv4.FindPath({}, kFar)->mtu, 1500) << "paths change";
}

TEST_F(Ipv4Test, NeighboursAreForgottenWithTheCableAndToldWhenItIsBack) {
  host_.device.SetLink(false);
  host_.Poll();
  EXPECT_EQ(host_.ipv4.arp().cache().size(), 0u);
  const auto before = host_.ipv4.arp().counters().requests_sent;
  host_.device.SetLink(true);
  host_.Poll();
  EXPECT_EQ(host_.ipv4.arp().counters().requests_sent, before + 1) << "an announcement";
}

}  // namespace
}  // namespace net::ipv4
