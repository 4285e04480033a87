// What comes in: headers, options, fragments, and what is reported about them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/interface/interface.h"
#include "net/interface/test_device.h"
#include "net/ipv4/error_reporter.h"
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

TEST_F(Ipv4Test, APacketForUsArrivesWithoutItsHeaderAndItsPadding) {
  wire::Ipv4 header = HeaderTo(kOurs);
  header.traffic_class = 0xb8;
  header.time_to_live = 17;
  for (const std::size_t piece : {2048, 300, 9, 5}) {
    std::vector<std::byte> payload = TestHost::Payload(piece > 9 ? 1000 : 30);
    host_.Put(header, payload, TestDevice::kMac, piece);
    host_.Poll();
    ASSERT_EQ(udp_.packets.size(), 1u) << piece;
    EXPECT_EQ(BytesOf(udp_.packets[0]), payload);
    EXPECT_EQ(udp_.received[0].source, IpAddress(kPeer));
    EXPECT_EQ(udp_.received[0].destination, IpAddress(kOurs));
    EXPECT_EQ(udp_.received[0].traffic_class, 0xb8);
    EXPECT_EQ(udp_.received[0].hop_limit, 17);
    EXPECT_FALSE(udp_.received[0].is_group);
    EXPECT_EQ(udp_.received[0].interface, &host_.interface);
    udp_.packets.clear();
    udp_.received.clear();
  }
  std::vector<std::byte> bytes(60);
  wire::Ethernet{.destination = TestDevice::kMac, .source = TestHost::kPeerMac, .type = wire::EtherType::kIpv4}.Write(
      bytes);
  header.total_size = 25;
  header.Write(std::span(bytes).subspan(14));
  host_.PutBytes(bytes);
  host_.Poll();
  ASSERT_EQ(udp_.packets.size(), 1u);
  EXPECT_EQ(udp_.packets[0].size(), 5u);
}

// [RFC1122] 3.2.1.3; hardening.md: LAND, martians.
TEST_F(Ipv4Test, SourcesThatNobodyCanHaveAreDropped) {
  EXPECT_TRUE(Arrives(HeaderTo(kOurs)));
  EXPECT_TRUE(Arrives(HeaderTo(kOurs, kFar)));
  for (const Ipv4Address source :
       {kOurs, kToAll, Ipv4Address::Of(10, 0, 0, 255), Ipv4Address::Of(10, 0, 0, 0), Ipv4Address::Of(127, 0, 0, 1),
        Ipv4Address::Of(224, 0, 0, 1), Ipv4Address::Of(240, 0, 0, 1), Ipv4Address::Of(0, 0, 0, 1), Ipv4Address()}) {
    EXPECT_FALSE(Arrives(HeaderTo(kOurs, source))) << source.value;
  }
  EXPECT_EQ(host_.ipv4.counters().martian, 9u);
  EXPECT_TRUE(Arrives(HeaderTo(kToAll, {}), kBroadcastMac)) << "a host that asks for its address";
}

TEST_F(Ipv4Test, OnlyWhatIsForUsArrives) {
  EXPECT_FALSE(Arrives(HeaderTo(kFar)));
  EXPECT_FALSE(Arrives(HeaderTo(Ipv4Address::Of(127, 0, 0, 1)))) << "from a wire";
  EXPECT_FALSE(Arrives(HeaderTo(Ipv4Address()))) << "0.0.0.0";
  EXPECT_FALSE(Arrives(HeaderTo(Ipv4Address::Of(240, 0, 0, 1))));
  EXPECT_TRUE(Arrives(HeaderTo(kToAll), kBroadcastMac));
  EXPECT_TRUE(udp_.received.back().is_group);
  EXPECT_TRUE(Arrives(HeaderTo(Ipv4Address::Of(10, 0, 0, 255)), kBroadcastMac));
  EXPECT_TRUE(udp_.received.back().is_group);
  EXPECT_FALSE(Arrives(HeaderTo(Ipv4Address::Of(10, 0, 1, 255)), kBroadcastMac)) << "another subnet's";
  EXPECT_FALSE(Arrives(HeaderTo(kOurs), kBroadcastMac)) << "[RFC1122] 3.3.6";
}

TEST_F(Ipv4Test, AnAddressBelongsToItsInterface) {
  TestDevice device({.mac = TestDevice::kMac});
  Interface other(host_.context, device, {.index = 3});
  host_.ipv4.Attach(other);
  ASSERT_TRUE(host_.ipv4.AddAddress(other, Ipv4Address::Of(172, 16, 0, 1), 16));
  EXPECT_FALSE(Arrives(HeaderTo(Ipv4Address::Of(172, 16, 0, 1)))) << "by the wrong interface";
  EXPECT_TRUE(host_.ipv4.IsOurs(IpAddress(Ipv4Address::Of(172, 16, 0, 1))));
}

TEST_F(Ipv4Test, GroupsArriveWhileWeAreInThem) {
  const Ipv4Address group = Ipv4Address::Of(224, 0, 0, 251);
  const MacAddress mac = MacOfGroup(group);
  EXPECT_FALSE(Arrives(HeaderTo(group), mac));
  ASSERT_TRUE(host_.ipv4.JoinGroup(host_.interface, group));
  ASSERT_TRUE(host_.ipv4.JoinGroup(host_.interface, group));
  EXPECT_TRUE(Arrives(HeaderTo(group), mac));
  EXPECT_TRUE(udp_.received.back().is_group);
  EXPECT_FALSE(Arrives(HeaderTo(Ipv4Address::Of(225, 0, 0, 251)), mac)) << "another group with the same MAC address";
  ASSERT_TRUE(host_.ipv4.LeaveGroup(host_.interface, group));
  EXPECT_TRUE(Arrives(HeaderTo(group), mac));
  ASSERT_TRUE(host_.ipv4.LeaveGroup(host_.interface, group));
  EXPECT_FALSE(Arrives(HeaderTo(group), mac));
  EXPECT_EQ(host_.ipv4.LeaveGroup(host_.interface, group), Fail(Error::kNotFound));
  EXPECT_EQ(host_.ipv4.JoinGroup(host_.interface, kPeer), Fail(Error::kInvalidArgument));
  EXPECT_TRUE(Arrives(HeaderTo(Ipv4Address::Of(224, 0, 0, 1)), MacOfGroup(Ipv4Address::Of(224, 0, 0, 1))));
}

TEST_F(Ipv4Test, WhoCannotBeServedIsReported) {
  wire::Ipv4 header = HeaderTo(kOurs);
  header.protocol = static_cast<wire::IpProtocol>(4);  // hardening.md: IP in IP is nobody's
  host_.Put(header, TestHost::Payload(20));
  udp_.verdict = Transport::Verdict::kUnreachable;
  host_.Put(HeaderTo(kOurs), TestHost::Payload(20));
  host_.Put(HeaderTo(Ipv4Address::Of(10, 0, 0, 255)), TestHost::Payload(20), kBroadcastMac);
  host_.Poll();
  EXPECT_EQ(reporter_.kinds, (std::vector{ErrorKind::kProtocolUnreachable, ErrorKind::kPortUnreachable}));
  const auto about = wire::Ipv4::Parse(reporter_.packets[1], 40);
  ASSERT_TRUE(about) << "the header is whole again";
  EXPECT_EQ(about->source, kPeer);
  EXPECT_TRUE(std::ranges::equal(std::span(reporter_.packets[1]).subspan(20), TestHost::Payload(20)));
}

// A packet with options, from the wire.
std::vector<std::byte> WithOptions(std::initializer_list<int> options, std::size_t payload = 16) {
  const std::size_t header_size = 20 + options.size();
  std::vector<std::byte> bytes(14 + header_size + payload);
  wire::Ethernet{.destination = TestDevice::kMac, .source = TestHost::kPeerMac, .type = wire::EtherType::kIpv4}.Write(
      bytes);
  wire::Ipv4{.total_size = static_cast<std::uint16_t>(header_size + payload),
             .protocol = wire::IpProtocol::kUdp,
             .source = kPeer,
             .destination = kOurs}
      .Write(std::span(bytes).subspan(14));
  bytes[14] = static_cast<std::byte>(0x40 | header_size / 4);
  std::ranges::transform(options, bytes.begin() + 34, [](int value) { return static_cast<std::byte>(value); });
  bytes[24] = bytes[25] = std::byte{0};
  wire::Checksum sum;
  sum.Add(std::span(bytes).subspan(14, header_size));
  wire::StoreBig(&bytes[24], sum.Finish());
  return bytes;
}

TEST_F(Ipv4Test, OptionsAreCheckedAndSourceRoutesRefused) {
  host_.PutBytes(WithOptions({148, 4, 0, 0}));
  host_.PutBytes(WithOptions({7, 7, 4, 0, 0, 0, 0, 0}), 7);
  host_.Poll();
  EXPECT_EQ(udp_.packets.size(), 2u);
  EXPECT_EQ(udp_.packets[1].size(), 16u);
  host_.PutBytes(WithOptions({131, 7, 4, 10, 0, 0, 1, 0}));
  host_.PutBytes(WithOptions({137, 7, 8, 10, 0, 0, 1, 0}));
  host_.Poll();
  EXPECT_EQ(host_.ipv4.counters().source_routed, 2u);
  EXPECT_TRUE(reporter_.kinds.empty()) << "not worth an answer";
  host_.PutBytes(WithOptions({1, 1, 148, 9}));
  host_.Poll();
  EXPECT_EQ(reporter_.kinds, (std::vector{ErrorKind::kParameterProblem}));
  EXPECT_EQ(reporter_.values, (std::vector{22u}));
  EXPECT_EQ(udp_.packets.size(), 2u);
}

TEST_F(Ipv4Test, AnErrorAboutAPacketWithOptionsQuotesThem) {
  udp_.verdict = Transport::Verdict::kUnreachable;
  const std::vector<std::byte> frame = WithOptions({148, 4, 0, 0});
  host_.PutBytes(frame);
  host_.Poll();
  ASSERT_EQ(reporter_.packets.size(), 1u);
  EXPECT_TRUE(std::ranges::equal(reporter_.packets[0], std::span(frame).subspan(14)));
}

TEST_F(Ipv4Test, FragmentsInAnyOrderAndAnyPiecesMakeTheWhole) {
  const std::vector<std::byte> payload = TestHost::Payload(3000);
  for (const std::size_t piece : {2048, 100}) {
    std::vector<std::size_t> order = {0, 1, 2};
    do {
      for (const std::size_t i : order) {
        wire::Ipv4 header = HeaderTo(kOurs);
        header.identification = static_cast<std::uint16_t>(piece);
        header.fragment_offset = static_cast<std::uint16_t>(i * 1480);
        header.has_more_fragments = i < 2;
        host_.Put(header, std::span(payload).subspan(i * 1480, std::min<std::size_t>(1480, 3000 - i * 1480)),
                  TestDevice::kMac, piece);
      }
      host_.Poll();
      ASSERT_EQ(udp_.packets.size(), 1u);
      EXPECT_EQ(BytesOf(udp_.packets[0]), payload);
      EXPECT_EQ(udp_.packets[0].info().checksum, PacketInfo::Checksum::kNone);
      udp_.packets.clear();
    } while (std::ranges::next_permutation(order).found);
  }
}

// hardening.md T14 and §3c: Teardrop, Ping of Death, tiny fragments, FragmentSmack.
TEST_F(Ipv4Test, FragmentsThatLieAreDroppedAndHoldLittle) {
  wire::Ipv4 header = HeaderTo(kOurs);
  header.identification = 1;
  header.has_more_fragments = true;
  host_.Put(header, TestHost::Payload(1480));
  header.fragment_offset = 1472;  // Teardrop: into the first
  header.has_more_fragments = false;
  host_.Put(header, TestHost::Payload(500));
  host_.Poll();
  EXPECT_TRUE(udp_.packets.empty());
  EXPECT_EQ(host_.ipv4.reassembly().counters().overlaps, 1u);
  header.identification = 2;
  header.fragment_offset = 65528;  // Ping of Death: ends beyond 65,535
  host_.Put(header, TestHost::Payload(1000));
  header.fragment_offset = 0;
  header.has_more_fragments = true;
  host_.Put(header, TestHost::Payload(21));  // no multiple of 8
  host_.Poll();
  EXPECT_EQ(host_.ipv4.counters().malformed, 2u);
  header.protocol = wire::IpProtocol::kTcp;
  host_.Put(header, TestHost::Payload(8));
  header.fragment_offset = 8;
  host_.Put(header, TestHost::Payload(64));
  header.protocol = wire::IpProtocol::kUdp;
  host_.Put(header, {});
  host_.Poll();
  EXPECT_EQ(host_.ipv4.counters().tiny_fragments, 3u);
  for (std::uint16_t i = 0; i < 2000; ++i) {
    header.identification = i;
    header.fragment_offset = static_cast<std::uint16_t>(8 * (1 + i % 100));
    host_.Put(header, TestHost::Payload(8));
    if (i % 50 == 0) host_.Poll();
  }
  host_.Poll();
  EXPECT_LE(host_.ipv4.reassembly().buffers(), TestHost::kConfig.reassembly.most_buffers);
  EXPECT_TRUE(udp_.packets.empty());
  EXPECT_GE(host_.context.packets().free_count(), host_.context.packets().count() - 64);
}

TEST_F(Ipv4Test, WhatIsNotCompleteInAMinuteIsReportedIfItsFirstFragmentCame) {
  wire::Ipv4 header = HeaderTo(kOurs);
  header.has_more_fragments = true;
  header.identification = 1;
  host_.Put(header, TestHost::Payload(800));
  header.identification = 2;
  header.fragment_offset = 8;
  host_.Put(header, TestHost::Payload(800));
  host_.Poll();
  host_.Advance(Duration::Seconds(59));
  EXPECT_TRUE(reporter_.kinds.empty());
  host_.Advance(Duration::Seconds(2));
  EXPECT_EQ(reporter_.kinds, (std::vector{ErrorKind::kReassemblyExceeded}));
  EXPECT_EQ(host_.ipv4.reassembly().datagrams(), 0u);
}

// RFC 1122 3.2.2: else one packet would make all hosts of a link answer.
TEST_F(Ipv4Test, NothingIsReportedAboutWhatWasSentToEverybody) {
  wire::Ipv4 header = HeaderTo(Ipv4Address::Of(10, 0, 0, 255));
  header.has_more_fragments = true;
  host_.Put(header, TestHost::Payload(800), kBroadcastMac);
  host_.Poll();
  EXPECT_EQ(host_.ipv4.reassembly().datagrams(), 1u);
  host_.Advance(Duration::Seconds(61));
  EXPECT_EQ(host_.ipv4.reassembly().datagrams(), 0u);
  EXPECT_TRUE(reporter_.kinds.empty());
}

TEST_F(Ipv4Test, BrokenHeadersAreCounted) {
  std::vector<std::byte> good = WithOptions({148, 4, 0, 0});
  for (const auto& [place, value] :
       {std::pair<std::size_t, int>{14, 0x66}, {14, 0x44}, {14, 0x4f}, {17, 10}, {24, 1}}) {
    std::vector<std::byte> bad = good;
    bad[place] = static_cast<std::byte>(value);
    host_.PutBytes(bad);
  }
  host_.PutBytes(std::span(good).first(14 + 19));
  host_.PutBytes(std::span(good).first(14 + 21));
  host_.Poll();
  EXPECT_EQ(host_.ipv4.counters().malformed, 7u);
}

}  // namespace
}  // namespace net::ipv4
