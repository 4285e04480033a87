#include "net/dns/resolver.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/dns/answer.h"
#include "net/dns/test_message.h"
#include "net/ip/ip.h"
#include "net/ip/test_ip.h"
#include "net/test_context.h"
#include "net/udp/socket.h"
#include "net/udp/udp.h"
#include "net/wire/address.h"
#include "net/wire/dns.h"
#include "net/wire/dns_name.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/udp.h"

namespace net::dns {
namespace {

using kernel::Duration;
using kernel::Error;
using wire::DnsCode;
using wire::DnsQuestion;
using wire::DnsType;

constexpr Ipv4Address kFirst = Ipv4Address::Of(192, 0, 2, 53);
constexpr Ipv4Address kSecond = Ipv4Address::Of(198, 51, 100, 53);
constexpr Ipv4Address kHost = Ipv4Address::Of(203, 0, 113, 7);
const DnsQuestion kQuestion = {.name = NameOf("www.example.org"), .type = DnsType::kA};

// A resolver with two servers, on a network where the test is everybody else.
class ResolverTest : public testing::Test, protected LookupObserver, protected StreamQueries {
 protected:
  struct Query {
    IpAddress server;
    std::uint16_t port = 0;  // of ours
    std::uint16_t id = 0;
    DnsQuestion question = {};
  };

  ResolverTest() { resolver_.SetServers(std::array<IpAddress, 2>{kFirst, kSecond}); }

  void OnResolved(Lookup& lookup) override {
    ++resolved_;
    if (on_resolved_) on_resolved_(lookup);
  }
  bool Ask(Lookup& lookup, const Endpoint& server, std::span<const std::byte> query) override {
    if (!has_streams_) return false;
    streamed_ = {.server = server.address,
                 .id = wire::DnsHeader::Parse(query)->id,
                 .question = *wire::DnsReader(query).ReadQuestion()};
    stream_ = &lookup;
    return true;
  }
  void Cancel(Lookup&) override { stream_ = nullptr; }

  // The query that was sent last.
  Query Last() {
    const TestIp::Sent& sent = ip_.sent.back();
    const auto bytes = BytesOf(sent.packet);
    const auto message = std::span(bytes).subspan(8);
    return {.server = sent.send.destination,
            .port = wire::Udp::Parse(bytes, bytes.size())->source_port,
            .id = wire::DnsHeader::Parse(message)->id,
            .question = *wire::DnsReader(message).ReadQuestion()};
  }
  TestReply ReplyTo(const Query& query) { return {query.id, query.question}; }

  void Deliver(const Query& query, const std::vector<std::byte>& message, std::uint16_t source_port = 53) {
    Packet packet = context_.PacketOf(message);
    wire::Udp{.source_port = source_port,
              .destination_port = query.port,
              .size = static_cast<std::uint16_t>(8 + message.size())}
        .Write(packet.Prepend(8));
    const IpAddress ours = query.server.IsIpv4() ? IpAddress(TestIp::kOurs4) : IpAddress(TestIp::kOurs6);
    ip_.Deliver(wire::IpProtocol::kUdp, std::move(packet), {.source = query.server, .destination = ours});
    context_.Advance({});
  }
  void Deliver(const TestReply& reply) { Deliver(Last(), reply.Bytes()); }
  void AnswerLast() { Deliver(ReplyTo(Last()).A("www.example.org", 60, kHost)); }

  TestContext context_;
  TestIp ip_;
  std::array<udp::Socket*, 16> buckets_ = {};
  udp::Udp udp_{context_, ip_, buckets_};
  std::vector<std::byte> storage_ = std::vector<std::byte>(Cache::StorageFor(16));
  Resolver resolver_{context_, udp_, storage_};
  int resolved_ = 0;
  std::function<void(Lookup&)> on_resolved_;
  bool has_streams_ = true;
  Query streamed_;
  Lookup* stream_ = nullptr;
  Lookup lookup_{resolver_, *this};
};

TEST_F(ResolverTest, ANameIsAskedForAndItsAddressRemembered) {
  lookup_.Start(kQuestion);
  EXPECT_TRUE(lookup_.is_running());
  EXPECT_EQ(Last().server, IpAddress(kFirst));
  EXPECT_EQ(Last().question.name, kQuestion.name);
  AnswerLast();
  EXPECT_EQ(resolved_, 1);
  ASSERT_TRUE(lookup_.result());
  EXPECT_EQ(lookup_.result()->addresses[0], IpAddress(kHost));

  context_.Advance(Duration::Seconds(59));
  lookup_.Start(kQuestion);
  EXPECT_FALSE(lookup_.is_running());
  EXPECT_EQ(lookup_.result()->addresses[0], IpAddress(kHost));
  EXPECT_EQ(ip_.sent.size(), 1u);
  context_.Advance(Duration::Seconds(1));
  lookup_.Start(kQuestion);
  EXPECT_TRUE(lookup_.is_running());
  EXPECT_EQ(ip_.sent.size(), 2u);
}

TEST_F(ResolverTest, ThatThereIsNoneIsRememberedToo) {
  lookup_.Start(kQuestion);
  TestReply reply = ReplyTo(Last()).Soa("example.org", 300, 30);
  reply.header().code = DnsCode::kNoName;
  Deliver(reply);
  EXPECT_EQ(lookup_.result()->kind, Answer::Kind::kNoName);
  lookup_.Start(kQuestion);
  EXPECT_FALSE(lookup_.is_running());
  EXPECT_EQ(lookup_.result()->kind, Answer::Kind::kNoName);
}

TEST_F(ResolverTest, EachTryHasAPortAnIdAndASpellingOfItsOwn) {
  std::set<std::uint16_t> ports;
  std::set<std::uint16_t> ids;
  std::set<std::vector<std::byte>> spellings;
  for (int i = 0; i < 1000; ++i) {
    lookup_.Start(kQuestion);
    const Query query = Last();
    ports.insert(query.port);
    ids.insert(query.id);
    const auto bytes = query.question.name.bytes();
    spellings.emplace(bytes.begin(), bytes.end());
    EXPECT_GE(query.port, 1024);
    lookup_.Cancel();
  }
  EXPECT_GT(ports.size(), 950u);      // of 16,384, in 1,000 tries
  EXPECT_GT(ids.size(), 985u);        // of 65,536
  EXPECT_GT(spellings.size(), 900u);  // of 2^13
}

TEST_F(ResolverTest, SilentServersAreAskedInTurnWithMorePatience) {
  lookup_.Start(kQuestion);
  std::vector<std::pair<IpAddress, std::int64_t>> asked;
  while (lookup_.is_running()) {
    const std::size_t count = ip_.sent.size();
    asked.emplace_back(Last().server, context_->now().nanoseconds / 1'000'000'000);
    while (lookup_.is_running() && ip_.sent.size() == count) context_.Advance(Duration::Milliseconds(500));
  }
  const std::vector<std::pair<IpAddress, std::int64_t>> expected = {
      {kFirst, 0}, {kSecond, 1}, {kFirst, 2}, {kSecond, 4}, {kFirst, 6}, {kSecond, 10}, {kFirst, 14}, {kSecond, 22}};
  EXPECT_EQ(asked, expected);
  EXPECT_EQ(lookup_.result().error(), Error::kTimedOut);
  EXPECT_EQ(resolver_.counters().time_outs, 8u);
  EXPECT_EQ(resolved_, 1);
}

TEST_F(ResolverTest, AServerThatAnsweredIsAskedFirstTheNextTime) {
  lookup_.Start(kQuestion);
  context_.Advance(Duration::Seconds(1));
  EXPECT_EQ(Last().server, IpAddress(kSecond));
  AnswerLast();
  lookup_.Start({.name = NameOf("other"), .type = DnsType::kA});
  EXPECT_EQ(Last().server, IpAddress(kSecond));
}

TEST_F(ResolverTest, AServerThatWillNotSayIsLeftAtOnce) {
  lookup_.Start(kQuestion);
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(lookup_.is_running());
    TestReply reply = ReplyTo(Last());
    reply.header().code = DnsCode::kServerFailure;
    Deliver(reply);
  }
  EXPECT_EQ(lookup_.result().error(), Error::kUnreachable);
  EXPECT_EQ(resolver_.counters().failures, 8u);
}

TEST_F(ResolverTest, WithoutAServerOrARouteThereIsNoAnswer) {
  ip_.failure = Error::kUnreachable;
  lookup_.Start(kQuestion);
  EXPECT_FALSE(lookup_.is_running());
  EXPECT_EQ(lookup_.result().error(), Error::kUnreachable);
  ip_.failure.reset();
  resolver_.SetServers({});
  lookup_.Start(kQuestion);
  EXPECT_FALSE(lookup_.is_running());
  EXPECT_EQ(lookup_.result().error(), Error::kUnreachable);
  EXPECT_EQ(resolved_, 0);
}

// CVE-2020-24334, CVE-2020-17439 and [RFC5452] 9.1.
TEST_F(ResolverTest, OnlyTheServerThatWasAskedWithAllThatWasSentIsBelieved) {
  lookup_.Start(kQuestion);
  const Query query = Last();
  const auto good = ReplyTo(query).A("www.example.org", 60, Ipv4Address::Of(6, 6, 6, 6)).Bytes();
  Query forged = query;
  forged.server = kSecond;
  Deliver(forged, good);     // another server
  Deliver(query, good, 54);  // another port of the server
  forged = query;
  forged.port ^= 1;
  Deliver(forged, good);  // another port of ours
  EXPECT_EQ(resolver_.counters().not_ours, 0u);

  forged = query;
  forged.id ^= 1;
  Deliver(query, ReplyTo(forged).A("www.example.org", 60, kHost).Bytes());
  forged = query;
  forged.question.name.ShuffleCase(~query.question.name.bytes().size());
  if (!forged.question.name.IsSameBytes(query.question.name)) {
    Deliver(query, ReplyTo(forged).A("www.example.org", 60, kHost).Bytes());
  }
  forged = query;
  forged.question.type = DnsType::kAaaa;
  Deliver(query, ReplyTo(forged).Bytes());
  EXPECT_EQ(resolver_.counters().not_ours, 3u);
  Deliver(query, std::vector<std::byte>(5));
  Deliver(query, std::vector<std::byte>(513));
  EXPECT_EQ(resolver_.counters().malformed, 2u);
  EXPECT_TRUE(lookup_.is_running());
  AnswerLast();
  EXPECT_EQ(lookup_.result()->addresses[0], IpAddress(kHost));
}

TEST_F(ResolverTest, WhoGuessesGetsSixteenTriesAndThenAnotherTarget) {
  lookup_.Start(kQuestion);
  const Query query = Last();
  Query forged = query;
  for (int i = 1; i <= 15; ++i) {
    forged.id = static_cast<std::uint16_t>(query.id + i);
    Deliver(query, ReplyTo(forged).Bytes());
  }
  EXPECT_EQ(ip_.sent.size(), 1u);
  forged.id = static_cast<std::uint16_t>(query.id + 16);
  Deliver(query, ReplyTo(forged).Bytes());
  ASSERT_EQ(ip_.sent.size(), 2u);
  EXPECT_NE(Last().port, query.port);
  AnswerLast();
  EXPECT_TRUE(lookup_.result());
}

TEST_F(ResolverTest, LaterRoundsDoWithoutTheSpelling) {
  lookup_.Start(kQuestion);
  context_.Advance(Duration::Seconds(6));
  Query query = Last();
  query.question.name = kQuestion.name;
  Deliver(ReplyTo(query).A("www.example.org", 60, kHost));
  EXPECT_TRUE(lookup_.result());
}

TEST_F(ResolverTest, AnAliasIsAskedForItself) {
  lookup_.Start(kQuestion);
  Deliver(ReplyTo(Last()).Alias("www.example.org", 30, "web.example.com"));
  EXPECT_EQ(Last().question.name, NameOf("web.example.com"));
  Deliver(ReplyTo(Last()).A("web.example.com", 60, kHost));
  ASSERT_TRUE(lookup_.result());
  EXPECT_EQ(lookup_.result()->ttl, 30u);
  lookup_.Start(kQuestion);
  EXPECT_FALSE(lookup_.is_running());
}

TEST_F(ResolverTest, AliasesWithoutAnEndAreGivenUp) {
  lookup_.Start(kQuestion);
  while (lookup_.is_running()) {
    ASSERT_LT(ip_.sent.size(), 20u);
    std::array<char, wire::kMostNameText> text;
    const std::size_t size = *Last().question.name.WriteText(text);
    Deliver(ReplyTo(Last()).Alias({text.data(), size}, 30, ip_.sent.size() % 2 == 0 ? "a" : "b"));
  }
  EXPECT_EQ(lookup_.result().error(), Error::kUnreachable);
  EXPECT_EQ(ip_.sent.size(), 9u);
}

TEST_F(ResolverTest, WhatIsTruncatedIsAskedAgainOverAStream) {
  resolver_.UseStreams(*this);
  lookup_.Start(kQuestion);
  TestReply cut = ReplyTo(Last());
  cut.header().is_truncated = true;
  Deliver(cut);
  ASSERT_EQ(stream_, &lookup_);
  EXPECT_EQ(streamed_.server, IpAddress(kFirst));
  EXPECT_EQ(streamed_.question.name, kQuestion.name);
  const auto whole = ReplyTo(streamed_).A("www.example.org", 60, kHost).Bytes();
  stream_->OnStreamReply(whole);
  EXPECT_EQ(lookup_.result()->addresses[0], IpAddress(kHost));
}

TEST_F(ResolverTest, AStreamThatFailsOrIsSilentLeadsToTheNextServer) {
  resolver_.UseStreams(*this);
  lookup_.Start(kQuestion);
  TestReply cut = ReplyTo(Last());
  cut.header().is_truncated = true;
  Deliver(cut);
  stream_->OnStreamFailure();
  EXPECT_EQ(Last().server, IpAddress(kSecond));
  cut = ReplyTo(Last());
  cut.header().is_truncated = true;
  Deliver(cut);
  ASSERT_NE(stream_, nullptr);
  context_.Advance(Duration::Seconds(5));
  EXPECT_EQ(stream_, nullptr);
  EXPECT_EQ(Last().server, IpAddress(kFirst));
  has_streams_ = false;
  cut = ReplyTo(Last());
  cut.header().is_truncated = true;
  Deliver(cut);
  EXPECT_EQ(Last().server, IpAddress(kSecond));
}

TEST_F(ResolverTest, TheSameQuestionIsAskedOnceForAll) {
  Lookup second(resolver_, *this);
  Lookup third(resolver_, *this);
  lookup_.Start(kQuestion);
  second.Start(kQuestion);
  third.Start(kQuestion);
  EXPECT_EQ(ip_.sent.size(), 1u);
  lookup_.Cancel();  // the next one goes on for the third
  EXPECT_EQ(ip_.sent.size(), 2u);
  AnswerLast();
  EXPECT_EQ(resolved_, 2);
  EXPECT_TRUE(second.result());
  EXPECT_TRUE(third.result());
  EXPECT_FALSE(third.is_running());
}

TEST_F(ResolverTest, WhoIsToldMayAskAgain) {
  int again = 0;
  on_resolved_ = [&](Lookup& lookup) {
    if (++again < 4) lookup.Start({.name = NameOf("n"), .type = DnsType::kA});
  };
  Lookup second(resolver_, *this);
  lookup_.Start(kQuestion);
  second.Start(kQuestion);
  AnswerLast();
  Deliver(ReplyTo(Last()).A("n", 0, kHost));
  EXPECT_EQ(again, 4);
  Deliver(ReplyTo(Last()).A("n", 0, kHost));
  EXPECT_EQ(again, 5);
  EXPECT_FALSE(lookup_.is_running() || second.is_running());
}

TEST_F(ResolverTest, WhatIcmpSaysCountsAtOnce) {
  lookup_.Start(kQuestion);
  const auto quoted = BytesOf(ip_.sent.back().packet);
  ip_.Report(
      wire::IpProtocol::kUdp,
      {.kind = IpError::Kind::kPortUnreachable, .source = TestIp::kOurs4, .destination = kFirst, .reporter = kFirst},
      std::span(quoted).first(8));
  context_.Advance({});
  EXPECT_EQ(Last().server, IpAddress(kSecond));
}

TEST_F(ResolverTest, LocalhostAndInvalidNeedNoServer) {
  const auto ask = [&](std::string_view name, DnsType type) {
    lookup_.Start({.name = NameOf(name), .type = type});
    EXPECT_FALSE(lookup_.is_running());
    return *lookup_.result();
  };
  EXPECT_EQ(ask("localhost", DnsType::kA).addresses[0], IpAddress(Ipv4Address::Of(127, 0, 0, 1)));
  EXPECT_EQ(ask("a.LocalHost", DnsType::kAaaa).addresses[0], IpAddress(Ipv6Address::Of(0, 0, 0, 0, 0, 0, 0, 1)));
  EXPECT_EQ(ask("localhost", DnsType::kPtr).kind, Answer::Kind::kNoData);
  EXPECT_EQ(ask("a.invalid", DnsType::kA).kind, Answer::Kind::kNoName);
  EXPECT_EQ(ip_.sent.size(), 0u);
}

TEST_F(ResolverTest, WithoutMemoryItTriesLaterOrSaysSo) {
  std::vector<Buffer> hoard;
  while (Buffer buffer = context_.buffers().Take()) hoard.push_back(std::move(buffer));
  lookup_.Start(kQuestion);
  EXPECT_EQ(lookup_.result().error(), Error::kUnreachable);
  hoard.clear();
  lookup_.Start(kQuestion);
  AnswerLast();
  EXPECT_TRUE(lookup_.result());
}

}  // namespace
}  // namespace net::dns
