#include "net/ipv4/ipv4.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/interface/interface.h"
#include "net/interface/test_device.h"
#include "net/ip/ip.h"
#include "net/ipv4/error_reporter.h"
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

constexpr auto kOurs = TestHost::kOurs;
constexpr auto kPeer = TestHost::kPeer;
constexpr auto kFar = TestHost::kFar;
constexpr Ipv4Address kToAll{0xffff'ffff};

class RecordingReporter final : public ErrorReporter {
 public:
  void Report(ErrorKind kind, std::uint32_t value, Packet packet) override {
    kinds.push_back(kind);
    values.push_back(value);
    packets.push_back(BytesOf(packet));
  }
  std::vector<ErrorKind> kinds;
  std::vector<std::uint32_t> values;
  std::vector<std::vector<std::byte>> packets;
};

class Ipv4Test : public testing::Test {
 protected:
  Ipv4Test() {
    host_.ipv4.Register(wire::IpProtocol::kUdp, udp_);
    host_.ipv4.UseErrorReporter(reporter_);
  }

  static wire::Ipv4 HeaderTo(Ipv4Address destination, Ipv4Address source = kPeer) {
    return {.protocol = wire::IpProtocol::kUdp, .source = source, .destination = destination};
  }
  // Whether a packet with these addresses reaches the transport.
  bool Arrives(const wire::Ipv4& header, const MacAddress& to = TestDevice::kMac) {
    const std::size_t before = udp_.packets.size();
    host_.Put(header, TestHost::Payload(20), to);
    host_.Poll();
    return udp_.packets.size() > before;
  }
  kernel::Result<void> Send(Ipv4Address destination, std::size_t size, IpSend send = {}) {
    send.destination = destination;
    send.protocol = wire::IpProtocol::kUdp;
    return host_.ipv4.Send(host_.context.PacketOf(TestHost::Payload(size)), send);
  }

  TestHost host_;
  RecordingTransport udp_;
  RecordingReporter reporter_;
};

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
