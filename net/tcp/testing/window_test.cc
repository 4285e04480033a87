// Windows that close and open, on either side.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "kernel/base/result.h"
#include "net/tcp/testing/script.h"

namespace net::tcp {
namespace {

class WindowTest : public Script {
 protected:
  // Fills our receive window of 65,535 bytes.
  void Fill(Connection& connection) {
    while (connection.info().receive_window > 0) {
      const std::uint32_t size = std::min<std::uint32_t>(connection.info().receive_window, 1460);
      Inject({.data = Bytes(size)});
    }
    Advance(Duration::Milliseconds(40));
    TakeSent();
  }
};

TEST_F(WindowTest, AClosedWindowIsProbedForEver) {
  Connection connection = Establish();
  Inject({.win = 0});
  Write(connection, "waiting");
  ExpectNothing();
  const kernel::Instant begin = context->now();
  std::vector<std::int64_t> seconds;
  while (context->now() < begin + Duration::Seconds(3 * 3600)) {
    Advance(Duration::Milliseconds(100));
    for (const SentSegment& sent : TakeSent()) {
      EXPECT_EQ(sent.data, "w");
      EXPECT_EQ(sent.header.sequence, our_iss + 1);
      seconds.push_back((sent.at - begin).nanoseconds / 1'000'000'000);
      Inject({.ack = 1, .win = 0});
    }
  }
  ASSERT_GT(seconds.size(), 100u);
  EXPECT_LE(seconds[0], 1);
  EXPECT_EQ(seconds.back() - seconds[seconds.size() - 2], 60);
  EXPECT_FALSE(connection.IsFinished());
  // And then it opens.
  Inject({.ack = 1, .win = 65535});
  Expect({.flags = "A", .seq = 1, .data = "w"});
  PeerAcknowledges();
  Expect({.seq = 2, .data = "aiting"});
}

TEST_F(WindowTest, ProbesAreSpacedMoreAndMoreWhenNobodyOpens) {
  Connection connection = Establish();
  Inject({.win = 0});
  Write(connection, "x");
  std::vector<kernel::Instant> at;
  while (at.size() < 5) {
    Advance(Duration::Milliseconds(100));
    for (const SentSegment& sent : TakeSent()) at.push_back(sent.at);
  }
  for (std::size_t i = 2; i < at.size(); ++i)
    EXPECT_EQ((at[i] - at[i - 1]).nanoseconds, (at[i - 1] - at[i - 2]).nanoseconds * 2);
}

TEST_F(WindowTest, AProbeThatIsTakenMovesOn) {
  Connection connection = Establish();
  Inject({.win = 0});
  Write(connection, "abc");
  Advance(Duration::Seconds(1));
  Expect({.flags = "A", .seq = 1, .data = "a"});
  Inject({.ack = 2, .win = 0});
  Advance(Duration::Seconds(5));
  const std::vector<SentSegment> probes = TakeSent();
  ASSERT_FALSE(probes.empty());
  EXPECT_EQ(probes.front().data, "b");
}

TEST_F(WindowTest, ASilentPeerWithAClosedWindowIsGivenUp) {
  Connection connection = Establish();
  Inject({.win = 0});
  Write(connection, "x");
  Advance(Duration::Seconds(3600));
  EXPECT_EQ(connection.error(), kernel::Error::kTimedOut);
  TakeSent();
}

TEST_F(WindowTest, AnOrphanWithAClosedWindowDoesNotStay) {
  Connection connection = Establish();
  Inject({.win = 0});
  Write(connection, "x");
  connection = {};
  for (int i = 0; i < 400; ++i) {
    Advance(Duration::Seconds(1));
    if (!TakeSent().empty() && tcp->connections() > 0) Inject({.ack = 1, .win = 0});
  }
  EXPECT_EQ(tcp->connections(), 0u);
}

TEST_F(WindowTest, ASillyWindowIsUsedInTheEnd) {
  Connection connection = Establish();
  Inject({.win = 100});
  Write(connection, Bytes(1000));
  ExpectNothing();
  Advance(Duration::Seconds(1));
  Expect({.flags = "A", .seq = 1, .data = Bytes(100)});
}

TEST_F(WindowTest, AFinWaitsForTheWindowAndIsProbedWith) {
  Connection connection = Establish();
  Inject({.win = 0});
  connection.ShutDownWrite();
  ExpectNothing();
  Advance(Duration::Seconds(1));
  Expect({.flags = "FA", .seq = 1});
  Inject({.ack = 2, .win = 0});
  EXPECT_EQ(connection.info().state, State::kFinWait2);
}

TEST_F(WindowTest, OurWindowClosesAsItFillsAndNeverMovesBack) {
  Connection connection = Establish();
  std::uint32_t edge = 0;
  while (connection.info().receive_window > 0) {
    Inject({.data = Bytes(std::min<std::uint32_t>(connection.info().receive_window, 1460))});
    for (const SentSegment& sent : TakeSent()) {
      const std::uint32_t now = sent.header.acknowledgment - peer_iss + sent.header.window;
      EXPECT_GE(now, edge);
      edge = now;
    }
  }
  Advance(Duration::Milliseconds(40));
  TakeSent();
  EXPECT_EQ(connection.readable(), 65535u);
  EXPECT_EQ(edge, 65536u);
}

TEST_F(WindowTest, AFullWindowStillTakesAcknowledgmentsAndResets) {
  Connection connection = Establish();
  Write(connection, "x");
  TakeSent();
  Fill(connection);
  EXPECT_EQ(connection.info().receive_window, 0u);
  Inject({.seq = peer_nxt, .data = "probe"});  // no room, but its acknowledgment counts
  Expect({.ack = 65536, .win = 0});
  peer_nxt -= 5;
  EXPECT_EQ(connection.info().unacknowledged, 0u);
  Inject({.flags = "R"});
  EXPECT_TRUE(connection.IsFinished());
}

// What fills the window may be lost, or refused for want of memory: until it comes again, all that the peer sends
// without data has the number behind the window, and is all that tells of our own data and of the peer's window.
TEST_F(WindowTest, WhoHasFilledTheWindowIsStillBelieved) {
  Connection connection = Establish();
  Write(connection, "abc");
  TakeSent();
  const std::uint32_t edge = 1 + connection.info().receive_window;
  Inject({.flags = "A", .seq = edge, .ack = 4, .win = 1000});
  ExpectNothing();
  EXPECT_EQ(connection.info().unacknowledged, 0u);
  EXPECT_EQ(connection.info().send_window, 1000u);
  EXPECT_EQ(counters().out_of_window, 0u);
  // One further nobody can be who was told the truth.
  Inject({.flags = "A", .seq = edge + 1, .ack = 4, .win = 2000});
  Expect({.flags = "A", .seq = 4, .ack = 1});
  EXPECT_EQ(connection.info().send_window, 1000u);
  EXPECT_EQ(counters().out_of_window, 1u);
}

TEST_F(WindowTest, ReadingOpensTheWindowAndSaysSo) {
  Connection connection = Establish();
  Fill(connection);
  std::vector<std::byte> bytes(1000);
  EXPECT_EQ(connection.Read(bytes), 1000u);
  ExpectNothing();  // too little to tell
  bytes.resize(4000);
  EXPECT_EQ(connection.Read(bytes), 4000u);
  Expect({.seq = 1, .ack = 65536, .win = 5000});
}

TEST_F(WindowTest, AFastReadersWindowGrows) {
  peer_scale = 7;
  Connection connection = Establish();
  for (int turn = 0; turn < 12 && connection.info().receive_window < 500'000; ++turn) {
    std::uint32_t left = connection.info().receive_window;
    while (left > 0) {
      const std::uint32_t size = std::min<std::uint32_t>(left, 1460);
      Inject({.data = Bytes(size)});
      left -= size;
    }
    Advance(Duration::Milliseconds(50));
    ReadAll(connection);
    TakeSent();
  }
  EXPECT_GE(connection.info().receive_window, 500'000u);
}

class LittleMemoryTest : public Script {
 protected:
  LittleMemoryTest() : Script({.connections = 8, .half_open = 8, .time_waits = 8, .memory = 1024 * 1024}) {
    peer_scale = 7;
  }
};

// However fast a program read: when it stops, what the window allows is taken, and half of the memory is left.
TEST_F(LittleMemoryTest, WhatWasPromisedIsTakenWhenNobodyReads) {
  Connection connection = Establish();
  for (int turn = 0; turn < 12; ++turn) {
    for (std::uint32_t left = connection.info().receive_window; left > 0;) {
      const std::uint32_t size = std::min<std::uint32_t>(left, 1460);
      Inject({.data = Bytes(size)});
      left -= size;
    }
    Advance(Duration::Milliseconds(50));
    TakeSent();
    if (turn == 11) break;
    ReadAll(connection);
    TakeSent();
  }
  EXPECT_EQ(counters().no_memory, 0u);
  EXPECT_EQ(connection.readable(), 128u * 1024);
  EXPECT_LE(tcp->memory_used(), 512u * 1024);
}

TEST_F(WindowTest, TheProgramsLimitIsKept) {
  peer_scale = 7;
  Options options;
  options.receive_limit = 20'000;
  Connection connection = Establish(options);
  EXPECT_LE(connection.info().receive_window, 65535u);
  for (int turn = 0; turn < 20; ++turn) {
    Inject({.data = Bytes(1460)});
    ReadAll(connection);
  }
  TakeSent();
  std::uint32_t sent = 0;
  while (connection.info().receive_window > 0 && sent < 100'000) {
    Inject({.data = Bytes(std::min<std::uint32_t>(connection.info().receive_window, 1460))});
    sent += 1460;
  }
  EXPECT_LE(connection.readable(), 66'000u);
  TakeSent();
}

}  // namespace
}  // namespace net::tcp
