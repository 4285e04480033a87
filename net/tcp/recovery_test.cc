#include "net/tcp/recovery.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/base/time.h"
#include "net/tcp/counters.h"
#include "net/tcp/cubic.h"
#include "net/tcp/pool.h"
#include "net/tcp/sequence.h"
#include "net/wire/tcp.h"

namespace net::tcp {
namespace {

using kernel::Duration;
using kernel::Instant;
using wire::SackBlock;
using Due = Recovery::Due;

constexpr std::uint32_t kSegment = 1000;
constexpr Sequence kStart = {0xffff'8000};  // the numbers wrap
constexpr Duration kRoundTrip = Duration::Milliseconds(100);

constexpr Duration Ms(std::int64_t count) { return Duration::Milliseconds(count); }

class RecoveryTest : public testing::Test {
 protected:
  explicit RecoveryTest(bool has_sack = true) { Begin(has_sack); }

  void Begin(bool has_sack) {
    recovery_.Begin(kStart, kSegment, has_sack, false);
    has_sack_ = has_sack;
    recovery_.round_trip().AddSample(kRoundTrip);  // of the handshake
  }

  // ---- In segments, from the start.
  void Send(std::uint32_t count) {
    for (; count > 0; --count) {
      recovery_.OnSent({nxt_, nxt_ + kSegment}, now_);
      nxt_ += kSegment;
    }
  }

  // What may go again goes, and new data after it. Returns the numbers of the segments.
  std::vector<std::uint32_t> Output(std::uint32_t most_new = 0) {
    std::vector<std::uint32_t> sent;
    while (recovery_.Allowance() >= kSegment) {
      const auto lost = recovery_.NextRetransmission();
      if (!lost && most_new == 0) break;
      const Sequence begin = lost ? lost->begin : nxt_;
      const Sequence end = lost ? Earlier(lost->end, begin + kSegment) : begin + kSegment;
      sent.push_back(Distance(kStart, begin) / kSegment);
      if (lost) {
        recovery_.OnResent({begin, end}, now_);
      } else {
        --most_new;
        recovery_.OnSent({begin, end}, now_);
        nxt_ = end;
      }
    }
    recovery_.OnOutputEnded(recovery_.Allowance() < kSegment);
    return sent;
  }

  static SackBlock Block(std::uint32_t first, std::uint32_t end) {
    return {(kStart + first * kSegment).value, (kStart + end * kSegment).value};
  }

  Recovery::AckResult Acknowledge(std::uint32_t segments, std::vector<SackBlock> sacks = {},
                                  std::optional<Duration> echoed = std::nullopt, bool has_echo = false) {
    const Sequence una = kStart + segments * kSegment;
    const Recovery::Ack ack = {.acknowledged = una,
                               .sacks = sacks,
                               .echoed_round_trip = echoed,
                               .is_duplicate = una == una_ && una_ != nxt_,
                               .has_congestion_echo = has_echo};
    const auto result = recovery_.OnAck(ack, una_, nxt_, now_, counters_);
    una_ = una;
    return result;
  }

  void Pass(Duration duration) { now_ = now_ + duration; }
  // Until the deadline, which is so long away.
  Due PassToDeadline(Duration expected) {
    EXPECT_EQ(recovery_.deadline() - now_, expected);
    now_ = recovery_.deadline();
    return recovery_.OnDeadline(una_, nxt_, now_, counters_);
  }
  std::uint32_t window() const { return recovery_.congestion_window() / kSegment; }
  std::uint32_t in_flight() const { return recovery_.in_flight() / kSegment; }

  std::vector<std::byte> storage_ = std::vector<std::byte>(Pool<SentRange>::StorageFor(1000));
  Pool<SentRange> pool_{storage_};
  Recovery recovery_{pool_, {.least = Ms(200), .most = Duration::Seconds(60)}};
  Counters counters_;
  Instant now_ = Instant{} + Duration::Seconds(10);
  Sequence una_ = kStart;
  Sequence nxt_ = kStart;
  bool has_sack_ = true;
  using Segments = std::vector<std::uint32_t>;
};

class RecoveryWithoutSackTest : public RecoveryTest {
 protected:
  RecoveryWithoutSackTest() : RecoveryTest(false) {}
};

// ---- Time-outs. [RFC6298]

TEST_F(RecoveryWithoutSackTest, TheTimerFollowsTheRulesOfRfc6298) {
  EXPECT_EQ(recovery_.deadline(), kernel::kNever);
  Send(1);  // 5.1
  EXPECT_EQ(recovery_.deadline(), now_ + Ms(300));
  Pass(Ms(50));
  Send(1);
  EXPECT_EQ(recovery_.deadline(), now_ + Ms(250));  // it runs already
  Pass(Ms(50));
  Acknowledge(1);  // 5.3: 100 ms again, so the variation is 37.5 ms
  EXPECT_EQ(recovery_.deadline(), now_ + Ms(250));
  Pass(Ms(50));
  Acknowledge(1);  // nothing new
  EXPECT_EQ(recovery_.deadline(), now_ + Ms(200));
  Acknowledge(2);  // 5.2
  EXPECT_EQ(recovery_.deadline(), kernel::kNever);
}

TEST_F(RecoveryWithoutSackTest, EachTimeOutDoublesTheNextAndSendsTheFirstSegmentAgain) {
  Send(5);
  EXPECT_EQ(PassToDeadline(Ms(300)), Due::kTimeout);  // 5.4 to 5.6
  EXPECT_EQ(Output(), Segments{0});
  EXPECT_EQ(window(), 1u);
  EXPECT_EQ(recovery_.threshold(), 3500u);
  for (const int milliseconds : {600, 1200, 2400, 4800, 9600, 19'200, 38'400, 60'000, 60'000}) {
    EXPECT_EQ(PassToDeadline(Ms(milliseconds)), Due::kTimeout);
    EXPECT_EQ(Output(), Segments{0});
  }
  EXPECT_EQ(recovery_.threshold(), 3500u);  // once. [RFC5681] 3.1
  EXPECT_EQ(recovery_.timeouts(), 10);
  EXPECT_EQ(counters_.timeouts, 10u);
  Pass(Ms(10));
  Acknowledge(1);
  EXPECT_EQ(recovery_.timeouts(), 0);
  EXPECT_EQ(recovery_.deadline() - now_, Duration::Seconds(60));  // Karn: no sample, so it stays backed off
}

TEST_F(RecoveryWithoutSackTest, ATimestampGivesASampleAlsoOfWhatWasSentTwice) {
  Send(1);
  PassToDeadline(Ms(300));
  Output();
  Pass(Ms(100));
  Acknowledge(1, {}, Ms(100));
  EXPECT_EQ(recovery_.round_trip().timeout(), Ms(250));
}

TEST_F(RecoveryTest, AfterALostSynBothWindowAndTimeoutBeginCarefully) {
  Recovery recovery(pool_, {});
  EXPECT_EQ(recovery.round_trip().timeout(), Duration::Seconds(1));
  recovery.round_trip().BackOff();
  EXPECT_EQ(recovery.round_trip().timeout(), Duration::Seconds(2));
  recovery.Begin(kStart + 1, kSegment, true, true);
  EXPECT_EQ(recovery.deadline(), kernel::kNever);
  EXPECT_EQ(recovery.round_trip().timeout(), Duration::Seconds(3));  // [RFC6298] 5.7
  EXPECT_EQ(recovery.congestion_window(), kSegment);                 // [RFC5681] 3.1
}

// ---- Without SACK. [RFC5681], [RFC6582]

TEST_F(RecoveryWithoutSackTest, TheThirdDuplicateSendsTheFirstSegmentAgain) {
  Send(10);
  Pass(kRoundTrip);
  Acknowledge(0);
  EXPECT_EQ(Output(1), Segments{10});  // [RFC3042]: two new segments
  Acknowledge(0);
  EXPECT_EQ(Output(1), Segments{11});
  EXPECT_FALSE(recovery_.IsRecovering());
  Acknowledge(0);
  EXPECT_TRUE(recovery_.IsRecovering());
  EXPECT_EQ(Output(), Segments{0});
  EXPECT_EQ(recovery_.threshold(), 7000u);
  EXPECT_EQ(counters_.fast_recoveries, 1u);
  // The repair arrives: all is acknowledged.
  Pass(kRoundTrip);
  Acknowledge(12);
  EXPECT_FALSE(recovery_.IsRecovering());
  EXPECT_EQ(window(), 7u);
}

// [RFC6582] 3.2, step 3: each partial acknowledgment names the next hole.
TEST_F(RecoveryWithoutSackTest, APartialAcknowledgmentSendsTheNextHole) {
  Send(10);
  Pass(kRoundTrip);
  for (int i = 0; i < 7; ++i) Acknowledge(0);  // 0, 3 and 6 are lost
  EXPECT_EQ(Output(), Segments{0});
  Pass(kRoundTrip);
  Acknowledge(3);
  EXPECT_EQ(Output(), Segments{3});
  Pass(kRoundTrip);
  Acknowledge(6);
  EXPECT_EQ(Output(), Segments{6});
  Pass(kRoundTrip);
  Acknowledge(10);
  EXPECT_FALSE(recovery_.IsRecovering());
  EXPECT_EQ(counters_.fast_recoveries, 1u);
  EXPECT_EQ(recovery_.threshold(), 7000u);
}

// [RFC6582] 3.2, step 1
TEST_F(RecoveryWithoutSackTest, DuplicatesOfARepairAreNoNewLoss) {
  Send(10);
  PassToDeadline(Ms(300));
  Output();
  Pass(kRoundTrip);
  Acknowledge(10);
  Send(5);
  for (int i = 0; i < 5; ++i) Acknowledge(10);
  EXPECT_FALSE(recovery_.IsRecovering());
}

TEST_F(RecoveryWithoutSackTest, AfterATimeOutTheWindowGrowsFromOneSegment) {
  Send(10);
  PassToDeadline(Ms(300));
  EXPECT_EQ(Output(), Segments{0});
  Pass(kRoundTrip);
  Acknowledge(1);
  EXPECT_EQ(Output(), Segments{});  // [RFC5682]: new data first; there is none
  EXPECT_EQ(recovery_.deadline(), Instant{});
  EXPECT_EQ(recovery_.OnDeadline(una_, nxt_, now_, counters_), Due::kLoss);
  EXPECT_EQ(Output(), (Segments{1, 2}));
  Pass(kRoundTrip);
  Acknowledge(3);
  EXPECT_EQ(Output(), (Segments{3, 4, 5, 6}));
}

// ---- With SACK. [RFC8985]

TEST_F(RecoveryTest, WhatWasSentBeforeWhatArrivedIsLostAfterThreeDuplicates) {
  Send(10);
  Pass(kRoundTrip);
  Acknowledge(0, {Block(1, 2)});
  EXPECT_FALSE(recovery_.IsRecovering());
  Acknowledge(0, {Block(1, 3)});
  EXPECT_FALSE(recovery_.IsRecovering());
  Acknowledge(0, {Block(1, 4)});
  EXPECT_TRUE(recovery_.IsRecovering());
  EXPECT_EQ(Output(), Segments{0});
  EXPECT_EQ(in_flight(), 7u);
}

TEST_F(RecoveryTest, AfterTheReorderingWindowOneSackIsEnough) {
  Send(1);
  Pass(Ms(5));
  Send(9);
  Pass(kRoundTrip);
  Acknowledge(0, {Block(1, 2)});
  EXPECT_EQ(PassToDeadline(Ms(20)), Due::kLoss);  // 100 / 4, less the 5 ms that it went earlier
  EXPECT_EQ(Output(), Segments{0});
}

TEST_F(RecoveryTest, AReorderingPathIsGivenTime) {
  Send(5);
  Pass(kRoundTrip);
  Acknowledge(0, {Block(4, 5)});
  Acknowledge(4 + 1);  // all the rest, late
  Send(1);
  Pass(Ms(1));
  Send(9);
  Pass(kRoundTrip);
  Acknowledge(5, {Block(6, 15)});
  EXPECT_FALSE(recovery_.IsRecovering());  // nine duplicates would have been three times enough
  Pass(Ms(20));
  Acknowledge(15);
  EXPECT_EQ(counters_.fast_recoveries, 0u);
}

TEST_F(RecoveryTest, ALostRetransmissionIsFound) {
  Send(10);
  Pass(kRoundTrip);
  Acknowledge(0, {Block(1, 5)});
  EXPECT_EQ(Output(2), (Segments{0, 10}));
  Pass(Ms(10));
  Acknowledge(0, {Block(1, 10)});
  EXPECT_EQ(Output(3), (Segments{11, 12, 13}));
  Pass(kRoundTrip);
  Acknowledge(0, {Block(1, 12)});  // sent after the repair, and there
  EXPECT_EQ(Output(), (Segments{0}));
  EXPECT_EQ(counters_.timeouts, 0u);
  EXPECT_EQ(counters_.fast_recoveries, 1u);
}

TEST_F(RecoveryTest, BlocksThatMakeNoSenseAreIgnored) {
  Send(5);
  Pass(kRoundTrip);
  Acknowledge(1);
  const SackBlock empty = {(kStart + 2000).value, (kStart + 2000).value};
  const SackBlock backwards = {(kStart + 3000).value, (kStart + 2000).value};
  const SackBlock beyond = {(kStart + 4000).value, (kStart + 6000).value};
  const SackBlock partly_old = {(kStart + 500).value, (kStart + 3000).value};
  Acknowledge(1, {empty, backwards, beyond, partly_old});
  EXPECT_EQ(recovery_.scoreboard().sacked(), 0u);
  EXPECT_EQ(in_flight(), 4u);
}

// ---- [RFC6937]

TEST_F(RecoveryTest, TheRateIsReducedInProportionOverARoundTrip) {
  EXPECT_EQ(Output(10).size(), 10u);
  Pass(kRoundTrip);
  Acknowledge(5);
  Acknowledge(10);
  EXPECT_EQ(Output(20).size(), 20u);
  Pass(kRoundTrip);
  Acknowledge(10, {Block(11, 14)});
  auto sent = static_cast<std::uint32_t>(Output(100).size());
  std::vector<std::uint32_t> after;
  for (std::uint32_t end = 15; end <= 30; ++end) {
    Acknowledge(10, {Block(11, end)});
    sent += static_cast<std::uint32_t>(Output(100).size());
    after.push_back(sent);
  }
  // The floor of 0.7 for each that was delivered, 4, 5, ... 11; then the threshold is reached, and one goes for one.
  EXPECT_EQ(after, (std::vector<std::uint32_t>{2, 3, 4, 4, 5, 6, 7, 7, 7, 8, 9, 10, 11, 12, 13, 14}));
  EXPECT_EQ(in_flight(), 14u);
}

TEST_F(RecoveryTest, WhenMuchIsLostItSlowStartsUpToTheThreshold) {
  Send(20);
  Pass(kRoundTrip);
  Acknowledge(0, {Block(17, 20)});          // 17 are lost: 3 left
  EXPECT_EQ(recovery_.threshold(), 7000u);  // of a window of 10
  EXPECT_EQ(Output().size(), 3u);           // what was delivered
  Pass(kRoundTrip);
  Acknowledge(1, {Block(17, 20)});
  EXPECT_EQ(Output().size(), 2u);  // and one more
  Acknowledge(2, {Block(17, 20)});
  EXPECT_EQ(Output().size(), 2u);
  EXPECT_LE(in_flight(), 7u);
}

// ---- [RFC8985] 7

TEST_F(RecoveryTest, AProbeAfterTwoRoundTripsFindsALostTail) {
  Send(3);
  EXPECT_EQ(PassToDeadline(Ms(200)), Due::kProbe);
  recovery_.OnResent({nxt_ - kSegment, nxt_}, now_);
  recovery_.OnProbeSent(nxt_, true, now_);
  EXPECT_EQ(recovery_.deadline() - now_, Ms(300));  // then the time-out, and no second probe
  Pass(kRoundTrip);
  Acknowledge(0, {Block(2, 3)});
  EXPECT_EQ(Output(), (Segments{0}));
  EXPECT_EQ(counters_.timeouts, 0u);
}

TEST_F(RecoveryTest, AloneASegmentAlsoWaitsForADelayedAcknowledgment) {
  recovery_.round_trip().AddSample(kRoundTrip);
  recovery_.round_trip().AddSample(Ms(500));  // a time-out of 675 ms
  Send(1);
  EXPECT_EQ(PassToDeadline(Ms(500)), Due::kProbe);  // 2 * 150 + 200
}

TEST_F(RecoveryTest, AProbeThatRepairedALossReducesTheWindow) {
  Send(10);
  PassToDeadline(Ms(200));
  recovery_.OnResent({nxt_ - kSegment, nxt_}, now_);
  recovery_.OnProbeSent(nxt_, true, now_);
  Pass(kRoundTrip);
  Acknowledge(10);
  EXPECT_EQ(window(), 10u);  // not told apart yet
  Send(1);
  Pass(kRoundTrip);
  Acknowledge(11);
  EXPECT_LT(window(), 10u);
}

TEST_F(RecoveryTest, AProbeThatWasNotNeededChangesNothing) {
  Send(10);
  PassToDeadline(Ms(200));
  recovery_.OnResent({nxt_ - kSegment, nxt_}, now_);
  recovery_.OnProbeSent(nxt_, true, now_);
  Acknowledge(10);
  Pass(kRoundTrip);
  Send(1);
  Acknowledge(10, {Block(9, 10)});  // it arrived twice
  Acknowledge(11);
  EXPECT_GE(window(), 10u);
  EXPECT_EQ(counters_.duplicate_sacks, 1u);
}

TEST_F(RecoveryTest, AProbeWithNewDataIsAnsweredByAnyAcknowledgment) {
  Send(2);
  EXPECT_EQ(PassToDeadline(Ms(200)), Due::kProbe);
  Send(1);
  recovery_.OnProbeSent(nxt_, false, now_);
  Pass(kRoundTrip);
  Acknowledge(3);
  Send(1);
  Acknowledge(4);
  EXPECT_GE(window(), 10u);
  EXPECT_EQ(counters_.fast_recoveries, 0u);
}

// ---- What was no loss.

TEST_F(RecoveryTest, DuplicateSacksForAllThatWentAgainTakeTheLossBack) {
  Send(10);
  Pass(kRoundTrip);
  Acknowledge(0, {Block(1, 5)});
  EXPECT_EQ(Output(), Segments{0});
  EXPECT_EQ(window(), 7u);
  Acknowledge(10);  // late, not lost
  Pass(kRoundTrip);
  Acknowledge(10, {Block(0, 1)});
  EXPECT_EQ(window(), 10u);
  EXPECT_EQ(counters_.spurious_recoveries, 1u);
}

// [RFC3522] 3.2
TEST_F(RecoveryTest, AnEchoFromBeforeTheRetransmissionTakesTheLossBack) {
  Send(10);
  Pass(kRoundTrip);
  Acknowledge(0, {Block(1, 5)});
  Output();
  Pass(Ms(10));
  Acknowledge(5, {}, Ms(110));
  EXPECT_EQ(window(), 10u);
  EXPECT_FALSE(recovery_.IsRecovering());
}

TEST_F(RecoveryTest, AnEchoOfTheRetransmissionDoesNot) {
  Send(10);
  Pass(kRoundTrip);
  Acknowledge(0, {Block(1, 5)});
  Output();
  Pass(kRoundTrip);
  Acknowledge(5, {}, kRoundTrip);
  EXPECT_TRUE(recovery_.IsRecovering());
  EXPECT_EQ(counters_.spurious_recoveries, 0u);
}

// [RFC5682] 2.1: a delay that was longer than the time-out.
TEST_F(RecoveryWithoutSackTest, ASpuriousTimeOutIsTakenBackByTheSecondAcknowledgment) {
  Send(10);
  PassToDeadline(Ms(300));
  EXPECT_EQ(Output(5), Segments{0});
  Pass(Ms(10));
  Acknowledge(1);
  EXPECT_EQ(Output(5), (Segments{10, 11}));  // new data, not segment 1
  Acknowledge(2);                            // which never went again
  EXPECT_EQ(counters_.spurious_recoveries, 1u);
  EXPECT_GE(window(), 10u);
  EXPECT_EQ(recovery_.NextRetransmission(), std::nullopt);
}

TEST_F(RecoveryWithoutSackTest, AfterARealTimeOutTheSecondAcknowledgmentIsADuplicate) {
  Send(10);
  PassToDeadline(Ms(300));
  EXPECT_EQ(Output(5), Segments{0});
  Pass(kRoundTrip);
  Acknowledge(1);
  EXPECT_EQ(Output(5), (Segments{10, 11}));
  Acknowledge(1);
  EXPECT_EQ(counters_.spurious_recoveries, 0u);
  EXPECT_EQ(recovery_.NextRetransmission()->begin, kStart + kSegment);
}

// [RFC2018] 8
TEST_F(RecoveryTest, WhatThePeerHadAndDroppedGoesAgain) {
  Send(4);
  Pass(Ms(50));
  Acknowledge(0, {Block(2, 4)});
  Acknowledge(2);  // but not 2 and 3, which were sacked
  now_ = recovery_.deadline();
  while (recovery_.OnDeadline(una_, nxt_, now_, counters_) != Due::kTimeout) now_ = recovery_.deadline();
  EXPECT_EQ(recovery_.scoreboard().sacked(), 0u);
  EXPECT_EQ(Output(), Segments{2});
}

// ---- [RFC3168] 6.1.2

TEST_F(RecoveryTest, AnEchoOfCongestionReducesOnceARoundTrip) {
  Send(10);
  Pass(kRoundTrip);
  EXPECT_TRUE(Acknowledge(1, {}, std::nullopt, true).must_tell_reduction);
  EXPECT_EQ(window(), 7u);
  EXPECT_FALSE(Acknowledge(2, {}, std::nullopt, true).must_tell_reduction);
  EXPECT_EQ(window(), 7u);
  Send(5);
  Acknowledge(10, {}, std::nullopt, true);
  EXPECT_TRUE(Acknowledge(11, {}, std::nullopt, true).must_tell_reduction);
}

TEST_F(RecoveryTest, APathThatBecameNarrowerIsNoCongestion) {
  Send(5);
  recovery_.SetSegmentSize(500);
  recovery_.ResendAll(una_, nxt_);
  EXPECT_EQ(recovery_.in_flight(), 0u);
  EXPECT_EQ(recovery_.NextRetransmission()->begin, kStart);
  EXPECT_EQ(recovery_.congestion_window(), 10 * kSegment);
  EXPECT_FALSE(recovery_.IsRecovering());
}

TEST_F(RecoveryTest, TheFirstSlowStartEndsWithoutALossWhereAQueueGrows) {
  Duration round_trip = kRoundTrip;
  std::uint32_t acknowledged = 0;
  std::vector<std::uint32_t> windows;
  for (int round = 0; round < 14; ++round) {
    Output(100'000);
    const std::uint32_t sent = Distance(kStart, nxt_) / kSegment;
    Pass(round_trip);
    while (acknowledged < sent) Acknowledge(++acknowledged);
    windows.push_back(window());
    if (round >= 2) round_trip = round_trip + Ms(20);
  }
  EXPECT_EQ(windows[2], 80u);  // it doubles
  EXPECT_LT(recovery_.threshold(), UINT32_MAX);
  EXPECT_LT(windows[13], 1000u);
  EXPECT_EQ(counters_.fast_recoveries + counters_.timeouts, 0u);
}

}  // namespace
}  // namespace net::tcp
