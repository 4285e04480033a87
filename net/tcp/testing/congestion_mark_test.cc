// Explicit congestion notification. [RFC3168]
#include <gtest/gtest.h>

#include <cstdint>

#include "net/tcp/testing/script.h"

namespace net::tcp {
namespace {

class CongestionMarkTest : public Script {
 protected:
  CongestionMarkTest() { peer_has_ecn = true; }
};

TEST_F(CongestionMarkTest, BothEndsAgree) {
  Connection connection = Establish();
  EXPECT_TRUE(connection.info().has_ecn);
  Write(connection, "x");
  EXPECT_EQ(Expect({.data = "x"}).send.traffic_class & 3, 2);  // ECT(0)
}

TEST_F(CongestionMarkTest, AListenerAgreesToo) {
  Connection connection = Accept();
  EXPECT_TRUE(connection.info().has_ecn);
}

TEST_F(CongestionMarkTest, APeerThatEchoesOurBitsHasNotAgreed) {
  Connection connection = Connect();
  Inject({.flags = "SAEC", .seq = 0, .mss = 1460});
  Expect({.seq = 1, .ack = 1});
  EXPECT_FALSE(connection.info().has_ecn);
  Write(connection, "x");
  EXPECT_EQ(Expect({.data = "x"}).send.traffic_class & 3, 0);
}

TEST_F(CongestionMarkTest, OptionsCanForbidIt) {
  Options options;
  options.may_ecn = false;
  Connection connection = Establish(options);
  EXPECT_FALSE(connection.info().has_ecn);
}

TEST_F(CongestionMarkTest, AcknowledgmentsAndRetransmissionsAreNotMarkable) {
  Connection connection = Establish();
  Inject({.data = "x"});
  Advance(Duration::Milliseconds(40));
  EXPECT_EQ(Expect({.ack = 2}).send.traffic_class & 3, 0);
  Write(connection, "y");
  TakeSent();
  Advance(Duration::Seconds(4));
  for (const SentSegment& sent : TakeSent()) EXPECT_EQ(sent.send.traffic_class & 3, 0);
}

TEST_F(CongestionMarkTest, AMarkIsEchoedUntilThePeerHasReduced) {
  Connection connection = Establish();
  Inject({.data = "marked", .traffic_class = 3});
  Advance(Duration::Milliseconds(40));
  Expect({.flags = "AE", .ack = 7});
  Inject({.data = "more", .traffic_class = 2});
  Advance(Duration::Milliseconds(40));
  Expect({.flags = "AE", .ack = 11});
  Inject({.flags = "PAC", .data = "slower", .traffic_class = 2});
  Advance(Duration::Milliseconds(40));
  Expect({.flags = "A", .ack = 17});
}

TEST_F(CongestionMarkTest, AnEchoIsIgnoredWithoutAgreement) {
  peer_has_ecn = false;
  Connection connection = Establish();
  Write(connection, Bytes(14'600));
  TakeSent();
  const std::uint32_t window = connection.info().congestion_window;
  Inject({.flags = "AE", .ack = 1461});
  EXPECT_GE(connection.info().congestion_window, window);
  TakeSent();
}

}  // namespace
}  // namespace net::tcp
