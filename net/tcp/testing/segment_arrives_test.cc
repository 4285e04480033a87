// What a connection makes of segments that are not the next ones: each check of SEGMENT ARRIVES.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "kernel/base/result.h"
#include "net/tcp/testing/script.h"

namespace net::tcp {
namespace {

using kernel::Error;

class SegmentArrivesTest : public Script {};

TEST_F(SegmentArrivesTest, OldDataIsAcknowledgedAgain) {
  Connection connection = Establish();
  Inject({.data = "hello"});
  Inject({.seq = 1, .data = "hello"});
  Expect({.seq = 1, .ack = 6});
  EXPECT_EQ(ReadAll(connection), "hello");
  EXPECT_EQ(counters().duplicate_segments, 1u);
}

TEST_F(SegmentArrivesTest, DataThatIsPartlyOldIsTakenOnce) {
  Connection connection = Establish();
  Inject({.data = "hello"});
  Inject({.seq = 3, .data = "llo world"});
  Expect({.seq = 1, .ack = 12});
  EXPECT_EQ(ReadAll(connection), "hello world");
}

TEST_F(SegmentArrivesTest, DataBeyondTheWindowIsRefused) {
  Connection connection = Establish();
  Inject({.seq = 70'000, .data = "far"});
  Expect({.seq = 1, .ack = 1});
  EXPECT_EQ(counters().out_of_window, 1u);
  EXPECT_EQ(connection.readable(), 0u);
}

TEST_F(SegmentArrivesTest, DataIsCutAtTheWindowsEdge) {
  Options options;
  options.receive_limit = 65535;
  Connection connection = Establish(options);
  const std::string all = Bytes(65535);
  for (std::size_t at = 0; at < all.size(); at += 1000) Inject({.data = all.substr(at, at == 65000 ? 600 : 1000)});
  TakeSent();
  EXPECT_EQ(connection.readable(), 65535u);
  EXPECT_EQ(connection.info().receive_window, 0u);
  std::string expected = all.substr(0, 65000);
  expected += all.substr(65000, 535);
  EXPECT_EQ(ReadAll(connection), expected);
}

TEST_F(SegmentArrivesTest, AResetCountsAtTheExactNumberOnly) {
  Connection connection = Establish();
  Inject({.flags = "R", .seq = 2});
  Expect({.seq = 1, .ack = 1});  // a challenge
  Inject({.flags = "R", .seq = 65000});
  Expect({.seq = 1, .ack = 1});
  Inject({.flags = "R", .seq = 80'000});
  Inject({.flags = "R", .seq = 0});
  ExpectNothing();
  EXPECT_TRUE(connection.IsEstablished() && !connection.IsFinished());
  EXPECT_EQ(counters().blind_reset, 2u);
  Inject({.flags = "R", .seq = 1});
  EXPECT_TRUE(connection.IsFinished());
  EXPECT_EQ(connection.error(), Error::kReset);
  EXPECT_EQ(counters().established_resets, 1u);
}

TEST_F(SegmentArrivesTest, WhatCameBeforeAResetCanStillBeRead) {
  Connection connection = Establish();
  Inject({.data = "last"});
  Inject({.flags = "RA"});
  std::byte bytes[8];
  EXPECT_EQ(connection.Read(bytes), 4u);
  EXPECT_EQ(connection.Read(bytes).error(), Error::kReset);
  TakeSent();
}

TEST_F(SegmentArrivesTest, ASynIsChallenged) {
  Connection connection = Establish();
  Inject({.flags = "S", .seq = 0});
  Expect({.seq = 1, .ack = 1});
  Inject({.flags = "S", .seq = 1});
  Expect({.seq = 1, .ack = 1});
  Inject({.flags = "SA", .seq = 50});
  Expect({.seq = 1, .ack = 1});
  EXPECT_FALSE(connection.IsFinished());
  EXPECT_EQ(counters().blind_syn, 2u);
}

TEST_F(SegmentArrivesTest, ChallengesAreLimited) {
  Connection connection = Establish();
  for (int i = 0; i < 100; ++i) Inject({.flags = "S", .seq = 5});
  EXPECT_EQ(TakeSent().size(), 10u);
  EXPECT_EQ(counters().limited_challenges, 90u);
  Advance(Duration::Seconds(5));
  Inject({.flags = "S", .seq = 5});
  Expect({.seq = 1, .ack = 1});
}

TEST_F(SegmentArrivesTest, ASegmentWithoutAckIsDropped) {
  Connection connection = Establish();
  Inject({.flags = "P", .seq = 1, .data = "x"});
  Inject({.flags = "", .seq = 1, .data = "x"});
  Inject({.flags = "F", .seq = 1});
  ExpectNothing();
  EXPECT_EQ(connection.readable(), 0u);
  EXPECT_EQ(counters().without_ack, 3u);
}

TEST_F(SegmentArrivesTest, AnAcknowledgmentOfWhatWasNotSentIsChallengedAndItsDataDropped) {
  Connection connection = Establish();
  Write(connection, "abc");
  Expect({.seq = 1, .data = "abc"});
  Inject({.ack = 5, .data = "evil"});
  Expect({.seq = 4, .ack = 1});
  EXPECT_EQ(connection.readable(), 0u);
  EXPECT_EQ(counters().unacceptable_ack, 1u);
}

TEST_F(SegmentArrivesTest, AnAcknowledgmentOlderThanAnyWindowIsChallenged) {
  Connection connection = Establish();
  Inject({.ack = 1u - 70'000, .data = "evil"});
  Expect({.seq = 1, .ack = 1});
  EXPECT_EQ(connection.readable(), 0u);
  // A little older is old news, and its data is good. [RFC5961] 5.2
  Inject({.seq = 1, .ack = 0, .data = "good"});
  EXPECT_EQ(ReadAll(connection), "good");
}

TEST_F(SegmentArrivesTest, AnOldTimestampIsRefusedAndAcknowledged) {
  peer_has_timestamps = true;
  Connection connection = Establish();
  Inject({.data = "new"});
  Inject({.data = "old", .ts = wire::TcpTimestamps{.value = 5, .echo = our_timestamp}});
  Expect({.seq = 1, .ack = 4});
  EXPECT_EQ(ReadAll(connection), "new");
  EXPECT_EQ(counters().old_timestamp, 1u);
}

TEST_F(SegmentArrivesTest, AResetNeedsNoTimestamp) {
  peer_has_timestamps = true;
  Connection connection = Establish();
  Inject({.flags = "R", .ts = wire::TcpTimestamps{.value = 5, .echo = 0}});
  EXPECT_EQ(connection.error(), Error::kReset);
}

TEST_F(SegmentArrivesTest, AfterTwentyFourDaysATimestampTellsNothing) {
  peer_has_timestamps = true;
  Connection connection = Establish();
  Advance(Duration::Seconds(25 * 24 * 3600));
  Inject({.data = "hi", .ts = wire::TcpTimestamps{.value = 5, .echo = our_timestamp}});
  EXPECT_EQ(ReadAll(connection), "hi");
}

TEST_F(SegmentArrivesTest, OurTimestampsEchoTheirLast) {
  peer_has_timestamps = true;
  Connection connection = Establish();
  Advance(Duration::Milliseconds(123));
  Inject({.data = "x", .ts = wire::TcpTimestamps{.value = 0x7000'0000, .echo = our_timestamp}});
  Write(connection, "y");
  const SentSegment sent = Expect({.seq = 1, .ack = 2, .data = "y"});
  ASSERT_TRUE(sent.options.timestamps.has_value());
  EXPECT_EQ(sent.options.timestamps->echo, 0x7000'0000u);
}

TEST_F(SegmentArrivesTest, TheEchoIsOfTheFirstSegmentThatIsNotAcknowledged) {
  peer_has_timestamps = true;
  Connection connection = Establish();
  const std::uint32_t base = 0x4000'0000;
  Inject({.data = "a", .ts = wire::TcpTimestamps{.value = base, .echo = our_timestamp}});
  Inject({.data = "b", .ts = wire::TcpTimestamps{.value = base + 9, .echo = our_timestamp}});
  Advance(Duration::Milliseconds(40));
  const SentSegment sent = Expect({.ack = 3});
  EXPECT_EQ(sent.options.timestamps->echo, base);
}

TEST_F(SegmentArrivesTest, TimestampsOfTwoPeersHaveDifferentOffsets) {
  peer_has_timestamps = true;
  Connection one = Establish();
  const std::uint32_t first = our_timestamp;
  remote_port = 5001;
  Connection other = Establish();
  EXPECT_NE(first, our_timestamp);
}

TEST_F(SegmentArrivesTest, ScaledWindowsAreUnderstood) {
  peer_scale = 7;
  peer_window = 1'000'000;
  Connection connection = Establish();
  Inject({});
  EXPECT_EQ(connection.info().send_window, 1'000'000u / 128 * 128);
  EXPECT_EQ(connection.info().send_window_shift, 7);
}

TEST_F(SegmentArrivesTest, WithoutAnAnswerToOurScaleNothingIsScaled) {
  Connection connection = Establish();
  EXPECT_FALSE(connection.info().has_window_scale);
  Inject({.win = 5000});
  EXPECT_EQ(connection.info().send_window, 5000u);
  EXPECT_EQ(connection.info().receive_window_shift, 0);
}

TEST_F(SegmentArrivesTest, AnOldSegmentDoesNotChangeTheWindow) {
  Connection connection = Establish();
  Inject({.data = "abc"});
  Inject({.win = 9000, .data = "def"});
  Inject({.seq = 3, .win = 100, .data = "cdefg"});
  EXPECT_EQ(connection.info().send_window, 9000u);
  TakeSent();
}

TEST_F(SegmentArrivesTest, DataAfterOurHandleIsGoneIsReset) {
  Connection connection = Establish();
  connection = {};
  Expect({.flags = "FA", .seq = 1, .ack = 1});
  Inject({.data = "too late"});
  Expect({.flags = "RA", .seq = 2});
  EXPECT_EQ(counters().after_close, 1u);
  EXPECT_EQ(tcp->connections(), 0u);
}

TEST_F(SegmentArrivesTest, UnreadDataMakesClosingAReset) {
  Connection connection = Establish();
  Inject({.data = "unread"});
  connection = {};
  Expect({.flags = "RA", .seq = 1, .ack = 7});
  EXPECT_EQ(tcp->connections(), 0u);
  ExpectNothing();
}

}  // namespace
}  // namespace net::tcp
