// What happens when nothing comes: keep-alive, time-outs, user time-outs.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "kernel/base/result.h"
#include "net/tcp/testing/script.h"

namespace net::tcp {
namespace {

using kernel::Error;

class TimersTest : public Script {
 protected:
  static Options KeepAlive() {
    Options options;
    options.keep_alive_idle = kernel::Duration::Seconds(7200);
    options.keep_alive_interval = kernel::Duration::Seconds(75);
    options.keep_alive_probes = 3;
    return options;
  }
};

TEST_F(TimersTest, AnIdleConnectionCostsNoTimer) {
  Connection connection = Establish();
  Write(connection, "x");
  TakeSent();
  PeerAcknowledges();
  Advance(Duration::Seconds(100));
  EXPECT_EQ(context->timers().running(), 0u);
  Advance(Duration::Seconds(1'000'000));
  ExpectNothing();
  EXPECT_FALSE(connection.IsFinished());
}

TEST_F(TimersTest, AnEndedConnectionLeavesItsTimerToTheNext) {
  (void)Connect();  // its SYN would have gone again after a second
  EXPECT_EQ(context->timers().running(), 1u);
  Advance(Duration::Milliseconds(500));
  {
    const Connection next = Connect();
    EXPECT_EQ(context->timers().running(), 1u);
    Advance(Duration::Milliseconds(999));
    ExpectNothing();
    Advance(Duration::Milliseconds(1));
    EXPECT_EQ(TakeSent().size(), 1u);
  }
  Advance(Duration::Seconds(2));
  ExpectNothing();
  EXPECT_EQ(context->timers().running(), 0u);
}

TEST_F(TimersTest, KeepAliveIsOffUnlessAskedFor) {
  Connection connection = Establish();
  Advance(Duration::Seconds(100'000));
  ExpectNothing();
}

TEST_F(TimersTest, KeepAliveProbesAndGivesUp) {
  Connection connection = Establish(KeepAlive());
  Advance(Duration::Seconds(7199));
  ExpectNothing();
  Advance(Duration::Seconds(1));
  Expect({.flags = "A", .seq = 0, .ack = 1});
  Advance(Duration::Seconds(75));
  Expect({.flags = "A", .seq = 0, .ack = 1});
  Advance(Duration::Seconds(75));
  Expect({.flags = "A", .seq = 0, .ack = 1});
  Advance(Duration::Seconds(75));
  Expect({.flags = "RA"});
  EXPECT_EQ(connection.error(), Error::kTimedOut);
  EXPECT_EQ(counters().dropped_by_keep_alive, 1u);
}

TEST_F(TimersTest, AnAnswerToAKeepAliveIsEnough) {
  Connection connection = Establish(KeepAlive());
  for (int i = 0; i < 10; ++i) {
    Advance(Duration::Seconds(7200));
    EXPECT_EQ(TakeSent().size(), 1u);
    PeerAcknowledges();
  }
  EXPECT_FALSE(connection.IsFinished());
}

TEST_F(TimersTest, KeepAliveCanBeSwitchedOnLater) {
  Connection connection = Establish();
  Advance(Duration::Seconds(10));
  connection.SetOptions(KeepAlive());
  Advance(Duration::Seconds(7199));
  ExpectNothing();
  Advance(Duration::Seconds(1));
  Expect({.seq = 0});
}

TEST_F(TimersTest, ThePeersKeepAliveIsAnswered) {
  Connection connection = Establish();
  Inject({.seq = 0});
  Expect({.seq = 1, .ack = 1});
  Inject({.seq = 0, .data = "x"});
  Expect({.seq = 1, .ack = 1});
}

TEST_F(TimersTest, UnacknowledgedDataEndsTheConnectionAfterManyTimeouts) {
  Connection connection = Establish();
  Write(connection, "x");
  Advance(Duration::Seconds(100));
  EXPECT_FALSE(connection.IsFinished());  // R2 is at least 100 s
  Advance(Duration::Seconds(2000));
  EXPECT_EQ(connection.error(), Error::kTimedOut);
  EXPECT_GT(connection.info().retransmissions, 8u);
  EXPECT_LT(TakeSent().size(), 30u);
}

TEST_F(TimersTest, AUserTimeoutEndsItEarlier) {
  Options options;
  options.user_timeout = Duration::Seconds(7);
  Connection connection = Establish(options);
  Write(connection, "x");
  Advance(Duration::Milliseconds(6999));
  EXPECT_FALSE(connection.IsFinished());
  Advance(Duration::Milliseconds(1));
  EXPECT_EQ(connection.error(), Error::kTimedOut);
  EXPECT_EQ(counters().dropped_by_user_timeout, 1u);
  TakeSent();
}

TEST_F(TimersTest, AUserTimeoutCountsForClosedWindows) {
  Options options;
  options.user_timeout = Duration::Seconds(20);
  Connection connection = Establish(options);
  Inject({.win = 0});
  Write(connection, "x");
  for (int i = 0; i < 21; ++i) {
    Advance(Duration::Seconds(1));
    for (std::size_t j = TakeSent().size(); j > 0 && !connection.IsFinished(); --j) Inject({.ack = 1, .win = 0});
  }
  EXPECT_EQ(connection.error(), Error::kTimedOut);
  TakeSent();
}

TEST_F(TimersTest, AUserTimeoutEndsAHandshakeEarlier) {
  Options options;
  options.user_timeout = Duration::Seconds(5);
  Connection connection = Connect(options);
  Advance(Duration::Seconds(5));
  EXPECT_EQ(connection.error(), Error::kTimedOut);
  TakeSent();
}

TEST_F(TimersTest, ProgressBeginsAUserTimeoutAnew) {
  Options options;
  options.user_timeout = Duration::Seconds(7);
  Connection connection = Establish(options);
  for (int i = 0; i < 5; ++i) {
    Write(connection, "x");
    Advance(Duration::Seconds(5));
    TakeSent();
    PeerAcknowledges();
  }
  EXPECT_FALSE(connection.IsFinished());
}

}  // namespace
}  // namespace net::tcp
