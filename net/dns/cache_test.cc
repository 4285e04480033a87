#include "net/dns/cache.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kernel/base/time.h"
#include "net/dns/answer.h"
#include "net/dns/test_message.h"
#include "net/test_context.h"
#include "net/wire/address.h"
#include "net/wire/dns.h"

namespace net::dns {
namespace {

using kernel::Duration;
using kernel::Instant;
using wire::DnsQuestion;
using wire::DnsType;

DnsQuestion Question(std::string_view name, DnsType type = DnsType::kA) { return {.name = NameOf(name), .type = type}; }

Answer Address(std::uint32_t ttl) {
  Answer answer = {.kind = Answer::Kind::kAddresses, .count = 1, .ttl = ttl};
  answer.addresses[0] = Ipv4Address::Of(192, 0, 2, 7);
  return answer;
}

class CacheTest : public testing::Test {
 protected:
  SeededRandom random_{1};
  std::vector<std::byte> storage_ = std::vector<std::byte>(Cache::StorageFor(8));
  Cache cache_{random_, storage_};
  Instant now_ = Instant() + Duration::Seconds(1000);
};

TEST_F(CacheTest, AnAnswerIsFoundForItsTimeByItsNameAndType) {
  cache_.Add(Question("a.example"), Address(60), now_);
  now_ = now_ + Duration::Seconds(20);
  const Answer* const found = cache_.Find(Question("A.Example"), now_);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->ttl, 40u);
  EXPECT_EQ(cache_.Find(Question("a.example", DnsType::kAaaa), now_), nullptr);
  EXPECT_EQ(cache_.Find(Question("b.example"), now_), nullptr);
  EXPECT_EQ(cache_.Find(Question("a.example"), now_ + Duration::Seconds(40)), nullptr);
  EXPECT_EQ(cache_.size(), 0u);
  EXPECT_EQ(cache_.counters().hits, 1u);
  EXPECT_EQ(cache_.counters().misses, 3u);
}

TEST_F(CacheTest, AnswersWithoutATimeAreNotKeptAndLongOnesADay) {
  cache_.Add(Question("a"), Address(0), now_);
  EXPECT_EQ(cache_.size(), 0u);
  cache_.Add(Question("a"), Address(0x7fff'ffff), now_);
  EXPECT_EQ(cache_.Find(Question("a"), now_)->ttl, kLongestTtl);
  cache_.Add(Question("b"), {.kind = Answer::Kind::kNoName, .ttl = 0x7fff'ffff}, now_);
  EXPECT_EQ(cache_.Find(Question("b"), now_)->ttl, kLongestNegativeTtl);
}

TEST_F(CacheTest, ANewAnswerReplacesTheOldOne) {
  cache_.Add(Question("a"), Address(10), now_);
  cache_.Add(Question("A"), Address(20), now_);
  EXPECT_EQ(cache_.size(), 1u);
  EXPECT_EQ(cache_.Find(Question("a"), now_)->ttl, 20u);
}

TEST_F(CacheTest, WhatWasNotWantedForTheLongestTimeMakesRoom) {
  EXPECT_EQ(cache_.capacity(), 8u);
  for (int i = 0; i < 8; ++i) cache_.Add(Question("n" + std::to_string(i)), Address(60), now_);
  EXPECT_NE(cache_.Find(Question("n0"), now_), nullptr);
  cache_.Add(Question("n8"), Address(60), now_);
  EXPECT_EQ(cache_.size(), 8u);
  EXPECT_EQ(cache_.counters().evictions, 1u);
  EXPECT_EQ(cache_.Find(Question("n1"), now_), nullptr);
  EXPECT_NE(cache_.Find(Question("n0"), now_), nullptr);
  EXPECT_NE(cache_.Find(Question("n8"), now_), nullptr);
}

TEST_F(CacheTest, AThousandNamesLeaveTheLastOnesAndAClearCacheIsEmpty) {
  for (int i = 0; i < 1000; ++i) {
    cache_.Add(Question("n" + std::to_string(i)), Address(60), now_);
    ASSERT_NE(cache_.Find(Question("n" + std::to_string(i)), now_), nullptr);
  }
  for (int i = 992; i < 1000; ++i) EXPECT_NE(cache_.Find(Question("n" + std::to_string(i)), now_), nullptr) << i;
  cache_.Clear();
  EXPECT_EQ(cache_.size(), 0u);
  EXPECT_EQ(cache_.Find(Question("n999"), now_), nullptr);
  cache_.Add(Question("a"), Address(60), now_);
  EXPECT_NE(cache_.Find(Question("a"), now_), nullptr);
}

TEST_F(CacheTest, ACacheWithoutStorageKeepsNothing) {
  Cache none(random_, {});
  none.Add(Question("a"), Address(60), now_);
  EXPECT_EQ(none.Find(Question("a"), now_), nullptr);
}

}  // namespace
}  // namespace net::dns
