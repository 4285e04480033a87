#include "net/udp/udp.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "net/ip/ip.h"
#include "net/ip/test_ip.h"
#include "net/ip/transport_checksum.h"
#include "net/packet/packet.h"
#include "net/test_context.h"
#include "net/udp/socket.h"
#include "net/wire/address.h"
#include "net/wire/endian.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/udp.h"

namespace net::udp {
namespace {

using kernel::Error;
using kernel::Fail;

constexpr auto kUdp = wire::IpProtocol::kUdp;
constexpr IpAddress kOurs = TestIp::kOurs4;
constexpr IpAddress kPeer = TestIp::kPeer4;

class CountingObserver final : public Observer {
 public:
  void OnChange(Socket&) override { ++changes; }
  int changes = 0;
};

class UdpTest : public testing::Test {
 protected:
  struct Sender {
    IpAddress source = kPeer;
    IpAddress destination = kOurs;
    std::uint16_t source_port = 1000;
    std::uint16_t port = 53;
  };

  // A datagram with a right checksum.
  Packet Datagram(const Sender& sender, std::span<const std::byte> payload) {
    Packet packet = context_.PacketOf(payload);
    wire::Udp{.source_port = sender.source_port,
              .destination_port = sender.port,
              .size = static_cast<std::uint16_t>(8 + payload.size())}
        .Write(packet.Prepend(8));
    wire::Checksum sum = PseudoHeader(sender.source, sender.destination, kUdp, packet.size());
    sum.AddSum(packet.Sum(0, packet.size()), packet.size());
    wire::StoreBig(&packet.header()[6], sum.Finish());
    return packet;
  }
  Transport::Verdict Deliver(const Sender& sender, std::uint8_t content, Interface* interface = nullptr,
                             bool is_group = false) {
    return ip_.Deliver(kUdp, Datagram(sender, std::array{std::byte{content}}),
                       {.interface = interface,
                        .source = sender.source,
                        .destination = sender.destination,
                        .hop_limit = 61,
                        .is_group = is_group});
  }
  Packet Payload(std::size_t size, std::uint8_t content = 0) {
    return context_.PacketOf(std::vector(size, std::byte{content}));
  }
  // Contents of the datagrams that wait in a socket.
  static std::vector<std::uint8_t> Contents(Socket& socket) {
    std::vector<std::uint8_t> contents;
    while (auto datagram = socket.Receive()) {
      contents.push_back(static_cast<std::uint8_t>(BytesOf(datagram->payload).at(0)));
    }
    return contents;
  }

  TestContext context_;
  TestIp ip_;
  std::array<Socket*, 16> buckets_;
  Udp udp_{context_, ip_, buckets_};
};

TEST_F(UdpTest, ADatagramArrivesWithWhatCameWithIt) {
  CountingObserver observer;
  Socket socket(udp_, &observer);
  ASSERT_TRUE(socket.Bind({{}, 53}));
  EXPECT_FALSE(socket.CanReceive());
  EXPECT_EQ(socket.Receive().error(), Error::kWouldBlock);
  EXPECT_EQ(Deliver({}, 7), Transport::Verdict::kDone);
  EXPECT_TRUE(socket.CanReceive());
  EXPECT_EQ(observer.changes, 1);
  EXPECT_EQ(socket.PeekSize(), 1u);
  const auto datagram = socket.Receive();
  ASSERT_TRUE(datagram);
  EXPECT_EQ(BytesOf(datagram->payload), (std::vector{std::byte{7}}));
  EXPECT_EQ(datagram->source, (Endpoint{kPeer, 1000}));
  EXPECT_EQ(datagram->destination, (Endpoint{kOurs, 53}));
  EXPECT_EQ(datagram->hop_limit, 61);
  EXPECT_FALSE(socket.PeekSize());
}

TEST_F(UdpTest, AnEmptyDatagramIsADatagram) {
  Socket socket(udp_);
  ASSERT_TRUE(socket.Bind({{}, 53}));
  ip_.Deliver(kUdp, Datagram({}, {}), {.source = kPeer, .destination = kOurs});
  EXPECT_EQ(socket.PeekSize(), 0u);
  const auto datagram = socket.Receive();
  ASSERT_TRUE(datagram);
  EXPECT_EQ(datagram->payload.size(), 0u);
}

TEST_F(UdpTest, SentDatagramsAreWholeAndTheirChecksumIsLeftToTheDevice) {
  Socket socket(udp_);
  for (const auto& [ours, peer] : {std::pair<IpAddress, IpAddress>{TestIp::kOurs4, TestIp::kPeer4},
                                   std::pair<IpAddress, IpAddress>{TestIp::kOurs6, TestIp::kPeer6}}) {
    ASSERT_TRUE(socket.SendTo(Payload(100, 3), {peer, 9}));
    TestIp::Sent sent = std::move(ip_.sent.front());
    ip_.sent.pop_front();
    EXPECT_EQ(sent.send.source, ours);
    EXPECT_EQ(sent.send.destination, peer);
    EXPECT_EQ(sent.send.protocol, kUdp);
    const auto header = wire::Udp::Parse(sent.packet.Peek(8), sent.packet.size());
    ASSERT_TRUE(header);
    EXPECT_EQ(header->source_port, socket.local().port);
    EXPECT_EQ(header->destination_port, 9);
    EXPECT_EQ(header->size, 108);
    EXPECT_EQ(header->checksum, PseudoHeader(ours, peer, kUdp, 108).Sum());
    EXPECT_EQ(sent.packet.info().checksum, PacketInfo::Checksum::kPartial);
    EXPECT_EQ(sent.packet.info().checksum_field, 6);
  }
  EXPECT_GE(socket.local().port, 49152) << "it was bound meanwhile";
}

TEST_F(UdpTest, TheMostSpecificSocketGetsADatagram) {
  Socket any(udp_), ours(udp_), connected(udp_);
  ASSERT_TRUE(any.Bind({TestIp::kOurs6, 53}));
  ASSERT_TRUE(ours.Bind({kOurs, 53}));
  EXPECT_EQ(connected.Bind({kOurs, 53}), Fail(Error::kInUse));
  Deliver({}, 1);
  Deliver({.source = TestIp::kPeer6, .destination = TestIp::kOurs6}, 2);
  EXPECT_EQ(Contents(ours), (std::vector<std::uint8_t>{1}));
  EXPECT_EQ(Contents(any), (std::vector<std::uint8_t>{2}));
  ASSERT_TRUE(ours.Connect({kPeer, 1000}));
  Deliver({}, 3);
  EXPECT_EQ(Deliver({.source_port = 1001}, 4), Transport::Verdict::kUnreachable);
  EXPECT_EQ(Deliver({.source = Ipv4Address::Of(10, 0, 0, 3)}, 5), Transport::Verdict::kUnreachable);
  EXPECT_EQ(Contents(ours), (std::vector<std::uint8_t>{3}));
  ours.Disconnect();
  Deliver({.source_port = 1001}, 6);
  EXPECT_EQ(Contents(ours), (std::vector<std::uint8_t>{6}));
}

TEST_F(UdpTest, AnUnspecifiedAddressMeansBothVersionsZerosAloneMeanIpv4) {
  const Sender ipv6 = {.source = TestIp::kPeer6, .destination = TestIp::kOurs6};
  Socket socket(udp_);
  ASSERT_TRUE(socket.Bind({{}, 53}));
  Deliver({}, 1);
  Deliver(ipv6, 2);
  EXPECT_EQ(Contents(socket), (std::vector<std::uint8_t>{1, 2}));
  socket.Close();
  ASSERT_TRUE(socket.Bind({Ipv4Address{}, 53}));
  Deliver({}, 1);
  EXPECT_EQ(Deliver(ipv6, 2), Transport::Verdict::kUnreachable);
  EXPECT_EQ(Contents(socket), (std::vector<std::uint8_t>{1}));
  Socket other(udp_);
  EXPECT_EQ(other.Bind({{}, 53}), Fail(Error::kInUse));
  other.options().is_ipv6_only = true;
  ASSERT_TRUE(other.Bind({{}, 53}));
  Deliver({}, 3);
  Deliver(ipv6, 4);
  EXPECT_EQ(Contents(socket), (std::vector<std::uint8_t>{3}));
  EXPECT_EQ(Contents(other), (std::vector<std::uint8_t>{4}));
}

TEST_F(UdpTest, ABoundInterfaceHearsOnlyItsOwn) {
  auto* const first = reinterpret_cast<Interface*>(0x1000);  // only compared
  auto* const second = reinterpret_cast<Interface*>(0x2000);
  Socket of_first(udp_), of_second(udp_), other(udp_);
  ASSERT_TRUE(of_first.Bind({{}, 68}, first));
  ASSERT_TRUE(of_second.Bind({{}, 68}, second));
  EXPECT_EQ(other.Bind({{}, 68}), Fail(Error::kInUse));
  Deliver({.port = 68}, 1, second);
  EXPECT_TRUE(Contents(of_first).empty());
  EXPECT_EQ(Contents(of_second), (std::vector<std::uint8_t>{1}));
  ASSERT_TRUE(of_first.SendToAllFromUnspecified(Payload(1), 67));
  const IpSend& send = ip_.sent.front().send;
  EXPECT_TRUE(send.from_unspecified && send.may_broadcast);
  EXPECT_EQ(send.interface, first);
  EXPECT_EQ(send.source, IpAddress(Ipv4Address{}));
  EXPECT_EQ(send.destination, IpAddress(Ipv4Address{0xffff'ffff}));
}

TEST_F(UdpTest, AGroupsDatagramReachesEverybodyWhoWaits) {
  const IpAddress group = Ipv4Address::Of(224, 0, 0, 251);
  Socket any(udp_), of_group(udp_), ours(udp_);
  ASSERT_TRUE(of_group.Bind({group, 5353}));
  ASSERT_TRUE(ours.Bind({kOurs, 5353}));
  Socket other(udp_);
  ASSERT_TRUE(other.Bind({{}, 5354}));
  EXPECT_EQ(any.Bind({{}, 5353}), Fail(Error::kInUse));
  any.options().is_ipv6_only = true;
  ASSERT_TRUE(any.Bind({{}, 5353}));
  any.options().is_ipv6_only = false;
  EXPECT_EQ(Deliver({.destination = group, .port = 5353}, 4, nullptr, true), Transport::Verdict::kDone);
  EXPECT_EQ(Contents(any), (std::vector<std::uint8_t>{4}));
  EXPECT_EQ(Contents(of_group), (std::vector<std::uint8_t>{4}));
  EXPECT_TRUE(Contents(ours).empty());
  EXPECT_EQ(Deliver({.destination = group, .port = 77}, 4, nullptr, true), Transport::Verdict::kDone)
      << "a group is never told that nobody is there";
}

TEST_F(UdpTest, WhatWaitsIsBoundedInDatagramsAndInBytes) {
  Socket socket(udp_);
  socket.options().most_packets = 3;
  socket.options().most_bytes = 2500;
  ASSERT_TRUE(socket.Bind({{}, 53}));
  for (std::uint8_t i = 0; i < 5; ++i) Deliver({}, i);
  EXPECT_EQ(socket.drops(), 2u);
  EXPECT_EQ(Contents(socket), (std::vector<std::uint8_t>{0, 1, 2}));
  for (int i = 0; i < 3; ++i) {
    ip_.Deliver(kUdp, Datagram({}, std::vector<std::byte>(1000)), {.source = kPeer, .destination = kOurs});
  }
  EXPECT_EQ(Contents(socket).size(), 2u);
  EXPECT_EQ(udp_.counters().queue_full, 3u);
}

TEST_F(UdpTest, DamagedAndImpossibleDatagramsAreCounted) {
  Socket socket(udp_);
  ASSERT_TRUE(socket.Bind({{}, 53}));
  const IpReceived received = {.source = kPeer, .destination = kOurs};
  Packet damaged = Datagram({}, std::array{std::byte{1}});
  damaged.header()[6] ^= std::byte{1};
  ip_.Deliver(kUdp, std::move(damaged), received);
  EXPECT_EQ(udp_.counters().wrong_checksum, 1u);
  ip_.Deliver(kUdp, Payload(7), received);
  Packet beyond = Datagram({}, std::array{std::byte{1}});
  beyond.header()[5] = std::byte{200};
  ip_.Deliver(kUdp, std::move(beyond), received);
  EXPECT_EQ(udp_.counters().malformed, 2u);
  EXPECT_FALSE(socket.CanReceive());
}

// [RFC8200] 8.1: without a checksum only over IPv4. [RFC768]
TEST_F(UdpTest, NoChecksumIsFineOnIpv4AndRefusedOnIpv6) {
  Socket socket(udp_);
  ASSERT_TRUE(socket.Bind({{}, 53}));
  for (const auto& [source, destination] : {std::pair<IpAddress, IpAddress>{TestIp::kPeer4, TestIp::kOurs4},
                                            std::pair<IpAddress, IpAddress>{TestIp::kPeer6, TestIp::kOurs6}}) {
    Packet packet = Datagram({}, std::array{std::byte{1}});
    packet.header()[6] = packet.header()[7] = std::byte{0};
    ip_.Deliver(kUdp, std::move(packet), {.source = source, .destination = destination});
  }
  EXPECT_EQ(Contents(socket).size(), 1u);
  EXPECT_EQ(udp_.counters().malformed, 1u);
}

TEST_F(UdpTest, WhatIpDeliversBeyondTheDatagramIsCutOff) {
  Socket socket(udp_);
  ASSERT_TRUE(socket.Bind({{}, 53}));
  Packet packet = Datagram({}, std::array{std::byte{1}});
  Buffer padding = context_.buffers().Take();
  ASSERT_TRUE(packet.Append(std::move(padding), 0, 17));
  ip_.Deliver(kUdp, std::move(packet), {.source = kPeer, .destination = kOurs});
  EXPECT_EQ(socket.PeekSize(), 1u);
}

TEST_F(UdpTest, NobodyAtAPortIsAVerdictAndThePacketStaysAsItIs) {
  Packet packet = Datagram({}, std::array{std::byte{1}});
  const auto before = BytesOf(packet);
  EXPECT_EQ(ip_.DeliverKept(kUdp, packet, {.source = kPeer, .destination = kOurs}), Transport::Verdict::kUnreachable);
  EXPECT_EQ(BytesOf(packet), before);
  EXPECT_EQ(udp_.counters().no_port, 1u);
}

TEST_F(UdpTest, AConnectedSocketHearsOnceThatNobodyIsThere) {
  CountingObserver observer;
  Socket socket(udp_, &observer);
  ASSERT_TRUE(socket.Connect({kPeer, 9}));
  ASSERT_TRUE(socket.Send(Payload(1)));
  const std::vector<std::byte> quoted = BytesOf(ip_.sent.front().packet);
  const IpError error = {
      .kind = IpError::Kind::kPortUnreachable, .source = kOurs, .destination = kPeer, .reporter = kPeer};
  IpError of_another = error;
  of_another.destination = Ipv4Address::Of(10, 0, 0, 3);
  ip_.Report(kUdp, of_another, quoted);
  ip_.Report(kUdp, error, std::span(quoted).first(7));
  EXPECT_FALSE(socket.CanReceive());
  EXPECT_EQ(udp_.counters().unknown_errors, 1u);
  ip_.Report(kUdp, error, quoted);
  EXPECT_EQ(observer.changes, 1);
  EXPECT_TRUE(socket.CanReceive());
  EXPECT_EQ(socket.Send(Payload(1)), Fail(Error::kRefused));
  EXPECT_TRUE(socket.Send(Payload(1)));
  ip_.Report(kUdp, error, quoted);
  EXPECT_EQ(socket.Receive().error(), Error::kRefused);
  EXPECT_EQ(socket.Receive().error(), Error::kWouldBlock);
}

TEST_F(UdpTest, APathsMtuShrinksOnlyByWordAboutWhatWasSent) {
  Socket socket(udp_);
  ASSERT_TRUE(socket.SendTo(Payload(1000), {kPeer, 9}));
  std::vector<std::byte> quoted = BytesOf(ip_.sent.front().packet);
  const IpError error = {.kind = IpError::Kind::kTooBig, .source = kOurs, .destination = kPeer, .mtu = 600};
  ip_.Report(kUdp, error, quoted);
  EXPECT_EQ(ip_.shrunk, (std::vector<std::pair<IpAddress, std::uint32_t>>{{kPeer, 600}}));
  EXPECT_FALSE(socket.CanReceive()) << "it is not connected";
  quoted[3] = std::byte{10};  // another port
  ip_.Report(kUdp, error, quoted);
  EXPECT_EQ(ip_.shrunk.size(), 1u);
}

TEST_F(UdpTest, WhatCannotBeSentIsSaid) {
  Socket socket(udp_);
  EXPECT_EQ(socket.Send(Payload(1)), Fail(Error::kInvalidArgument));
  EXPECT_EQ(socket.SendTo(Payload(1), {kPeer, 0}), Fail(Error::kInvalidArgument));
  EXPECT_EQ(socket.Connect({kPeer, 0}), Fail(Error::kInvalidArgument));
  EXPECT_EQ(socket.SendToAllFromUnspecified(Payload(1), 67), Fail(Error::kInvalidArgument));
  EXPECT_EQ(socket.Bind({kPeer, 53}), Fail(Error::kInvalidArgument));
  TestContext large(1, 8, 40, 4096);
  EXPECT_EQ(socket.SendTo(large.PacketOf(std::vector<std::byte>(65528)), {kPeer, 9}), Fail(Error::kTooLong));
  EXPECT_TRUE(socket.SendTo(large.PacketOf(std::vector<std::byte>(65507)), {kPeer, 9}));
  ip_.sent.clear();
  ip_.failure = Error::kUnreachable;
  EXPECT_EQ(socket.SendTo(Payload(1), {kPeer, 9}), Fail(Error::kUnreachable));
  EXPECT_EQ(socket.Connect({kPeer, 9}), Fail(Error::kUnreachable));
}

TEST_F(UdpTest, PortsOfOurChoiceAreSpreadEvenly) {
  constexpr int kSockets = 8000;
  std::vector<std::unique_ptr<Socket>> sockets;
  std::array<int, 16> parts = {};
  std::set<std::uint16_t> ports;
  for (int i = 0; i < kSockets; ++i) {
    ASSERT_TRUE(sockets.emplace_back(std::make_unique<Socket>(udp_))->Bind({}));
    const std::uint16_t port = sockets.back()->local().port;
    ASSERT_GE(port, 49152);
    ports.insert(port);
    ++parts[(port - 49152) / 1024];
  }
  EXPECT_EQ(ports.size(), static_cast<std::size_t>(kSockets));
  double chi_square = 0;
  for (const int count : parts) chi_square += (count - 500.0) * (count - 500.0) / 500.0;
  EXPECT_LT(chi_square, 30.6) << "one in a hundred seeds would fail";
}

TEST_F(UdpTest, WhenAllPortsAreTakenThatIsSaid) {
  std::array<Socket*, 16384> buckets;
  TestIp ip;
  Udp udp(context_, ip, buckets);
  std::vector<std::unique_ptr<Socket>> sockets;
  for (int i = 0; i < 16384; ++i) {
    ASSERT_TRUE(sockets.emplace_back(std::make_unique<Socket>(udp))->Bind({}));
  }
  Socket last(udp);
  EXPECT_EQ(last.Bind({}), Fail(Error::kInUse));
  sockets.pop_back();
  EXPECT_TRUE(last.Bind({}));
}

}  // namespace
}  // namespace net::udp
