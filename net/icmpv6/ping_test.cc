#include "net/icmpv6/ping.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/ipv6/test_host.h"
#include "net/packet/packet.h"
#include "net/test_context.h"
#include "net/wire/address.h"
#include "net/wire/icmpv6.h"
#include "net/wire/ip_protocol.h"

namespace net::icmpv6 {
namespace {

using ipv6::kFar;
using ipv6::kOwn;
using ipv6::kPeer;
using ipv6::Pattern;

class Asker final : public Ping::Observer {
 public:
  explicit Asker(EchoReplies& replies) : ping(replies, *this) {}
  void OnReply(const Ping::Reply& reply, const Packet& payload) override {
    replies.push_back(reply);
    bytes = BytesOf(payload);
  }

  Ping ping;
  std::vector<Ping::Reply> replies;
  std::vector<std::byte> bytes;
};

class PingTest : public testing::Test {
 protected:
  PingTest() { host_.Configure(); }

  // Sends an echo, and takes it from the wire.
  ipv6::Sent Ask(Asker& asker, std::size_t size = 56) {
    EXPECT_TRUE(asker.ping.Send(kPeer, host_.context.PacketOf(Pattern(size))));
    return host_.Take().value();
  }

  void Answer(const ipv6::Sent& asked, const Ipv6Address& source = kPeer) {
    const wire::Icmpv6 header = {.type = wire::Icmpv6Type::kEchoReply, .body = asked.icmpv6().body};
    const auto body = std::span(asked.payload).subspan(wire::kIcmpv6Size);
    host_.Receive({.next_header = wire::IpProtocol::kIcmpv6, .hop_limit = 61, .source = source, .destination = kOwn},
                  ipv6::Message(source, kOwn, header, body));
  }

  ipv6::TestHost host_;
  EchoReplies replies_{host_.icmpv6};
};

TEST_F(PingTest, AnEchoIsWellFormedAndItsAnswerSaysHowFarTheHostIs) {
  Asker asker(replies_);
  const ipv6::Sent asked = Ask(asker);
  EXPECT_TRUE(asked.IsIcmpv6(wire::Icmpv6Type::kEchoRequest) && asked.HasRightChecksum());
  EXPECT_EQ(asked.header.source, kOwn);
  host_.Advance(kernel::Duration::Milliseconds(7));
  Answer(asked);
  ASSERT_EQ(asker.replies.size(), 1u);
  EXPECT_EQ(asker.replies[0].source, kPeer);
  EXPECT_EQ(asker.replies[0].hop_limit, 61);
  EXPECT_EQ(asker.replies[0].size, 56u);
  EXPECT_EQ(asker.replies[0].round_trip, kernel::Duration::Milliseconds(7));
  EXPECT_EQ(asker.bytes, Pattern(56));
}

TEST_F(PingTest, AnAnswerCountsOnceAndOnlyFromWhoWasAsked) {
  Asker asker(replies_);
  const ipv6::Sent asked = Ask(asker);
  Answer(asked, kFar);
  EXPECT_TRUE(asker.replies.empty());
  Answer(asked);
  Answer(asked);
  EXPECT_EQ(asker.replies.size(), 1u);
}

TEST_F(PingTest, AnAnswerIsLostWhenSixteenMoreWereAsked) {
  Asker asker(replies_);
  const ipv6::Sent first = Ask(asker);
  for (std::size_t i = 0; i < Ping::kMostOpen; ++i) Ask(asker);
  Answer(first);
  EXPECT_TRUE(asker.replies.empty());
}

TEST_F(PingTest, EachAskerHearsItsOwnAnswers) {
  Asker one(replies_);
  Asker other(replies_);
  ipv6::Sent asked = Ask(one);
  {
    Asker third(replies_);
    asked = Ask(other);
  }
  Answer(asked);
  EXPECT_TRUE(one.replies.empty());
  EXPECT_EQ(other.replies.size(), 1u);
  asked.payload[4] ^= std::byte{0xff};  // nobody's identifier
  Answer(asked);
  EXPECT_EQ(other.replies.size(), 1u);
}

TEST_F(PingTest, WithoutARouteNothingIsSent) {
  Asker asker(replies_);
  host_.routes.RemoveAll(host_.interface);
  EXPECT_EQ(asker.ping.Send(kFar, host_.context.PacketOf(Pattern(1))).error(), kernel::Error::kUnreachable);
  EXPECT_FALSE(host_.Take());
}

}  // namespace
}  // namespace net::icmpv6
