#include "net/dns/answer.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "net/dns/test_message.h"
#include "net/wire/address.h"
#include "net/wire/dns.h"
#include "net/wire/dns_name.h"

namespace net::dns {
namespace {

using wire::DnsCode;
using wire::DnsQuestion;
using wire::DnsType;

constexpr std::uint16_t kId = 0x1234;
constexpr Ipv4Address kHost = Ipv4Address::Of(192, 0, 2, 7);
const DnsQuestion kQuestion = {.name = NameOf("www.example.org"), .type = DnsType::kA};

TestReply Reply() { return TestReply(kId, kQuestion); }

auto Read(const TestReply& reply, bool is_case_exact = true) {
  return ReadReply(reply.Bytes(), kId, kQuestion, is_case_exact);
}

TEST(DnsAnswerTest, AddressesComeWithTheShortestTime) {
  const auto answer =
      Read(Reply().A("www.example.org", 300, kHost).A("www.example.org", 200, Ipv4Address::Of(192, 0, 2, 8)));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->kind, Answer::Kind::kAddresses);
  ASSERT_EQ(answer->count, 2);
  EXPECT_EQ(answer->addresses[0], IpAddress(kHost));
  EXPECT_EQ(answer->ttl, 200u);
}

TEST(DnsAnswerTest, AtMostEightAddressesAreKept) {
  TestReply reply = Reply();
  for (int i = 0; i < 20; ++i) reply.A("www.example.org", 300, kHost);
  EXPECT_EQ(Read(reply)->view().size(), 8u);
}

TEST(DnsAnswerTest, AliasesAreFollowedInAnyOrderAndTheirTimesCount) {
  const auto answer = Read(Reply()
                               .A("c.example", 300, kHost)
                               .Alias("b.example", 50, "c.example")
                               .Alias("WWW.example.org", 100, "b.example"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->kind, Answer::Kind::kAddresses);
  EXPECT_EQ(answer->ttl, 50u);
}

TEST(DnsAnswerTest, AnAliasThatTheServerDidNotFollowIsToBeAsked) {
  const auto answer = Read(Reply().Alias("www.example.org", 100, "b.example"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->kind, Answer::Kind::kAlias);
  EXPECT_EQ(answer->name, NameOf("b.example"));
}

TEST(DnsAnswerTest, AliasesInACircleOrWithoutAnEndAreAFailure) {
  EXPECT_EQ(Read(Reply().Alias("www.example.org", 1, "b.example").Alias("b.example", 1, "www.example.org")).error(),
            ReplyError::kFailure);
  TestReply reply = Reply().Alias("www.example.org", 1, "n0");
  for (int i = 0; i < 7; ++i) reply.Alias("n" + std::to_string(i), 1, "n" + std::to_string(i + 1));
  TestReply longer = reply;
  EXPECT_TRUE(Read(reply.A("n7", 1, kHost)));
  EXPECT_EQ(Read(longer.Alias("n7", 1, "n8").A("n8", 1, kHost)).error(), ReplyError::kFailure);
}

TEST(DnsAnswerTest, WhatNobodyAskedForIsNotBelieved) {
  const auto answer = Read(Reply().A("www.bank.example", 300, kHost));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->kind, Answer::Kind::kNoData);
}

TEST(DnsAnswerTest, AMissingNameHoldsAsLongAsItsZoneSays) {
  TestReply reply = Reply().Soa("example.org", 300, 60);
  reply.header().code = DnsCode::kNoName;
  EXPECT_EQ(Read(reply)->kind, Answer::Kind::kNoName);
  EXPECT_EQ(Read(reply)->ttl, 60u);
  reply.header().code = DnsCode::kNoError;
  EXPECT_EQ(Read(reply)->kind, Answer::Kind::kNoData);
  EXPECT_EQ(Read(reply)->ttl, 60u);
  EXPECT_EQ(Read(Reply().Soa("example.com", 300, 60))->ttl, 0u);  // another zone's word
  EXPECT_EQ(Read(Reply())->ttl, 0u);
}

TEST(DnsAnswerTest, AReplyToAnotherQuestionIsNotForUs) {
  const auto bytes = Reply().A("www.example.org", 300, kHost).Bytes();
  EXPECT_EQ(ReadReply(bytes, kId + 1, kQuestion, true).error(), ReplyError::kNotForUs);
  DnsQuestion other = kQuestion;
  other.type = DnsType::kAaaa;
  EXPECT_EQ(ReadReply(bytes, kId, other, true).error(), ReplyError::kNotForUs);
  other = kQuestion;
  other.name = NameOf("www.example.com");
  EXPECT_EQ(ReadReply(bytes, kId, other, true).error(), ReplyError::kNotForUs);
  other.name = NameOf("www.Example.org");
  EXPECT_EQ(ReadReply(bytes, kId, other, true).error(), ReplyError::kNotForUs);
  EXPECT_TRUE(ReadReply(bytes, kId, other, false));
  TestReply reply = Reply();
  reply.header().is_response = false;
  EXPECT_EQ(Read(reply).error(), ReplyError::kNotForUs);
  EXPECT_EQ(Read(Reply().AddQuestion(kQuestion)).error(), ReplyError::kNotForUs);
}

TEST(DnsAnswerTest, TruncationAndRefusalsAreTold) {
  TestReply reply = Reply();
  reply.header().is_truncated = true;
  EXPECT_EQ(Read(reply).error(), ReplyError::kTruncated);
  for (const DnsCode code : {DnsCode::kFormatError, DnsCode::kServerFailure, DnsCode::kRefused}) {
    TestReply refusal = Reply();
    refusal.header().code = code;
    EXPECT_EQ(Read(refusal).error(), ReplyError::kFailure);
  }
}

TEST(DnsAnswerTest, OneBadRecordSpoilsTheReply) {
  TestReply reply = Reply().A("www.example.org", 300, kHost);
  const std::byte three[3] = {};
  reply.Record("www.example.org", DnsType::kA, 300, three);
  ++reply.header().answers;
  EXPECT_EQ(Read(reply).error(), ReplyError::kMalformed);
  std::vector<std::byte> cut = Reply().A("www.example.org", 300, kHost).Bytes();
  cut.pop_back();
  EXPECT_EQ(ReadReply(cut, kId, kQuestion, true).error(), ReplyError::kMalformed);
  TestReply many = Reply();
  for (int i = 0; i < 129; ++i) many.A("a", 1, kHost);
  EXPECT_EQ(Read(many).error(), ReplyError::kMalformed);
}

TEST(DnsAnswerTest, AnAddressHasAName) {
  const DnsQuestion question = {.name = wire::DnsName::ForAddress(kHost), .type = DnsType::kPtr};
  const TestReply reply = TestReply(kId, question).Ptr("7.2.0.192.in-addr.arpa", 10, "www.example.org");
  const auto answer = ReadReply(reply.Bytes(), kId, question, true);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->kind, Answer::Kind::kName);
  EXPECT_EQ(answer->name, NameOf("www.example.org"));
}

}  // namespace
}  // namespace net::dns
