#include "net/tcp/scoreboard.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "kernel/base/time.h"
#include "net/tcp/pool.h"
#include "net/tcp/sequence.h"

namespace net::tcp {
namespace {

using kernel::Duration;
using kernel::Instant;
using Fate = SentRange::Fate;

constexpr Sequence kStart = {0xffff'f000};

Instant At(std::int64_t milliseconds) { return Instant{} + Duration::Milliseconds(milliseconds); }

SequenceRange Range(std::uint32_t begin, std::uint32_t end) { return {kStart + begin, kStart + end}; }

class ScoreboardTest : public testing::Test {
 protected:
  Delivery Sack(std::uint32_t begin, std::uint32_t end, std::int64_t now = 100) {
    Delivery delivery = {.now = At(now), .highest = highest_};
    board_.Sack(Range(begin, end), delivery);
    highest_ = delivery.highest;
    return delivery;
  }
  Delivery Acknowledge(std::uint32_t una, std::int64_t now = 100) {
    Delivery delivery = {.now = At(now), .highest = highest_};
    board_.Acknowledge(kStart + una, delivery);
    highest_ = delivery.highest;
    return delivery;
  }

  std::vector<std::byte> storage_ = std::vector<std::byte>(Pool<SentRange>::StorageFor(600));
  Pool<SentRange> pool_{storage_};
  Scoreboard board_{pool_};
  Sequence highest_ = kStart;
};

TEST_F(ScoreboardTest, OneFlightTakesNoRecordOfThePool) {
  board_.Add(Range(0, 1000), At(0), 0);
  board_.Add(Range(1000, 2000), At(0), 0);
  EXPECT_EQ(board_.range_count(), 1u);
  EXPECT_EQ(pool_.free_count(), pool_.count());
  EXPECT_EQ(Acknowledge(2000).bytes, 2000u);
  EXPECT_EQ(board_.size(), 0u);
}

TEST_F(ScoreboardTest, WhatIsSentInOneGrainOfTimeIsOneRange) {
  constexpr int kFourMilliseconds = 22;
  board_.Add(Range(0, 1000), At(10), kFourMilliseconds);
  board_.Add(Range(1000, 2000), At(11), kFourMilliseconds);
  board_.Add(Range(2000, 3000), At(13), kFourMilliseconds);
  EXPECT_EQ(board_.range_count(), 2u);
  EXPECT_EQ(board_.first()->sent, At(11));
}

TEST_F(ScoreboardTest, SackedRangesJoin) {
  board_.Add(Range(0, 10'000), At(0), 0);
  EXPECT_EQ(Sack(1000, 2000).bytes, 1000u);
  EXPECT_EQ(board_.range_count(), 3u);
  EXPECT_EQ(Sack(1000, 3000).bytes, 1000u);
  EXPECT_EQ(board_.range_count(), 3u);
  EXPECT_EQ(Sack(4000, 5000).bytes, 1000u);
  EXPECT_EQ(board_.range_count(), 5u);
  EXPECT_EQ(Sack(2500, 4500).bytes, 1000u);
  EXPECT_EQ(board_.range_count(), 3u);
  EXPECT_EQ(board_.sacked(), 4000u);
  EXPECT_EQ(Sack(1000, 5000).bytes, 0u);
  EXPECT_EQ(Acknowledge(6000).bytes, 2000u);
  EXPECT_EQ(board_.sacked(), 0u);
}

TEST_F(ScoreboardTest, WhatIsLostIsFoundFromTheFirstOnAndGoesAgain) {
  board_.Add(Range(0, 3000), At(0), 0);
  board_.Add(Range(3000, 6000), At(1), 0);
  Sack(1000, 2000);
  board_.MarkAllLost();
  EXPECT_EQ(board_.lost(), 5000u);
  EXPECT_EQ(board_.oldest(), nullptr);
  EXPECT_EQ(board_.FirstLost()->begin, kStart);
  board_.Resend(Range(0, 1000), At(5));
  EXPECT_EQ(board_.FirstLost()->begin, kStart + 2000);
  board_.Resend(Range(2000, 2500), At(5));  // a part
  EXPECT_EQ(board_.FirstLost()->begin, kStart + 2500);
  EXPECT_EQ(board_.lost(), 3500u);
  const std::uint32_t ranges = board_.range_count();
  board_.Resend(Range(2500, 2900), At(5));  // grows the one before
  EXPECT_EQ(board_.range_count(), ranges);
  EXPECT_EQ(board_.lost(), 3100u);
  Sack(2900, 6000);
  EXPECT_EQ(board_.FirstLost(), nullptr);
  EXPECT_EQ(board_.lost(), 0u);
}

TEST_F(ScoreboardTest, TheOrderOfTimeFollowsRetransmissionsAndUndoes) {
  for (std::uint32_t i = 0; i < 5; ++i) board_.Add(Range(1000 * i, 1000 * i + 1000), At(i), 0);
  board_.Resend(Range(1000, 2000), At(10));
  std::vector<std::uint32_t> order;
  const auto read_order = [&] {
    order.clear();
    for (const SentRange* range = board_.oldest(); range != nullptr; range = range->newer) {
      order.push_back(Distance(kStart, range->begin) / 1000);
    }
    return order;
  };
  EXPECT_EQ(read_order(), (std::vector<std::uint32_t>{0, 2, 3, 4, 1}));
  board_.MarkAllLost();
  board_.Resend(Range(0, 1000), At(20));
  board_.TakeBackLosses();
  EXPECT_EQ(read_order(), (std::vector<std::uint32_t>{2, 3, 4, 1, 0}));
  EXPECT_EQ(board_.lost(), 0u);
}

TEST_F(ScoreboardTest, ADeliverySaysWhatWasSentLastAndWhatWasReordered) {
  for (std::uint32_t i = 0; i < 4; ++i) board_.Add(Range(1000 * i, 1000 * i + 1000), At(i), 0);
  Delivery delivery = Sack(2000, 3000);
  EXPECT_TRUE(delivery.has_latest && delivery.has_original);
  EXPECT_FALSE(delivery.has_reordered || delivery.has_resent || delivery.has_lost);
  EXPECT_EQ(delivery.latest_sent, At(2));
  EXPECT_EQ(delivery.latest_end, kStart + 3000);
  delivery = Sack(1000, 2000);
  EXPECT_TRUE(delivery.has_reordered);
  board_.MarkAllLost();
  board_.Resend(Range(0, 1000), At(50));
  delivery = Acknowledge(4000);
  EXPECT_TRUE(delivery.has_resent && delivery.has_lost);
  EXPECT_EQ(delivery.latest_sent, At(50));
  EXPECT_EQ(delivery.first_sent, At(3));
}

// [RFC8985] 6.2, step 2: it was the first transmission that arrived.
TEST_F(ScoreboardTest, WhatCannotBeTheSecondTransmissionSaysNothingAboutTime) {
  board_.Add(Range(0, 1000), At(0), 0);
  board_.Resend(Range(0, 1000), At(90));
  Delivery delivery = {.now = At(100), .least_round_trip = Duration::Milliseconds(20), .highest = kStart};
  board_.Acknowledge(kStart + 1000, delivery);
  EXPECT_FALSE(delivery.has_latest);
  board_.Add(Range(1000, 2000), At(100), 0);
  board_.Resend(Range(1000, 2000), At(150));
  delivery = {.now = At(200), .echoed_round_trip = Duration::Milliseconds(100), .highest = highest_};
  board_.Acknowledge(kStart + 2000, delivery);
  EXPECT_FALSE(delivery.has_latest);
}

TEST_F(ScoreboardTest, ForgottenSacksAreLost) {
  board_.Add(Range(0, 4000), At(0), 0);
  Sack(0, 1000);
  Sack(2000, 3000);
  board_.ForgetSacks();
  EXPECT_EQ(board_.sacked(), 0u);
  EXPECT_EQ(board_.lost(), 2000u);
  EXPECT_EQ(board_.FirstLost()->begin, kStart);
}

// A peer that sacks every second byte gets a bounded number of records. (CVE-2019-11478)
TEST_F(ScoreboardTest, ABoundedNumberOfRangesIsKept) {
  board_.Add(Range(0, 4000), At(0), 0);
  for (std::uint32_t i = 1; i < 4000; i += 2) Sack(i, i + 1);
  EXPECT_EQ(board_.range_count(), Scoreboard::kMostRanges);
  EXPECT_EQ(Acknowledge(4000).bytes + 0u, 4000u - (Scoreboard::kMostRanges - 1) / 2);
  EXPECT_EQ(pool_.free_count(), pool_.count());
}

TEST_F(ScoreboardTest, WithoutARecordLeftNewDataJoinsTheLastRange) {
  std::vector<SentRange*> others;
  while (SentRange* const range = pool_.Take()) others.push_back(range);
  board_.Add(Range(0, 1000), At(0), 0);
  board_.Add(Range(1000, 2000), At(5), 0);
  EXPECT_EQ(board_.range_count(), 1u);
  EXPECT_EQ(board_.oldest()->sent, At(5));
  EXPECT_TRUE(board_.first()->was_resent);  // no sample of its round trip
  EXPECT_EQ(Sack(500, 1000).bytes, 0u);     // cannot be told apart
  Sack(0, 2000);
  board_.Add(Range(2000, 3000), At(6), 0);
  EXPECT_EQ(board_.sacked(), 0u);
  EXPECT_EQ(board_.oldest()->end, kStart + 3000);
  for (SentRange* const range : others) pool_.Give(*range);
}

// Any operations, against one record for each byte.
TEST_F(ScoreboardTest, RandomOperationsAreThoseOfARecordForEachByte) {
  struct Byte {
    Instant sent;
    Fate fate = Fate::kOnTheWay;
    bool was_resent = false;
  };
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto below = [&](std::uint32_t limit) { return static_cast<std::uint32_t>(random() % limit); };
    Scoreboard board(pool_);
    std::vector<Byte> bytes;  // from una on
    std::uint32_t una = 0;
    std::int64_t now = 0;
    Sequence highest = kStart;
    for (int step = 0; step < 120; ++step) {
      now += below(3);
      const auto size = static_cast<std::uint32_t>(bytes.size());
      const auto sequence = [&](std::uint32_t at) { return kStart + una + at; };
      Delivery delivery = {.now = At(now), .highest = highest};
      std::uint32_t delivered = 0;
      switch (below(6)) {
        case 0:
        case 1: {
          const std::uint32_t more = 1 + below(40);
          board.Add({sequence(size), sequence(size + more)}, At(now), 0);
          bytes.insert(bytes.end(), more, {.sent = At(now)});
          break;
        }
        case 2: {
          if (size == 0) break;
          const std::uint32_t begin = below(size);
          const std::uint32_t end = begin + 1 + below(std::min(size - begin, 30u));
          board.Sack({sequence(begin), sequence(end)}, delivery);
          for (std::uint32_t i = begin; i < end; ++i) {
            delivered += bytes[i].fate != Fate::kSacked;
            bytes[i].fate = Fate::kSacked;
          }
          ASSERT_EQ(delivery.bytes, delivered);
          break;
        }
        case 3: {
          const std::uint32_t count = below(size / 3 + 1);
          board.Acknowledge(sequence(count), delivery);
          for (std::uint32_t i = 0; i < count; ++i) delivered += bytes[i].fate != Fate::kSacked;
          bytes.erase(bytes.begin(), bytes.begin() + count);
          una += count;
          ASSERT_EQ(delivery.bytes, delivered);
          break;
        }
        case 4:
          if (below(3) == 0) {
            board.MarkAllLost();
            for (Byte& byte : bytes) {
              if (byte.fate == Fate::kOnTheWay) byte.fate = Fate::kLost;
            }
          } else if (below(4) == 0) {
            board.TakeBackLosses();
            for (Byte& byte : bytes) {
              if (byte.fate == Fate::kLost) byte.fate = Fate::kOnTheWay;
            }
          } else if (SentRange* const oldest = board.oldest()) {
            const Sequence begin = oldest->begin;
            for (std::uint32_t i = 0; i < oldest->size(); ++i) {
              bytes[Distance(kStart + una, begin) + i].fate = Fate::kLost;
            }
            board.MarkLost(*oldest);
          }
          break;
        default: {
          const SentRange* const lost = board.FirstLost();
          if (lost == nullptr) break;
          const std::uint32_t begin = Distance(kStart + una, lost->begin);
          const std::uint32_t count = 1 + below(lost->size());
          board.Resend({sequence(begin), sequence(begin + count)}, At(now));
          for (std::uint32_t i = begin; i < begin + count; ++i) {
            bytes[i] = {.sent = At(now), .fate = Fate::kOnTheWay, .was_resent = true};
          }
          break;
        }
      }
      highest = delivery.highest;
      // All of it, range by range and byte by byte.
      std::uint32_t at = 0;
      std::uint32_t on_the_way = 0;
      ASSERT_EQ(board.size(), bytes.size());
      const SentRange* first_lost = nullptr;
      std::uint32_t sacked = 0;
      std::uint32_t lost = 0;
      for (const SentRange* range = board.first(); range != nullptr; range = range->next) {
        ASSERT_EQ(range->begin, kStart + una + at);
        ASSERT_GT(range->size(), 0u);
        if (range->fate == Fate::kLost && first_lost == nullptr) first_lost = range;
        on_the_way += range->fate == Fate::kOnTheWay;
        for (std::uint32_t i = 0; i < range->size(); ++i, ++at) {
          ASSERT_EQ(range->fate, bytes[at].fate);
          sacked += range->fate == Fate::kSacked;
          lost += range->fate == Fate::kLost;
          if (range->fate == Fate::kSacked) continue;
          ASSERT_EQ(range->sent, bytes[at].sent);
          ASSERT_EQ(range->was_resent, bytes[at].was_resent);
        }
      }
      ASSERT_EQ(board.sacked(), sacked);
      ASSERT_EQ(board.lost(), lost);
      ASSERT_EQ(board.FirstLost(), first_lost);
      Instant last = {};
      for (const SentRange* range = board.oldest(); range != nullptr; range = range->newer) {
        ASSERT_EQ(range->fate, Fate::kOnTheWay);
        ASSERT_GE(range->sent, last);
        last = range->sent;
        --on_the_way;
      }
      ASSERT_EQ(on_the_way, 0u);
    }
  }
}

}  // namespace
}  // namespace net::tcp
