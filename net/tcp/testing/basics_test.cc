// A connection's whole life, segment by segment.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

#include "net/tcp/testing/script.h"

namespace net::tcp {
namespace {

class BasicsTest : public Script {};

TEST_F(BasicsTest, AConnectionOpensTransfersAndClosesFromOurSide) {
  Connection connection = Establish();
  Write(connection, "GET /");
  Expect({.seq = 1, .ack = 1, .data = "GET /"});
  Inject({.data = "hello"});
  EXPECT_EQ(ReadAll(connection), "hello");
  Advance(Duration::Milliseconds(40));
  Expect({.seq = 6, .ack = 6});
  connection.ShutDownWrite();
  Expect({.flags = "FA", .seq = 6, .ack = 6});
  PeerAcknowledges();
  EXPECT_EQ(connection.info().state, State::kFinWait2);
  Inject({.flags = "FA"});
  Expect({.seq = 7, .ack = 7});
  EXPECT_TRUE(connection.IsFinished());
  EXPECT_EQ(tcp->time_waits(), 1u);
  EXPECT_FALSE(connection.error().has_value());
  connection = {};
  EXPECT_EQ(tcp->connections(), 0u);
  Advance(Duration::Seconds(61));
  EXPECT_EQ(tcp->time_waits(), 0u);
  ExpectNothing();
}

TEST_F(BasicsTest, AConnectionComesTransfersAndClosesFromThePeersSide) {
  Connection connection = Accept();
  Inject({.data = "ping"});
  EXPECT_EQ(ReadAll(connection), "ping");
  Write(connection, "pong");
  Expect({.seq = 1, .ack = 5, .data = "pong"});
  Inject({.flags = "FA"});
  EXPECT_EQ(connection.info().state, State::kCloseWait);
  std::byte byte;
  EXPECT_EQ(connection.Read({&byte, 1}), 0u);
  connection = {};
  Expect({.flags = "FA", .seq = 5, .ack = 6});
  EXPECT_EQ(tcp->connections(), 1u);
  PeerAcknowledges();
  EXPECT_EQ(tcp->connections(), 0u);
  EXPECT_EQ(tcp->time_waits(), 0u);
  ExpectNothing();
}

TEST_F(BasicsTest, ALostSegmentGoesAgain) {
  Connection connection = Establish();
  Write(connection, "data");
  Expect({.seq = 1, .data = "data"});
  for (int i = 0; i < 2; ++i) {
    Advance(Duration::Seconds(4));
    bool was_resent = false;
    for (const SentSegment& sent : TakeSent()) was_resent |= sent.data == "data";
    EXPECT_TRUE(was_resent);
  }
  PeerAcknowledges();
  EXPECT_EQ(connection.info().unacknowledged, 0u);
}

}  // namespace
}  // namespace net::tcp
