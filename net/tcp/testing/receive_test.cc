// When acknowledgments go, and what they say.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/base/result.h"
#include "net/tcp/testing/script.h"

namespace net::tcp {
namespace {

class ReceiveTest : public Script {
 protected:
  // The first full segments are acknowledged one by one; past them.
  void UseUpQuickAcks(Connection& connection) {
    for (int i = 0; i < 20; ++i) Inject({.flags = "A", .data = Bytes(1460)});
    Advance(Duration::Milliseconds(100));
    ReadAll(connection);
    TakeSent();
  }
};

TEST_F(ReceiveTest, ASmallSegmentIsAcknowledgedWithinFortyMilliseconds) {
  Connection connection = Establish();
  Inject({.data = "x"});
  Advance(Duration::Milliseconds(39));
  ExpectNothing();
  Advance(Duration::Milliseconds(1));
  Expect({.seq = 1, .ack = 2});
  EXPECT_EQ(counters().delayed_acks, 1u);
}

TEST_F(ReceiveTest, TheFirstFullSegmentsAreAcknowledgedAtOnce) {
  Connection connection = Establish();
  Inject({.flags = "A", .data = Bytes(1460)});
  Expect({.ack = 1461});
  Inject({.flags = "A", .data = Bytes(1460)});
  Expect({.ack = 2921});
}

// Whoever pushes has nothing more to send that an acknowledgment could bring on: an answer may carry it.
TEST_F(ReceiveTest, AFirstFullSegmentThatPushesWaitsAsLaterOnesDo) {
  Connection connection = Establish();
  Inject({.flags = "PA", .data = Bytes(1460)});
  Advance(Duration::Milliseconds(39));
  ExpectNothing();
  Advance(Duration::Milliseconds(1));
  Expect({.ack = 1461});
}

TEST_F(ReceiveTest, LaterEverySecondFullSegmentIs) {
  Connection connection = Establish();
  UseUpQuickAcks(connection);
  const std::uint32_t begin = peer_nxt;
  Inject({.flags = "A", .data = Bytes(1460)});
  ExpectNothing();
  Inject({.flags = "A", .data = Bytes(1460)});
  Expect({.ack = begin + 2920});
  Inject({.flags = "A", .data = Bytes(1460)});
  ExpectNothing();
  Advance(Duration::Milliseconds(40));
  Expect({.ack = begin + 4380});
}

TEST_F(ReceiveTest, WhatComesTooEarlyIsAcknowledgedAtOnceWithItsPlace) {
  peer_has_sack = true;
  Connection connection = Establish();
  Inject({.seq = 11, .data = "later"});
  Expect({.ack = 1, .sacks = {{11, 16}}});
  Inject({.seq = 21, .data = "still"});
  Expect({.ack = 1, .sacks = {{21, 26}, {11, 16}}});
  Inject({.seq = 1, .data = "0123456789"});
  Expect({.ack = 16, .sacks = {{21, 26}}});
  Inject({.seq = 16, .data = "abcde"});
  const SentSegment sent = Expect({.ack = 26});
  EXPECT_EQ(sent.options.sack_count, 0);
  EXPECT_EQ(ReadAll(connection), "0123456789laterabcdestill");
}

TEST_F(ReceiveTest, WithoutSackOnlyTheNumberTells) {
  Connection connection = Establish();
  Inject({.seq = 11, .data = "later"});
  const SentSegment sent = Expect({.ack = 1});
  EXPECT_EQ(sent.options.sack_count, 0);
}

TEST_F(ReceiveTest, ADuplicateIsReportedAsSuch) {
  peer_has_sack = true;
  Connection connection = Establish();
  Inject({.data = "hello"});
  Inject({.seq = 1, .data = "hello"});
  Expect({.ack = 6, .sacks = {{1, 6}}});
}

TEST_F(ReceiveTest, WithTimestampsThreeBlocksFit) {
  peer_has_sack = true;
  peer_has_timestamps = true;
  Connection connection = Establish();
  for (const std::uint32_t at : {11u, 21u, 31u, 41u}) Inject({.seq = at, .data = "12345"});
  const std::vector<SentSegment> sent = TakeSent();
  ASSERT_EQ(sent.size(), 4u);
  EXPECT_EQ(sent.back().options.sack_count, 3);
}

TEST_F(ReceiveTest, AFullSegmentOfDataLeavesTheBlocksToAnAcknowledgment) {
  peer_has_sack = true;
  Connection connection = Establish();
  Inject({.seq = 11, .data = "later"});
  TakeSent();
  Write(connection, Bytes(1460));
  Inject({.seq = 21, .data = "still"});
  bool was_reported = false;
  for (const SentSegment& sent : TakeSent()) {
    EXPECT_LE(sent.data.size() + sent.header.header_size, 1480u);
    was_reported |= sent.options.sack_count == 2;
  }
  EXPECT_TRUE(was_reported);
}

TEST_F(ReceiveTest, UrgentDataIsMarkedAndStaysInTheStream) {
  Connection connection = Establish();
  EXPECT_FALSE(connection.BytesToUrgentMark().has_value());
  Inject({.flags = "PAU", .data = "abc", .urgent = 2});
  EXPECT_EQ(connection.BytesToUrgentMark(), 2u);
  std::byte byte;
  EXPECT_EQ(connection.Read({&byte, 1}), 1u);
  EXPECT_EQ(connection.BytesToUrgentMark(), 1u);
  EXPECT_EQ(ReadAll(connection), "bc");
  EXPECT_FALSE(connection.BytesToUrgentMark().has_value());
}

TEST_F(ReceiveTest, UrgentDataIsAnnouncedBeforeItComes) {
  Connection connection = Establish();
  Inject({.flags = "AU", .urgent = 100});
  EXPECT_EQ(connection.BytesToUrgentMark(), 100u);
  Inject({.flags = "AU", .urgent = 0});
  EXPECT_EQ(connection.BytesToUrgentMark(), 100u);
  ExpectNothing();
}

TEST_F(ReceiveTest, CoalescedSegmentsCountAsWhatTheyWere) {
  Connection connection = Establish();
  UseUpQuickAcks(connection);
  const std::uint32_t begin = peer_nxt;
  segments_joined = 4;
  Inject({.data = Bytes(5840)});
  Expect({.ack = begin + 5840});
}

TEST_F(ReceiveTest, AProgramThatReadsNoMoreStillLetsItsPeerClose) {
  Connection connection = Establish();
  connection.ShutDownRead();
  for (int i = 0; i < 100; ++i) Inject({.data = Bytes(1460)});
  EXPECT_EQ(connection.readable(), 0u);
  Inject({.flags = "FA"});
  EXPECT_EQ(connection.info().state, State::kCloseWait);
  TakeSent();
}

}  // namespace
}  // namespace net::tcp
