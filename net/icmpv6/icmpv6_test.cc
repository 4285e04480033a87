#include "net/icmpv6/icmpv6.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/time.h"
#include "net/ipv6/test_host.h"

namespace net::icmpv6 {
namespace {

using ipv6::Bytes;
using ipv6::Concatenate;
using ipv6::kFar;
using ipv6::kOwn;
using ipv6::kPeer;
using ipv6::Message;
using ipv6::Pattern;
using ipv6::Sent;
using kernel::Duration;
using wire::Icmpv6Type;
using wire::IpProtocol;

class Icmpv6Test : public testing::Test {
 protected:
  Icmpv6Test() {
    host_.Configure();
    host_.ip.Register(IpProtocol::kUdp, udp_);
  }

  void Receive(const Ipv6Address& source, const Ipv6Address& destination, const wire::Icmpv6& header,
               std::span<const std::byte> body = {}) {
    host_.Receive({.next_header = IpProtocol::kIcmpv6, .source = source, .destination = destination},
                  Message(source, destination, header, body),
                  destination.IsMulticast() ? MacOfGroup(destination) : TestDevice::kMac);
  }

  // A packet of ours as somebody quotes it.
  Bytes Quoted(const Ipv6Address& source, IpProtocol next, std::span<const std::byte> payload) {
    Bytes bytes(wire::kIpv6Size);
    wire::Ipv6{.payload_size = 1000, .next_header = next, .source = source, .destination = kFar}.Write(bytes);
    return Concatenate(bytes, payload);
  }

  ipv6::TestHost host_;
  ipv6::TestTransport udp_;
};

TEST_F(Icmpv6Test, AnEchoIsAnsweredWithItsPayload) {
  for (const std::size_t size : {0u, 1u, 56u, 1452u}) {
    for (const std::size_t slice : {4096u, 50u}) {
      host_.slice_size = slice;
      Receive(kPeer, kOwn, {.type = Icmpv6Type::kEchoRequest, .body = 0x1234'0007}, Pattern(size));
      const auto sent = host_.Take();
      ASSERT_TRUE(sent) << size << " " << slice;
      ASSERT_TRUE(sent->IsIcmpv6(Icmpv6Type::kEchoReply));
      EXPECT_EQ(sent->header.source, kOwn);
      EXPECT_EQ(sent->header.destination, kPeer);
      EXPECT_EQ(sent->icmpv6().body, 0x1234'0007u);
      EXPECT_EQ(Bytes(sent->payload.begin() + 8, sent->payload.end()), Pattern(size));
      EXPECT_TRUE(sent->HasRightChecksum());
    }
  }
}

TEST_F(Icmpv6Test, TheLargestEchoComesAndGoesInFragments) {
  const Bytes message =
      Message(kPeer, kOwn, {.type = Icmpv6Type::kEchoRequest, .body = 7}, Pattern(65'527 - wire::kIcmpv6Size));
  for (std::size_t offset = 0; offset < message.size(); offset += 1448) {
    Bytes fragment(wire::kIpv6FragmentSize);
    const std::size_t size = std::min<std::size_t>(1448, message.size() - offset);
    wire::Ipv6Fragment{.next_header = IpProtocol::kIcmpv6,
                       .offset = static_cast<std::uint16_t>(offset),
                       .has_more = offset + size < message.size(),
                       .identification = 9}
        .Write(fragment);
    host_.Receive({.next_header = IpProtocol::kFragment, .source = kPeer, .destination = kOwn},
                  Concatenate(fragment, std::span(message).subspan(offset, size)));
  }
  Bytes reply;
  for (const Sent& sent : host_.TakeAll()) reply = Concatenate(reply, std::span(sent.payload).subspan(8));
  EXPECT_EQ(reply,
            Message(kOwn, kPeer, {.type = Icmpv6Type::kEchoReply, .body = 7}, Pattern(65'527 - wire::kIcmpv6Size)));
}

TEST_F(Icmpv6Test, AnEchoToAGroupIsAnsweredFromAnAddressOfOursAndNotOften) {
  for (int i = 0; i < 100; ++i) Receive(kPeer, kAllNodes, {.type = Icmpv6Type::kEchoRequest, .body = 1});
  const std::vector<Sent> replies = host_.TakeAll();
  EXPECT_GE(replies.size(), 10u);
  EXPECT_LE(replies.size(), 40u);
  for (const Sent& sent : replies) {
    EXPECT_EQ(sent.header.source, kOwn);
    EXPECT_TRUE(sent.HasRightChecksum());
  }
}

TEST_F(Icmpv6Test, AMessageWithAWrongChecksumOrWithoutAHeaderIsDropped) {
  Bytes message = Message(kPeer, kOwn, {.type = Icmpv6Type::kEchoRequest}, Pattern(10));
  for (std::size_t i = 0; i < message.size(); ++i) {
    message[i] ^= std::byte{0x10};
    host_.Receive({.next_header = IpProtocol::kIcmpv6, .source = kPeer, .destination = kOwn}, message);
    message[i] ^= std::byte{0x10};
  }
  EXPECT_EQ(host_.icmpv6.counters().wrong_checksum, message.size());
  for (std::size_t size = 0; size < wire::kIcmpv6Size; ++size) {
    host_.Receive({.next_header = IpProtocol::kIcmpv6, .source = kPeer, .destination = kOwn},
                  std::span(message).first(size));
  }
  EXPECT_EQ(host_.icmpv6.counters().malformed, wire::kIcmpv6Size);
  EXPECT_FALSE(host_.Take());
}

TEST_F(Icmpv6Test, AnEchoThatClaimsToComeFromUsOrFromNobodyIsNotAnswered) {
  Receive(kOwn, kOwn, {.type = Icmpv6Type::kEchoRequest});
  Receive(kOwn, kAllNodes, {.type = Icmpv6Type::kEchoRequest});
  Receive(Ipv6Address(), kOwn, {.type = Icmpv6Type::kEchoRequest});
  EXPECT_FALSE(host_.Take());
}

// T16, T17: who reports what is told to the transport with enough of its header to check it.
TEST_F(Icmpv6Test, ErrorsOfOthersReachTheTransportWithWhatTheyQuote) {
  struct Case {
    Icmpv6Type type;
    std::uint8_t code;
    std::uint32_t body;
    IpError::Kind kind;
  };
  using Kind = IpError::Kind;
  const Case cases[] = {{Icmpv6Type::kDestinationUnreachable, 0, 0, Kind::kNetworkUnreachable},
                        {Icmpv6Type::kDestinationUnreachable, 1, 0, Kind::kProhibited},
                        {Icmpv6Type::kDestinationUnreachable, 3, 0, Kind::kHostUnreachable},
                        {Icmpv6Type::kDestinationUnreachable, 4, 0, Kind::kPortUnreachable},
                        {Icmpv6Type::kPacketTooBig, 0, 1300, Kind::kTooBig},
                        {Icmpv6Type::kTimeExceeded, 0, 0, Kind::kTimeExceeded},
                        {Icmpv6Type::kParameterProblem, 0, 40, Kind::kParameterProblem},
                        {Icmpv6Type::kParameterProblem, 1, 6, Kind::kProtocolUnreachable}};
  const Bytes transport = Pattern(20);
  for (const Case& each : cases) {
    udp_.errors.clear();
    Receive(ipv6::kRouter, kOwn, {.type = each.type, .code = each.code, .body = each.body},
            Quoted(kOwn, IpProtocol::kUdp, transport));
    ASSERT_EQ(udp_.errors.size(), 1u);
    EXPECT_EQ(udp_.errors[0].kind, each.kind);
    EXPECT_EQ(udp_.errors[0].source, IpAddress(kOwn));
    EXPECT_EQ(udp_.errors[0].destination, IpAddress(kFar));
    EXPECT_EQ(udp_.errors[0].reporter, IpAddress(ipv6::kRouter));
    EXPECT_EQ(udp_.errors[0].mtu, each.kind == Kind::kTooBig ? 1300u : 0u);
    EXPECT_EQ(udp_.quoted, transport);
  }
}

// T16: the message alone changes nothing; only a transport that knows the packet makes the path narrower.
TEST_F(Icmpv6Test, APacketTooBigThatNoTransportConfirmsChangesNoPath) {
  Receive(ipv6::kRouter, kOwn, {.type = Icmpv6Type::kPacketTooBig, .body = 1280},
          Quoted(kOwn, IpProtocol::kUdp, Pattern(20)));
  EXPECT_EQ(udp_.errors.size(), 1u);
  EXPECT_EQ(host_.ip.FindPath({}, kFar, nullptr)->mtu, 1500);
}

TEST_F(Icmpv6Test, ErrorsAboutWhatWeNeverSentAreDropped) {
  const wire::Icmpv6 error = {.type = Icmpv6Type::kDestinationUnreachable, .code = 4};
  Receive(kPeer, kOwn, error, Quoted(kPeer, IpProtocol::kUdp, Pattern(20)));
  Receive(kPeer, kOwn, error, Quoted(kOwn, IpProtocol::kTcp, Pattern(20)));  // nobody has TCP
  Receive(kPeer, kOwn, error, Quoted(kOwn, IpProtocol::kUdp, Pattern(7)));
  Bytes second(wire::kIpv6FragmentSize);
  wire::Ipv6Fragment{.next_header = IpProtocol::kUdp, .offset = 1448}.Write(second);
  Receive(kPeer, kOwn, error, Quoted(kOwn, IpProtocol::kFragment, Concatenate(second, Pattern(20))));
  EXPECT_EQ(host_.icmpv6.counters().foreign_errors, 4u);
  Bytes other_version = Quoted(kOwn, IpProtocol::kUdp, Pattern(20));
  other_version[0] = std::byte{0x45};
  Receive(kPeer, kOwn, error, other_version);
  for (std::size_t size = 0; size < wire::kIpv6Size; ++size) Receive(kPeer, kOwn, error, Bytes(size));
  EXPECT_EQ(host_.icmpv6.counters().malformed, 1u + wire::kIpv6Size);
  EXPECT_TRUE(udp_.errors.empty());
  EXPECT_FALSE(host_.Take());
}

TEST_F(Icmpv6Test, AQuotedFirstFragmentIsTheTransports) {
  Bytes first(wire::kIpv6FragmentSize);
  wire::Ipv6Fragment{.next_header = IpProtocol::kUdp, .offset = 0, .has_more = true}.Write(first);
  Receive(kPeer, kOwn, {.type = Icmpv6Type::kPacketTooBig, .body = 1280},
          Quoted(kOwn, IpProtocol::kFragment, Concatenate(first, Pattern(20))));
  ASSERT_EQ(udp_.errors.size(), 1u);
  EXPECT_EQ(udp_.quoted, Pattern(20));
}

// RFC 4443 2.4 (e).
TEST_F(Icmpv6Test, NoErrorIsSentAboutAnErrorAGroupOrNobody) {
  udp_.is_closed = true;
  const auto receive = [&](const Ipv6Address& source, const Ipv6Address& destination, const MacAddress& mac) {
    host_.Receive({.next_header = IpProtocol::kUdp, .source = source, .destination = destination}, Pattern(8), mac);
  };
  receive(kPeer, kAllNodes, MacOfGroup(kAllNodes));
  receive(kPeer, kOwn, kBroadcastMac);  // the frame was for all
  EXPECT_EQ(host_.icmpv6.counters().not_reported, 2u);
  // An error with an option that asks for one.
  const Bytes options = {std::byte{58}, {}, std::byte{0x9e}, std::byte{4}, {}, {}, {}, {}};
  const Bytes error = Message(kPeer, kOwn, {.type = Icmpv6Type::kTimeExceeded}, Pattern(60));
  host_.Receive({.next_header = IpProtocol::kDestinationOptions, .source = kPeer, .destination = kOwn},
                Concatenate(options, error));
  const Bytes redirect = Message(kPeer, kOwn, {.type = Icmpv6Type::kRedirect}, Pattern(60));
  host_.Receive({.next_header = IpProtocol::kDestinationOptions, .source = kPeer, .destination = kOwn},
                Concatenate(options, redirect));
  EXPECT_EQ(host_.icmpv6.counters().not_reported, 4u);
  host_.Receive({.next_header = IpProtocol::kDestinationOptions, .source = Ipv6Address(), .destination = kOwn},
                Concatenate(options, Message(Ipv6Address(), kOwn, {.type = Icmpv6Type::kEchoRequest})));
  EXPECT_EQ(host_.icmpv6.counters().not_reported, 5u);
  EXPECT_FALSE(host_.Take());
}

TEST_F(Icmpv6Test, AReportFitsTheSmallestLinkAndQuotesAsMuchAsItCan) {
  udp_.is_closed = true;
  host_.Receive({.next_header = IpProtocol::kUdp, .source = kPeer, .destination = kOwn}, Pattern(1400));
  const auto sent = host_.Take();
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->payload.size() + wire::kIpv6Size, wire::kIpv6MinimumMtu);
  EXPECT_TRUE(sent->HasRightChecksum());
}

TEST_F(Icmpv6Test, ReportsAreLimitedAndComeBackWithTime) {
  udp_.is_closed = true;
  const auto flood = [&](int count) {
    for (int i = 0; i < count; ++i) {
      host_.Receive({.next_header = IpProtocol::kUdp, .source = kPeer, .destination = kOwn}, Pattern(8));
    }
    return host_.TakeAll().size();
  };
  const std::size_t burst = flood(1000);
  EXPECT_GE(burst, 10u);
  EXPECT_LE(burst, 40u);
  EXPECT_EQ(flood(1000), 0u);
  std::size_t reports = 0;
  for (int i = 0; i < 100; ++i) {
    host_.Advance(Duration::Milliseconds(100));
    reports += flood(100);
  }
  EXPECT_GE(reports, 900u);
  EXPECT_LE(reports, 1'100u);
}

TEST_F(Icmpv6Test, WithoutMemoryNothingIsReported) {
  udp_.is_closed = true;
  std::vector<Packet> hoard;
  while (host_.context.packets().free_count() > 1) hoard.push_back(host_.context.packets().Take());
  host_.Receive({.next_header = IpProtocol::kUdp, .source = kPeer, .destination = kOwn}, Pattern(8));
  hoard.clear();
  EXPECT_FALSE(host_.Take());
}

TEST_F(Icmpv6Test, MessagesOfATypeGoToWhoeverAsksForThem) {
  class Replies final : public MessageReceiver {
   public:
    void Receive(Packet& packet, const wire::Icmpv6& header, const IpReceived&) override {
      bodies.push_back(header.body);
      size = packet.size();
    }
    std::vector<std::uint32_t> bodies;
    std::size_t size = 0;
  } replies;
  host_.icmpv6.Register(Icmpv6Type::kEchoReply, replies);
  Receive(kPeer, kOwn, {.type = Icmpv6Type::kEchoReply, .body = 5}, Pattern(3));
  EXPECT_EQ(replies.bodies, std::vector<std::uint32_t>{5});
  EXPECT_EQ(replies.size, 11u);
  Receive(kPeer, kOwn, {.type = static_cast<Icmpv6Type>(200)});
  EXPECT_EQ(host_.icmpv6.counters().unknown_type, 1u);
  EXPECT_FALSE(host_.Take());
}

}  // namespace
}  // namespace net::icmpv6
