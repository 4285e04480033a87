// How connections end: every way through figure 5 of [RFC9293].
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "kernel/base/result.h"
#include "net/tcp/testing/script.h"

namespace net::tcp {
namespace {

using kernel::Error;

class CloseTest : public Script {
 protected:
  // TIME-WAIT, entered by our closing first.
  void ReachTimeWait() {
    Connection connection = Establish();
    WeClose(connection);
    Inject({.flags = "FA"});
    Expect({.seq = 2, .ack = 2});
    EXPECT_TRUE(connection.IsFinished());
  }
};

TEST_F(CloseTest, WeCloseFirst) {
  Connection connection = Establish();
  WeClose(connection);
  PeerAcknowledges();
  EXPECT_EQ(connection.info().state, State::kFinWait2);
  Inject({.data = "still"});
  EXPECT_EQ(ReadAll(connection), "still");
  Inject({.flags = "FA"});
  Expect({.seq = 2, .ack = 7});
  EXPECT_EQ(connection.info().state, State::kTimeWait);
  EXPECT_TRUE(connection.IsFinished());
}

TEST_F(CloseTest, ThePeerClosesFirst) {
  Connection connection = Establish();
  PeerCloses(connection);
  EXPECT_TRUE(connection.CanRead());
  Write(connection, "answer");
  Expect({.seq = 1, .ack = 2, .data = "answer"});
  connection.ShutDownWrite();
  Expect({.flags = "FA", .seq = 7, .ack = 2});
  EXPECT_EQ(connection.info().state, State::kLastAck);
  PeerAcknowledges();
  EXPECT_TRUE(connection.IsFinished());
  EXPECT_EQ(connection.info().state, State::kClosed);
  EXPECT_EQ(tcp->time_waits(), 0u);
}

TEST_F(CloseTest, WhoClosesInTurnAcknowledgesWithItsOwnFin) {
  Connection connection = Establish();
  Inject({.flags = "FA"});
  ExpectNothing();
  Advance(Duration::Milliseconds(39));
  ExpectNothing();
  connection.ShutDownWrite();
  Expect({.flags = "FA", .seq = 1, .ack = 2});
  Advance(Duration::Milliseconds(40));
  ExpectNothing();
}

TEST_F(CloseTest, BothCloseAtOnce) {
  Connection connection = Establish();
  WeClose(connection);
  Inject({.flags = "FA", .ack = 1});
  Expect({.seq = 2, .ack = 2});
  EXPECT_EQ(connection.info().state, State::kClosing);
  Inject({.ack = 2});
  EXPECT_EQ(connection.info().state, State::kTimeWait);
  EXPECT_EQ(tcp->time_waits(), 1u);
}

TEST_F(CloseTest, AFinWithAnAcknowledgmentOfOursSkipsAState) {
  Connection connection = Establish();
  WeClose(connection);
  Inject({.flags = "FA", .ack = 2});
  Expect({.seq = 2, .ack = 2});
  EXPECT_EQ(connection.info().state, State::kTimeWait);
}

TEST_F(CloseTest, OurFinWaitsForWhatWasWritten) {
  peer_window = 2000;
  Connection connection = Establish();
  Write(connection, Bytes(3000));
  Expect({.flags = "A", .seq = 1, .data = Bytes(1460)});
  connection.ShutDownWrite();
  ExpectNothing();
  EXPECT_EQ(connection.info().state, State::kEstablished);
  Inject({});
  Expect({.flags = "A", .seq = 1461, .data = Bytes(1460, 1460)});
  Expect({.flags = "FPA", .seq = 2921, .data = Bytes(80, 2920)});
  EXPECT_EQ(connection.info().state, State::kFinWait1);
}

TEST_F(CloseTest, AFinOutOfOrderWaits) {
  Connection connection = Establish();
  Inject({.flags = "FA", .seq = 4, .data = "def"});
  Expect({.ack = 1});
  EXPECT_EQ(connection.info().state, State::kEstablished);
  Inject({.seq = 1, .data = "abc"});
  Expect({.ack = 8});
  EXPECT_EQ(connection.info().state, State::kCloseWait);
  EXPECT_EQ(ReadAll(connection), "abcdef");
}

TEST_F(CloseTest, TheirFinAgainIsAcknowledgedAgain) {
  Connection connection = Establish();
  PeerCloses(connection);
  Inject({.flags = "FA", .seq = 1});
  Expect({.ack = 2});
  EXPECT_EQ(connection.info().state, State::kCloseWait);
}

TEST_F(CloseTest, ALostFinGoesAgain) {
  Connection connection = Establish();
  WeClose(connection);
  Advance(Duration::Seconds(3));
  bool was_resent = false;
  for (const SentSegment& sent : TakeSent()) was_resent |= LettersOf(sent.header.flags) == "FA";
  EXPECT_TRUE(was_resent);
}

TEST_F(CloseTest, NothingIsWrittenAfterShuttingDown) {
  Connection connection = Establish();
  WeClose(connection);
  const std::byte byte{};
  EXPECT_EQ(connection.Write({&byte, 1}).error(), Error::kClosed);
  EXPECT_TRUE(connection.CanWrite());  // it would not block
  connection.ShutDownWrite();
  ExpectNothing();
}

TEST_F(CloseTest, FinWait2WithoutAHandleEndsAfterAMinute) {
  Connection connection = Establish();
  connection = {};
  Expect({.flags = "FA", .seq = 1});
  PeerAcknowledges();
  EXPECT_EQ(tcp->connections(), 1u);
  Advance(Duration::Seconds(59));
  EXPECT_EQ(tcp->connections(), 1u);
  Advance(Duration::Seconds(1));
  EXPECT_EQ(tcp->connections(), 0u);
}

TEST_F(CloseTest, FinWait2WithAHandleWaits) {
  Connection connection = Establish();
  WeClose(connection);
  PeerAcknowledges();
  Advance(Duration::Seconds(600));
  EXPECT_EQ(connection.info().state, State::kFinWait2);
  connection = {};
  Advance(Duration::Seconds(61));
  EXPECT_EQ(tcp->connections(), 0u);
}

TEST_F(CloseTest, AbortResetsAndEndsAtOnce) {
  Connection connection = Establish();
  Write(connection, "lost");
  TakeSent();
  connection.Abort();
  Expect({.flags = "RA", .seq = 5, .ack = 1});
  EXPECT_TRUE(connection.IsFinished());
  EXPECT_EQ(connection.error(), Error::kReset);
  connection.Abort();
  ExpectNothing();
}

TEST_F(CloseTest, LingerZeroMakesClosingAnAbort) {
  Options options;
  options.aborts_on_close = true;
  Connection connection = Establish(options);
  connection = {};
  Expect({.flags = "RA"});
  EXPECT_EQ(tcp->connections(), 0u);
}

TEST_F(CloseTest, AResetEndsEveryStateAtOnce) {
  Connection connection = Establish();
  PeerCloses(connection);
  Inject({.flags = "R"});
  EXPECT_EQ(connection.error(), Error::kReset);

  remote_port = 5001;
  connection = Establish();
  WeClose(connection);
  Inject({.flags = "R"});
  EXPECT_EQ(connection.error(), Error::kReset);

  remote_port = 5002;
  connection = Establish();
  PeerCloses(connection);
  connection.ShutDownWrite();
  Expect({.flags = "FA"});
  Inject({.flags = "R"});
  EXPECT_TRUE(connection.IsFinished());
  EXPECT_FALSE(connection.error().has_value());  // LAST-ACK: all was said
  EXPECT_EQ(tcp->connections(), 1u);
}

// ---- TIME-WAIT.

TEST_F(CloseTest, TimeWaitAnswersAnotherFinAndBeginsAnew) {
  ReachTimeWait();
  Advance(Duration::Seconds(50));
  Inject({.flags = "FA", .seq = 1});
  Expect({.seq = 2, .ack = 2});
  Advance(Duration::Seconds(50));
  EXPECT_EQ(tcp->time_waits(), 1u);
  Advance(Duration::Seconds(11));
  EXPECT_EQ(tcp->time_waits(), 0u);
}

TEST_F(CloseTest, TimeWaitIsNotAssassinated) {
  ReachTimeWait();
  Inject({.flags = "R", .seq = 2});
  Inject({.flags = "RA", .seq = 2});
  EXPECT_EQ(tcp->time_waits(), 1u);
  ExpectNothing();
  // Old data, and old acknowledgments, are answered with where we are. [RFC1337] 2
  Inject({.seq = 1, .data = "old"});
  Expect({.seq = 2, .ack = 2});
  EXPECT_EQ(tcp->time_waits(), 1u);
}

TEST_F(CloseTest, AnAcknowledgmentInTimeWaitIsNotAnswered) {
  ReachTimeWait();
  Inject({.seq = 2, .ack = 2});
  ExpectNothing();
}

TEST_F(CloseTest, ANewSynBeyondTheOldNumbersReopens) {
  ReachTimeWait();
  Listener listener = Listen();
  const std::uint32_t old_end = our_iss + 2;
  Inject({.flags = "S", .seq = 2, .mss = 1460});  // not beyond
  Expect({.seq = 2, .ack = 2});
  StartPeerAgain(1000);
  Inject({.flags = "S", .seq = 0, .mss = 1460});
  ASSERT_EQ(ip.sent.size(), 1u);
  our_iss = ip.sent.front().header.sequence;
  EXPECT_GT(static_cast<std::int32_t>(our_iss - old_end), 0);
  Expect({.flags = "SA", .seq = 0, .ack = 1});
  EXPECT_EQ(tcp->time_waits(), 0u);
  EXPECT_EQ(counters().time_waits_reused, 1u);
  AckFromPeer();
  EXPECT_TRUE(listener.CanAccept());
}

TEST_F(CloseTest, ANewerTimestampReopensWhateverTheNumber) {
  peer_has_timestamps = true;
  ReachTimeWait();
  Listener listener = Listen();
  Advance(Duration::Seconds(1));
  Inject({.flags = "S", .seq = 0u - 5000, .mss = 1460});
  ASSERT_EQ(ip.sent.size(), 1u);
  EXPECT_EQ(LettersOf(ip.sent.front().header.flags), "SA");
  ip.sent.clear();
  EXPECT_EQ(counters().time_waits_reused, 1u);
}

TEST_F(CloseTest, TheTableOfTimeWaitsEvictsTheOldest) {
  for (std::uint16_t port = 6000; port < 6040; ++port) {
    remote_port = port;
    ReachTimeWait();
  }
  EXPECT_EQ(tcp->time_waits(), 32u);
  EXPECT_EQ(counters().time_waits_evicted, 8u);
}

}  // namespace
}  // namespace net::tcp
