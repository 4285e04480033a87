#include "net/link/tracer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/base/text.h"
#include "kernel/base/time.h"
#include "net/link/loopback.h"
#include "net/packet/packet.h"
#include "net/test_context.h"
#include "net/wire/address.h"
#include "net/wire/arp.h"
#include "net/wire/ethernet.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"
#include "net/wire/ipv6.h"
#include "net/wire/tcp.h"
#include "net/wire/udp.h"

namespace net::link {
namespace {

using Bytes = std::vector<std::byte>;
using wire::EtherType;
using wire::IpProtocol;

constexpr MacAddress kOurs = {{std::byte{2}, {}, {}, {}, {}, std::byte{1}}};
constexpr MacAddress kPeers = {{std::byte{2}, {}, {}, {}, {}, std::byte{0xab}}};
constexpr Ipv4Address kHere = Ipv4Address::Of(10, 0, 0, 1);
constexpr Ipv4Address kThere = Ipv4Address::Of(10, 0, 0, 2);
constexpr Ipv6Address kHere6 = Ipv6Address::Of(0xfd00, 0, 0, 0, 0, 0, 0, 1);
constexpr Ipv6Address kThere6 = Ipv6Address::Of(0xfd00, 0, 0, 0, 0, 0, 0, 2);

template <typename Header>
Bytes Written(const Header& header, std::size_t size) {
  Bytes bytes(size);
  header.Write(bytes);
  return bytes;
}

Bytes operator+(Bytes bytes, const Bytes& more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
  return bytes;
}

Bytes Ethernet(EtherType type) {
  const wire::Ethernet header = {.destination = kPeers, .source = kOurs, .type = type};
  return Written(header, header.size());
}

Bytes OfIpv4(IpProtocol protocol, const Bytes& payload, std::uint16_t offset = 0) {
  const wire::Ipv4 header = {.total_size = static_cast<std::uint16_t>(wire::kIpv4Size + payload.size()),
                             .identification = 77,
                             .fragment_offset = offset,
                             .protocol = protocol,
                             .source = kHere,
                             .destination = kThere};
  return Ethernet(EtherType::kIpv4) + Written(header, wire::kIpv4Size) + payload;
}

Bytes OfIpv6(IpProtocol protocol, const Bytes& payload) {
  const wire::Ipv6 header = {.payload_size = static_cast<std::uint16_t>(payload.size()),
                             .next_header = protocol,
                             .source = kHere6,
                             .destination = kThere6};
  return Ethernet(EtherType::kIpv6) + Written(header, wire::kIpv6Size) + payload;
}

Bytes Tcp() {
  const wire::Tcp header = {.source_port = 80,
                            .destination_port = 4000,
                            .sequence = 7,
                            .acknowledgment = 8,
                            .flags = wire::kSyn | wire::kAck,
                            .window = 1000};
  return Written(header, wire::kTcpSize) + Bytes(5);
}

Bytes Udp() {
  return Written(wire::Udp{.source_port = 53, .destination_port = 4000, .size = 11}, wire::kUdpSize) + Bytes(3);
}

std::string Line(const Bytes& frame) {
  std::array<char, 200> text;
  kernel::TextWriter line(text);
  DescribeFrame(std::span(frame).first(std::min(frame.size(), kMostTraced)), frame.size(), line);
  return std::string(line.text());
}

TEST(TracerTest, ALineSaysWhoSpeaksToWhomAndOfWhat) {
  EXPECT_EQ(Line(OfIpv4(IpProtocol::kTcp, Tcp())), "10.0.0.1:80 > 10.0.0.2:4000 tcp SA seq 7 ack 8 win 1000, 5 bytes");
  EXPECT_EQ(Line(OfIpv6(IpProtocol::kTcp, Tcp())),
            "[fd00::1]:80 > [fd00::2]:4000 tcp SA seq 7 ack 8 win 1000, 5 bytes");
  EXPECT_EQ(Line(OfIpv4(IpProtocol::kUdp, Udp())), "10.0.0.1:53 > 10.0.0.2:4000 udp, 3 bytes");
  EXPECT_EQ(Line(OfIpv6(IpProtocol::kIcmpv6, {std::byte{128}, std::byte{0}})),
            "fd00::1 > fd00::2 icmpv6 128/0, 2 bytes");
  EXPECT_EQ(Line(OfIpv4(IpProtocol::kIcmp, {std::byte{3}, std::byte{1}})), "10.0.0.1 > 10.0.0.2 icmp 3/1, 2 bytes");
  EXPECT_EQ(Line(OfIpv4(static_cast<IpProtocol>(89), Bytes(4))), "10.0.0.1 > 10.0.0.2 protocol 89, 4 bytes");
  EXPECT_EQ(Line(OfIpv4(IpProtocol::kUdp, Bytes(16), 1480)), "10.0.0.1 > 10.0.0.2 fragment of 77 at 1480, 16 bytes");
  const wire::Arp request = {.operation = wire::Arp::Operation::kRequest,
                             .sender_mac = kOurs,
                             .sender = kHere,
                             .target_mac = {},
                             .target = kThere};
  EXPECT_EQ(Line(Ethernet(EtherType::kArp) + Written(request, wire::kArpSize)), "arp who has 10.0.0.2, asks 10.0.0.1");
  wire::Arp reply = request;
  reply.operation = wire::Arp::Operation::kReply;
  EXPECT_EQ(Line(Ethernet(EtherType::kArp) + Written(reply, wire::kArpSize)), "arp 10.0.0.1 is at 02:00:00:00:00:01");
  EXPECT_EQ(Line(Ethernet(static_cast<EtherType>(0x88cc)) + Bytes(9)),
            "02:00:00:00:00:01 > 02:00:00:00:00:ab type 0x88cc, 9 bytes");
}

TEST(TracerTest, WhatIsBrokenIsSaidToBe) {
  EXPECT_EQ(Line({}), "no Ethernet, 0 bytes");
  EXPECT_EQ(Line(Ethernet(EtherType::kIpv4) + Bytes(20)), "ipv4, malformed");
  EXPECT_EQ(Line(Ethernet(EtherType::kIpv6)), "ipv6, malformed");
  EXPECT_EQ(Line(Ethernet(EtherType::kArp)), "arp, malformed");
  EXPECT_EQ(Line(OfIpv4(IpProtocol::kTcp, Bytes(3))), "10.0.0.1 > 10.0.0.2 tcp, malformed");
  EXPECT_EQ(Line(OfIpv4(IpProtocol::kUdp, {})), "10.0.0.1 > 10.0.0.2 udp, malformed");
  EXPECT_EQ(Line(OfIpv4(IpProtocol::kIcmp, {})), "10.0.0.1 > 10.0.0.2 protocol 1, 0 bytes");
}

class Lines final : public TraceSink {
 public:
  void Write(std::string_view line) override { all.emplace_back(line); }
  std::vector<std::string> all;
};

TEST(TracerTest, WhatIsSentAndWhatIsReceivedHaveALineEach) {
  TestContext context(1, 16, 16, 2048);
  Loopback loopback(8);
  Lines lines;
  Tracer tracer(loopback, lines);
  Packet packet = context->packets().Take();
  const Bytes frame = OfIpv4(IpProtocol::kUdp, Udp());
  std::ranges::copy(frame, packet.Prepend(frame.size()).begin());
  tracer.SetTime(kernel::Instant() + kernel::Duration::Milliseconds(12'345));
  EXPECT_TRUE(tracer.Transmit(0, std::move(packet)));
  tracer.Flush(0);
  std::array<Packet, 2> received;
  EXPECT_EQ(tracer.Receive(0, received), 1u);
  EXPECT_EQ(received[0].size(), frame.size());
  EXPECT_EQ(lines.all, (std::vector<std::string>{"> 12.345000 10.0.0.1:53 > 10.0.0.2:4000 udp, 3 bytes",
                                                 "< 12.345000 10.0.0.1:53 > 10.0.0.2:4000 udp, 3 bytes"}));
}

}  // namespace
}  // namespace net::link
