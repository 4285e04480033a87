// What is lost on the way goes again: when, how much of it, and what is left alone. Exact times, segment by segment.
// [RFC6298], [RFC5681], [RFC6675], [RFC8985]
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "net/tcp/testing/script.h"

namespace net::tcp {
namespace {

using kernel::Duration;
using kernel::Instant;

constexpr std::uint32_t kFull = 1460;

class LossesTest : public Script {
 protected:
  // A connection whose round trip took 100 ms.
  Connection EstablishIn100Milliseconds() {
    Connection connection = Connect();
    Advance(Duration::Milliseconds(100));
    Inject({.flags = "SA", .seq = 0, .ack = 1, .mss = peer_mss, .sack_ok = peer_has_sack});
    Expect({.flags = "A", .seq = 1, .ack = 1});
    EXPECT_EQ(connection.info().round_trip, Duration::Milliseconds(100));
    return connection;
  }

  std::uint32_t Begin(std::uint32_t segment) { return 1 + segment * kFull; }

  // The numbers of the segments that were sent, in order.
  std::vector<std::uint32_t> Sent() {
    std::vector<std::uint32_t> numbers;
    for (const SentSegment& sent : TakeSent()) numbers.push_back((sent.header.sequence - our_iss - 1) / kFull);
    return numbers;
  }
  using Segments = std::vector<std::uint32_t>;

  std::vector<std::int64_t> TimesOf(const std::vector<SentSegment>& sent, Instant start) {
    std::vector<std::int64_t> times;
    for (const SentSegment& segment : sent) times.push_back((segment.at - start).nanoseconds / 1'000'000);
    return times;
  }
};

class LossesWithSackTest : public LossesTest {
 protected:
  LossesWithSackTest() { peer_has_sack = true; }
};

// [RFC6298] 2.4, 5.4 to 5.6, and the limit of 2.5.
TEST_F(LossesTest, ASegmentGoesAgainAfterOneTwoFourSecondsAndThenEachMinute) {
  Connection connection = EstablishIn100Milliseconds();
  const Instant start = context->now();
  Write(connection, Bytes(100));
  TakeSent();
  Advance(Duration::Seconds(310));
  EXPECT_EQ(TimesOf(TakeSent(), start),
            (std::vector<std::int64_t>{1000, 3000, 7000, 15'000, 31'000, 63'000, 123'000, 183'000, 243'000, 303'000}));
}

// [RFC6298] 5.3: each acknowledgment of something new begins it anew.
TEST_F(LossesTest, AnAcknowledgmentBeginsTheTimeOutAnew) {
  Connection connection = EstablishIn100Milliseconds();
  Write(connection, Bytes(2 * kFull));
  TakeSent();
  Advance(Duration::Milliseconds(900));
  const Instant start = context->now();
  Inject({.ack = Begin(1)});
  Advance(Duration::Milliseconds(2000));
  const std::vector<SentSegment> sent = TakeSent();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].header.sequence - our_iss, Begin(1));
  // The sample of 900 ms counts: SRTT 200, RTTVAR 237.5 ms.
  EXPECT_EQ((sent[0].at - start).nanoseconds, 1'150'000'000);
}

// [RFC6298] 5.2
TEST_F(LossesTest, WhenAllIsAcknowledgedNothingRuns) {
  Connection connection = EstablishIn100Milliseconds();
  Write(connection, Bytes(100));
  TakeSent();
  PeerAcknowledges();
  Advance(Duration::Seconds(100));
  ExpectNothing();
}

// [RFC5681] 3.2: without SACK. Two new segments go for the first duplicates, the third brings the lost one.
TEST_F(LossesTest, TheThirdDuplicateBringsBackTheLostSegmentAtOnce) {
  Connection connection = EstablishIn100Milliseconds();
  Write(connection, Bytes(20 * kFull));
  EXPECT_EQ(Sent().size(), 10u);
  Advance(Duration::Milliseconds(100));
  Inject({.ack = 1});
  EXPECT_EQ(Sent(), Segments{10});
  Inject({.ack = 1});
  EXPECT_EQ(Sent(), Segments{11});
  Inject({.ack = 1});
  EXPECT_EQ(Sent(), Segments{0});
  EXPECT_EQ(counters().fast_recoveries, 1u);
  // [RFC6582]: the acknowledgment of a part names the next hole.
  Advance(Duration::Milliseconds(100));
  Inject({.ack = Begin(5)});
  EXPECT_EQ(Sent().front(), 5u);
}

// A window update is no duplicate. [RFC5681] 2
TEST_F(LossesTest, AcknowledgmentsThatChangeTheWindowAreNoDuplicates) {
  Connection connection = EstablishIn100Milliseconds();
  Write(connection, Bytes(10 * kFull));
  TakeSent();
  for (std::uint32_t i = 0; i < 6; ++i) Inject({.ack = 1, .win = 60'000 + i});
  EXPECT_EQ(counters().fast_recoveries, 0u);
  for (std::uint32_t i = 0; i < 6; ++i) Inject({.ack = 1, .data = "data"});
  EXPECT_EQ(counters().fast_recoveries, 0u);
}

// [RFC6675] 5: holes go again, from the first on, and nothing that has arrived.
TEST_F(LossesWithSackTest, OnlyHolesGoAgain) {
  Connection connection = EstablishIn100Milliseconds();
  Write(connection, Bytes(10 * kFull));
  TakeSent();
  Advance(Duration::Milliseconds(100));
  Inject({.ack = Begin(1), .sacks = {{Begin(2), Begin(4)}, {Begin(5), Begin(10)}}});
  Segments sent = Sent();
  for (int i = 0; i < 3; ++i) {
    Inject({.ack = Begin(1), .sacks = {{Begin(2), Begin(4)}, {Begin(5), Begin(10)}}});
    for (const std::uint32_t segment : Sent()) sent.push_back(segment);
  }
  EXPECT_EQ(sent, (Segments{1, 4}));
  Advance(Duration::Milliseconds(100));
  Inject({.ack = Begin(10)});
  ExpectNothing();
  EXPECT_EQ(counters().fast_recoveries, 1u);
  EXPECT_EQ(connection.info().retransmissions, 2u);
}

// [RFC8985] 7: two round trips after the last segment it goes again, and its SACK finds the others.
TEST_F(LossesWithSackTest, ALostTailIsFoundByAProbe) {
  Connection connection = EstablishIn100Milliseconds();
  const Instant start = context->now();
  Write(connection, Bytes(3 * kFull));
  TakeSent();
  Advance(Duration::Milliseconds(200));
  const std::vector<SentSegment> probe = TakeSent();
  EXPECT_EQ(TimesOf(probe, start), std::vector<std::int64_t>{200});
  ASSERT_EQ(probe.size(), 1u);
  EXPECT_EQ(probe[0].header.sequence - our_iss, Begin(2));
  Advance(Duration::Milliseconds(100));
  Inject({.ack = 1, .sacks = {{Begin(2), Begin(3)}}});
  EXPECT_EQ(Sent().front(), 0u);
  EXPECT_EQ(counters().timeouts, 0u);
  EXPECT_EQ(counters().tail_loss_probes, 1u);
}

// A probe carries what is new, where there is something.
TEST_F(LossesWithSackTest, AProbePrefersNewData) {
  Connection connection = EstablishIn100Milliseconds();
  Write(connection, Bytes(12 * kFull));
  EXPECT_EQ(Sent().size(), 10u);
  Advance(Duration::Milliseconds(200));
  EXPECT_EQ(Sent(), Segments{10});
  EXPECT_EQ(counters().tail_loss_probes, 1u);
  EXPECT_EQ(connection.info().retransmissions, 0u);
}

// [RFC8985] 6.2: a quarter of a round trip of patience.
TEST_F(LossesWithSackTest, AReorderedSegmentIsNoLoss) {
  Connection connection = EstablishIn100Milliseconds();
  Write(connection, Bytes(10 * kFull));
  TakeSent();
  Advance(Duration::Milliseconds(100));
  Inject({.ack = 1, .sacks = {{Begin(1), Begin(2)}}});
  Advance(Duration::Milliseconds(20));
  Inject({.ack = Begin(2)});
  Advance(Duration::Milliseconds(30));
  Inject({.ack = Begin(10)});
  EXPECT_EQ(counters().fast_recoveries, 0u);
  EXPECT_EQ(connection.info().retransmissions, 0u);
}

TEST_F(LossesWithSackTest, ItIsOneAfterTheReorderingWindow) {
  Connection connection = EstablishIn100Milliseconds();
  Write(connection, Bytes(10 * kFull));
  TakeSent();
  Advance(Duration::Milliseconds(100));
  Inject({.ack = 1, .sacks = {{Begin(1), Begin(2)}}});
  TakeSent();
  const Instant start = context->now();
  Advance(Duration::Milliseconds(60));
  std::vector<SentSegment> again;
  for (SentSegment& sent : TakeSent()) {
    if (sent.header.sequence - our_iss == 1) again.push_back(std::move(sent));
  }
  EXPECT_EQ(TimesOf(again, start), std::vector<std::int64_t>{25});
}

// [RFC2018] 8: a peer that takes back what it had sacked.
TEST_F(LossesWithSackTest, WhatThePeerTookBackGoesAgain) {
  Connection connection = EstablishIn100Milliseconds();
  Write(connection, Bytes(4 * kFull));
  TakeSent();
  Advance(Duration::Milliseconds(50));
  Inject({.ack = 1, .sacks = {{Begin(2), Begin(4)}}});
  Inject({.ack = Begin(2)});  // and no more of what was sacked
  Advance(Duration::Seconds(10));
  bool has_come = false;
  for (const std::uint32_t segment : Sent()) has_come |= segment == 2;
  EXPECT_TRUE(has_come);
}

// Nothing but the time-out's own back-off slows a peer that is gone; what it says then ends it.
TEST_F(LossesWithSackTest, AfterManyTimeOutsOneAcknowledgmentMendsAll) {
  Connection connection = EstablishIn100Milliseconds();
  Write(connection, Bytes(3 * kFull));
  TakeSent();
  Advance(Duration::Seconds(100));
  EXPECT_GT(counters().timeouts, 4u);
  TakeSent();
  Inject({.ack = Begin(3)});
  EXPECT_EQ(connection.info().unacknowledged, 0u);
  Advance(Duration::Seconds(100));
  ExpectNothing();
  EXPECT_FALSE(connection.IsFinished());
}

}  // namespace
}  // namespace net::tcp
