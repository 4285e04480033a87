// How connections begin, and how they do not.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "net/tcp/syn_cookies.h"
#include "net/tcp/testing/script.h"

namespace net::tcp {
namespace {

using kernel::Error;

class HandshakeTest : public Script {};

TEST_F(HandshakeTest, ASynOffersAllThatWeCan) {
  kernel::Result<Connection> connection = tcp->Connect({}, RemoteEnd(), {});
  ASSERT_TRUE(connection.has_value());
  ASSERT_EQ(ip.sent.size(), 1u);
  const SentSegment& syn = ip.sent.front();
  EXPECT_EQ(LettersOf(syn.header.flags), "SEC");
  EXPECT_EQ(syn.options.maximum_segment_size, 1460);
  EXPECT_EQ(syn.options.window_scale, 7);  // for 6 MiB
  EXPECT_TRUE(syn.options.may_sack);
  ASSERT_TRUE(syn.options.timestamps.has_value());
  EXPECT_EQ(syn.options.timestamps->echo, 0u);
  EXPECT_EQ(syn.header.window, 65535);
  EXPECT_GE(syn.header.source_port, 49152);
  ip.sent.clear();
}

TEST_F(HandshakeTest, OverIpv6TheSegmentIsSmaller) {
  peer_is_ipv6 = true;
  Connection connection = Connect();
  Inject({.flags = "SA", .seq = 0, .mss = 1440});
  Expect({.seq = 1, .ack = 1});
  EXPECT_EQ(connection.info().send_segment_size, 1440u);
}

TEST_F(HandshakeTest, ASynGoesAgainForThreeMinutesAndThenNoMore) {
  Connection connection = Connect();
  const kernel::Instant begin = context->now();
  for (const int seconds : {1, 3, 7, 15, 31, 63, 123}) {
    Advance(begin + Duration::Seconds(seconds) - context->now() - Duration::Milliseconds(1));
    ExpectNothing();
    Advance(Duration::Milliseconds(1));
    ASSERT_EQ(ip.sent.size(), 1u) << seconds;
    // The third goes without ECN, which may be what a bad router drops.
    Expect({.flags = seconds < 3 ? "SEC" : "S", .seq = 0});
  }
  Advance(Duration::Seconds(59));
  EXPECT_FALSE(connection.IsFinished());
  Advance(Duration::Seconds(1));
  EXPECT_TRUE(connection.IsFinished());
  EXPECT_EQ(connection.error(), Error::kTimedOut);
  EXPECT_EQ(counters().attempt_fails, 1u);
  ExpectNothing();
}

TEST_F(HandshakeTest, AResetRefuses) {
  Connection connection = Connect();
  Inject({.flags = "RA", .seq = 0, .ack = 1});
  EXPECT_TRUE(connection.IsFinished());
  EXPECT_EQ(connection.error(), Error::kRefused);
  std::byte byte;
  EXPECT_EQ(connection.Read({&byte, 1}).error(), Error::kRefused);
  EXPECT_EQ(connection.Write({&byte, 1}).error(), Error::kRefused);
  ExpectNothing();
}

TEST_F(HandshakeTest, AResetWithoutOurNumberIsIgnored) {
  Connection connection = Connect();
  Inject({.flags = "R", .seq = 0});
  Inject({.flags = "RA", .seq = 0, .ack = 0});
  Inject({.flags = "RA", .seq = 0, .ack = 2});
  EXPECT_FALSE(connection.IsFinished());
  ExpectNothing();
}

TEST_F(HandshakeTest, AnAcknowledgmentOfNothingInSynSentIsReset) {
  Connection connection = Connect();
  Inject({.flags = "A", .seq = 500, .ack = 77});
  Expect({.flags = "R", .seq = 77});
  Inject({.flags = "SA", .seq = 0, .ack = 0});
  Expect({.flags = "R", .seq = 0});
  EXPECT_FALSE(connection.IsFinished());
  Inject({.flags = "SA", .seq = 0, .ack = 1, .mss = 1460});
  Expect({.seq = 1, .ack = 1});
  EXPECT_TRUE(connection.IsEstablished());
}

TEST_F(HandshakeTest, ASegmentWithoutSynOrRstInSynSentIsDropped) {
  Connection connection = Connect();
  Inject({.flags = "F", .seq = 0});
  Inject({.flags = "P", .seq = 0, .data = "x"});
  EXPECT_EQ(connection.info().state, State::kSynSent);
  ExpectNothing();
}

TEST_F(HandshakeTest, BothEndsCallAtOnce) {
  Connection connection = Connect();
  Inject({.flags = "S", .seq = 0, .mss = 1460});
  Expect({.flags = "SA", .seq = 0, .ack = 1});
  EXPECT_EQ(connection.info().state, State::kSynReceived);
  // Theirs crosses ours, and shows only where it is. [RFC9293] 3.5, figure 8
  Inject({.flags = "SA", .seq = 0, .ack = 1, .mss = 1460});
  Expect({.seq = 1, .ack = 1});
  Inject({.seq = 1, .ack = 1});
  EXPECT_TRUE(connection.IsEstablished());
  Write(connection, "x");
  Expect({.seq = 1, .ack = 1, .data = "x"});
}

TEST_F(HandshakeTest, WhatIsWrittenBeforeTheHandshakeGoesAfterIt) {
  Connection connection = Connect();
  Write(connection, "early");
  connection.ShutDownWrite();
  ExpectNothing();
  Inject({.flags = "SA", .seq = 0, .ack = 1, .mss = 1460});
  Expect({.flags = "FPA", .seq = 1, .ack = 1, .data = "early"});
  EXPECT_EQ(connection.info().state, State::kFinWait1);
}

TEST_F(HandshakeTest, DataInASynAckIsTaken) {
  Connection connection = Connect();
  Inject({.flags = "SA", .seq = 0, .ack = 1, .data = "hi", .mss = 1460});
  Expect({.seq = 1, .ack = 3});
  EXPECT_EQ(ReadAll(connection), "hi");
}

TEST_F(HandshakeTest, AConnectionThatIsDroppedInSynSentIsGone) {
  {
    Connection connection = Connect();
  }
  EXPECT_EQ(tcp->connections(), 0u);
  Advance(Duration::Seconds(300));
  ExpectNothing();
}

TEST_F(HandshakeTest, NobodyCanBeCalledAtAGroupOrAtPortZero) {
  const Endpoint group = {Ipv4Address::Of(224, 0, 0, 1), 80};
  EXPECT_EQ(tcp->Connect({}, group, {}).error(), Error::kInvalidArgument);
  EXPECT_EQ(tcp->Connect({}, {Ipv4Address::Of(255, 255, 255, 255), 80}, {}).error(), Error::kInvalidArgument);
  EXPECT_EQ(tcp->Connect({}, {RemoteEnd().address, 0}, {}).error(), Error::kInvalidArgument);
  EXPECT_EQ(tcp->Connect({}, {IpAddress(), 80}, {}).error(), Error::kInvalidArgument);
  ip.find_error = Error::kUnreachable;
  EXPECT_EQ(tcp->Connect({}, RemoteEnd(), {}).error(), Error::kUnreachable);
}

TEST_F(HandshakeTest, ThePairOfEndsIsUnique) {
  Connection connection = Establish();
  EXPECT_EQ(tcp->Connect({{}, local_port}, RemoteEnd(), {}).error(), Error::kInUse);
}

TEST_F(HandshakeTest, ControlBlocksAreLimited) {
  std::vector<Connection> all;
  while (true) {
    kernel::Result<Connection> connection = tcp->Connect({}, RemoteEnd(), {});
    if (!connection) {
      EXPECT_EQ(connection.error(), Error::kOutOfMemory);
      break;
    }
    all.push_back(std::move(*connection));
  }
  EXPECT_EQ(all.size(), 64u);
  ip.sent.clear();
}

// ---- From outside.

TEST_F(HandshakeTest, AClosedPortAnswersWithAReset) {
  StartAs(9999);
  Inject({.flags = "S", .seq = 0});
  Expect({.flags = "RA", .seq = 0u - our_iss, .ack = 1});
  Inject({.flags = "A", .seq = 5, .ack = 77});
  Expect({.flags = "R", .seq = 77});
  Inject({.flags = "R", .seq = 5});
  Inject({.flags = "RA", .seq = 5});
  ExpectNothing();
  EXPECT_EQ(counters().out_resets, 2u);
}

TEST_F(HandshakeTest, AListenerIgnoresWhatIsNoSyn) {
  Listener listener = Listen();
  Inject({.flags = "R", .seq = 0});
  Inject({.flags = "F", .seq = 0});
  Inject({.flags = "", .seq = 0});
  Inject({.flags = "SF", .seq = 0});
  ExpectNothing();
  Inject({.flags = "A", .seq = 5, .ack = 77});
  Expect({.flags = "R", .seq = 77});
  Inject({.flags = "SA", .seq = 5, .ack = 78});
  Expect({.flags = "R", .seq = 78});
  EXPECT_EQ(listener.Accept().error(), Error::kWouldBlock);
}

TEST_F(HandshakeTest, ASynAckGoesAgainAndThenTheEntryGoes) {
  Listener listener = Listen();
  SynFromPeer(5000);
  EXPECT_EQ(tcp->half_open(), 1u);
  EXPECT_EQ(tcp->connections(), 0u);
  for (const int seconds : {1, 2, 4, 8, 16}) {
    Advance(Duration::Seconds(seconds));
    Expect({.flags = "SA", .seq = 0, .ack = 1});
  }
  Advance(Duration::Seconds(33));
  ExpectNothing();
  EXPECT_EQ(tcp->half_open(), 0u);
}

TEST_F(HandshakeTest, TheSameSynGetsTheSameAnswer) {
  Listener listener = Listen();
  SynFromPeer(5000);
  Inject({.flags = "S", .seq = 0, .mss = 1460});
  Expect({.flags = "SA", .seq = 0, .ack = 1});
  AckFromPeer();
  EXPECT_TRUE(listener.CanAccept());
}

TEST_F(HandshakeTest, AResetEndsAHandshakeAtItsExactNumberOnly) {
  Listener listener = Listen();
  SynFromPeer(5000);
  Inject({.flags = "R", .seq = 100});
  Expect({.seq = 1, .ack = 1});
  EXPECT_EQ(tcp->half_open(), 1u);
  Inject({.flags = "R", .seq = 100'000});
  ExpectNothing();
  Inject({.flags = "R", .seq = 1});
  EXPECT_EQ(tcp->half_open(), 0u);
  ExpectNothing();
}

TEST_F(HandshakeTest, AWrongAcknowledgmentInAHandshakeIsReset) {
  Listener listener = Listen();
  SynFromPeer(5000);
  Inject({.seq = 1, .ack = 0});
  Expect({.flags = "R", .seq = 0});
  Inject({.seq = 1, .ack = 2});
  Expect({.flags = "R", .seq = 2});
  EXPECT_EQ(tcp->half_open(), 1u);
  Inject({.seq = 90'000, .ack = 1});
  Expect({.seq = 1, .ack = 1});
  Inject({.flags = "", .seq = 1});
  ExpectNothing();
  Inject({.seq = 1, .ack = 1});
  EXPECT_TRUE(listener.CanAccept());
}

TEST_F(HandshakeTest, ANewSynInTheWindowTakesAHandshakeBackToListen) {
  Listener listener = Listen();
  SynFromPeer(5000);
  Inject({.flags = "S", .seq = 100});
  EXPECT_EQ(tcp->half_open(), 0u);
  ExpectNothing();
}

TEST_F(HandshakeTest, DataWithTheLastAcknowledgmentIsThereAtOnce) {
  Listener listener = Listen();
  SynFromPeer(5000);
  Inject({.data = "GET"});
  kernel::Result<Connection> connection = listener.Accept();
  ASSERT_TRUE(connection.has_value());
  EXPECT_EQ(ReadAll(*connection), "GET");
  Write(*connection, "OK");
  Expect({.seq = 1, .ack = 4, .data = "OK"});
}

TEST_F(HandshakeTest, AFullBacklogMakesTheNextWait) {
  Listener listener = Listen(2);
  for (const std::uint16_t port : {5001, 5002}) {
    SynFromPeer(port);
    AckFromPeer();
  }
  remote_port = 5003;
  Inject({.flags = "S", .seq = 0, .mss = 1460});
  ExpectNothing();
  EXPECT_EQ(counters().backlog_full, 1u);
  ASSERT_TRUE(listener.Accept().has_value());
  TakeSent();
  SynFromPeer(5003);
  AckFromPeer();
  EXPECT_EQ(counters().passive_opens, 3u);
}

TEST_F(HandshakeTest, ABrokenConnectionIsNotAccepted) {
  Listener listener = Listen();
  SynFromPeer(5001);
  AckFromPeer();
  Inject({.flags = "R"});
  EXPECT_FALSE(listener.CanAccept());
  EXPECT_EQ(listener.Accept().error(), Error::kWouldBlock);
  EXPECT_EQ(tcp->connections(), 0u);
}

TEST_F(HandshakeTest, AListenerThatGoesResetsWhoWaits) {
  {
    Listener listener = Listen();
    SynFromPeer(5001);
    AckFromPeer();
    SynFromPeer(5002);
  }
  Expect({.flags = "RA"});
  EXPECT_EQ(tcp->connections(), 0u);
  EXPECT_EQ(tcp->half_open(), 0u);
  Advance(Duration::Seconds(100));
  ExpectNothing();
}

TEST_F(HandshakeTest, APortHasOneListener) {
  Listener listener = Listen();
  EXPECT_EQ(tcp->Listen({{}, local_port}, 1, {}).error(), Error::kInUse);
  kernel::Result<Listener> exact = tcp->Listen({ip.ipv4, local_port}, 1, {});
  EXPECT_TRUE(exact.has_value());
  EXPECT_EQ(tcp->Listen({RemoteEnd().address, 81}, 1, {}).error(), Error::kInvalidArgument);
  kernel::Result<Listener> chosen = tcp->Listen({}, 1, {});
  ASSERT_TRUE(chosen.has_value());
  EXPECT_GE(chosen->local().port, 49152);
}

TEST_F(HandshakeTest, ASegmentFromUsToUsIsDropped) {
  Listener listener = Listen();
  const IpReceived received = {.source = ip.ipv4, .destination = ip.ipv4};
  remote_port = local_port;
  InjectAs({.flags = "S", .seq = 0}, received);
  ExpectNothing();
  EXPECT_EQ(counters().from_itself, 1u);
}

TEST_F(HandshakeTest, GroupsHaveNoConnections) {
  Listener listener = Listen();
  InjectAs({.flags = "S", .seq = 0},
           {.source = RemoteEnd().address, .destination = Ipv4Address::Of(192, 0, 2, 255), .is_group = true});
  InjectAs({.flags = "S", .seq = 0}, {.source = Ipv4Address::Of(224, 0, 0, 5), .destination = ip.ipv4});
  InjectAs({.flags = "S", .seq = 0}, {.source = Ipv4Address::Of(255, 255, 255, 255), .destination = ip.ipv4});
  ExpectNothing();
  EXPECT_EQ(counters().to_group, 3u);
}

TEST_F(HandshakeTest, AWrongChecksumIsDropped) {
  Listener listener = Listen();
  corrupts_checksum = true;
  Inject({.flags = "S", .seq = 0});
  ExpectNothing();
  EXPECT_EQ(counters().bad_checksum, 1u);
}

TEST_F(HandshakeTest, BeyondTheTableCookiesAnswerAndComeBack) {
  Listener listener = Listen(64);
  peer_scale = 5;
  peer_has_timestamps = true;
  peer_has_sack = true;
  for (std::uint16_t port = 6000; port < 6016; ++port) SynFromPeer(port);
  EXPECT_EQ(tcp->half_open(), 16u);
  SynFromPeer(7000);
  EXPECT_EQ(counters().cookies_sent, 1u);
  EXPECT_EQ(tcp->half_open(), 16u);
  Inject({.data = "cookie"});
  EXPECT_EQ(counters().cookies_accepted, 1u);
  kernel::Result<Connection> connection = listener.Accept();
  ASSERT_TRUE(connection.has_value());
  EXPECT_EQ(ReadAll(*connection), "cookie");
  const Info info = connection->info();
  EXPECT_TRUE(info.has_timestamps && info.has_sack && info.has_window_scale);
  EXPECT_EQ(info.send_window_shift, 5);
  Write(*connection, "x");
  Expect({.seq = 1, .ack = 7, .data = "x"});
}

// A narrow path is no reason for the peer to send less: it finds out about its own way. [RFC1191] 3.1
TEST_F(HandshakeTest, TheSegmentSizeThatIsAnnouncedIsTheLinksNotThePaths) {
  ip.path = {.mtu = 1000, .link_mtu = 1500};
  auto connecting = tcp->Connect({}, RemoteEnd(), {});
  ASSERT_TRUE(connecting.has_value());
  ASSERT_EQ(ip.sent.size(), 1u);
  EXPECT_EQ(ip.sent.front().options.maximum_segment_size, 1460);
  connecting->Abort();
  TakeSent();
  Connection connection = Accept();
  EXPECT_EQ(connection.info().send_segment_size, 960u);
  EXPECT_EQ(connection.info().receive_segment_size, 536u);
}

TEST_F(HandshakeTest, DataThatOvertakesTheReturnOfACookieIsDroppedNotReset) {
  Listener listener = Listen(64);
  for (std::uint16_t port = 6000; port < 6016; ++port) SynFromPeer(port);
  SynFromPeer(7000);
  ASSERT_EQ(counters().cookies_sent, 1u);
  Inject({.flags = "AP", .seq = 5, .ack = 1, .data = "last"});
  ExpectNothing();
  EXPECT_EQ(counters().early_data, 1u);
  // The bare acknowledgment is lost: the first data brings the cookie, too.
  Inject({.flags = "AP", .seq = 1, .ack = 1, .data = "1st "});
  EXPECT_EQ(counters().cookies_accepted, 1u);
  kernel::Result<Connection> connection = listener.Accept();
  ASSERT_TRUE(connection.has_value());
  Inject({.flags = "AP", .seq = 5, .ack = 1, .data = "last"});
  EXPECT_EQ(ReadAll(*connection), "1st last");
}

TEST_F(HandshakeTest, WhenNoCookieCanBeGoodAnyMoreDataForNobodyIsReset) {
  Listener listener = Listen(64);
  for (std::uint16_t port = 6000; port < 6016; ++port) SynFromPeer(port);
  SynFromPeer(7000);
  Advance(kCookieLifetime);
  TakeSent();
  Inject({.flags = "AP", .seq = 5, .ack = 1, .data = "last"});
  Expect({.flags = "R", .seq = 1});
}

TEST_F(HandshakeTest, ACookieWithoutTimestampsAgreesOnASegmentSizeOnly) {
  Listener listener = Listen(64);
  peer_scale = 5;
  peer_has_sack = true;
  for (std::uint16_t port = 6000; port < 6016; ++port) SynFromPeer(port);
  remote_port = 7000;
  StartAs(local_port);
  Inject({.flags = "S", .seq = 0, .mss = 1460, .scale = 5, .sack_ok = true});
  ASSERT_EQ(ip.sent.size(), 1u);
  our_iss = ip.sent.front().header.sequence;
  EXPECT_FALSE(ip.sent.front().options.may_sack);
  EXPECT_FALSE(ip.sent.front().options.window_scale.has_value());
  Expect({.flags = "SA", .seq = 0, .ack = 1});
  AckFromPeer();
  kernel::Result<Connection> connection = listener.Accept();
  ASSERT_TRUE(connection.has_value());
  EXPECT_FALSE(connection->info().has_sack);
  EXPECT_GE(connection->info().send_segment_size, 1300u);
}

TEST_F(HandshakeTest, AForgedCookieIsReset) {
  Listener listener = Listen(64);
  for (std::uint16_t port = 6000; port < 6017; ++port) SynFromPeer(port);
  remote_port = 7000;
  Inject({.flags = "A", .seq = 1, .ack = 12345});
  Expect({.flags = "R", .seq = 12345});
  EXPECT_EQ(counters().bad_cookie, 1u);
  EXPECT_FALSE(listener.CanAccept());
}

}  // namespace
}  // namespace net::tcp
