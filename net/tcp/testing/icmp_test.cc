// What ICMP messages may and may not do to a connection. [RFC5927]
#include <gtest/gtest.h>

#include <cstdint>

#include "kernel/base/result.h"
#include "net/tcp/testing/script.h"

namespace net::tcp {
namespace {

using kernel::Error;

class IcmpTest : public Script {};

TEST_F(IcmpTest, AHardErrorEndsAHandshake) {
  Connection connection = Connect();
  Icmp(IpError::Kind::kPortUnreachable, 0);
  EXPECT_EQ(connection.error(), Error::kRefused);
  EXPECT_EQ(counters().icmp_hard, 1u);
}

TEST_F(IcmpTest, ASoftErrorIsRememberedAndTheHandshakeGoesOn) {
  Connection connection = Connect();
  Icmp(IpError::Kind::kHostUnreachable, 0);
  EXPECT_FALSE(connection.IsFinished());
  EXPECT_EQ(connection.info().soft_error, Error::kUnreachable);
  Advance(Duration::Seconds(300));
  TakeSent();
  EXPECT_EQ(connection.error(), Error::kUnreachable);
}

TEST_F(IcmpTest, NoErrorEndsAnEstablishedConnection) {
  Connection connection = Establish();
  Write(connection, "x");
  TakeSent();
  for (const IpError::Kind kind : {IpError::Kind::kPortUnreachable, IpError::Kind::kProtocolUnreachable,
                                   IpError::Kind::kNetworkUnreachable, IpError::Kind::kTimeExceeded}) {
    Icmp(kind, 1);
  }
  EXPECT_FALSE(connection.IsFinished());
  EXPECT_EQ(counters().icmp_soft, 4u);
}

TEST_F(IcmpTest, AnErrorAboutNothingOnTheWayIsIgnored) {
  Connection connection = Connect();
  Icmp(IpError::Kind::kPortUnreachable, 1);
  Icmp(IpError::Kind::kPortUnreachable, 0u - 1);
  EXPECT_FALSE(connection.IsFinished());
  EXPECT_EQ(counters().icmp_ignored, 2u);
  remote_port = 1234;
  Icmp(IpError::Kind::kPortUnreachable, 0);
  EXPECT_EQ(counters().icmp_ignored, 3u);
}

TEST_F(IcmpTest, ATooBigMakesSegmentsSmallerAndSendsThemAgain) {
  Connection connection = Establish();
  Write(connection, Bytes(2920));
  EXPECT_EQ(TakeSent().size(), 2u);
  const std::uint32_t window = connection.info().congestion_window;
  Icmp(IpError::Kind::kTooBig, 1, 1000);
  Expect({.flags = "A", .seq = 1, .data = Bytes(960)});
  TakeSent();
  EXPECT_EQ(connection.info().send_segment_size, 960u);
  EXPECT_EQ(connection.info().congestion_window, window);  // no congestion
  EXPECT_EQ(ip.path.mtu, 1000);
  Inject({.ack = 2921});
  EXPECT_EQ(connection.info().unacknowledged, 0u);
}

TEST_F(IcmpTest, ATooBigForNothingOnTheWayIsIgnored) {
  Connection connection = Establish();
  Icmp(IpError::Kind::kTooBig, 1, 1000);
  EXPECT_EQ(ip.path.mtu, 1500);
  EXPECT_EQ(connection.info().send_segment_size, 1460u);
}

TEST_F(IcmpTest, AnAbsurdlySmallMtuIsNotBelieved) {
  Connection connection = Establish();
  Write(connection, "x");
  TakeSent();
  Icmp(IpError::Kind::kTooBig, 1, 68);
  EXPECT_EQ(ip.path.mtu, 552);
  EXPECT_GE(connection.info().send_segment_size, 512u);
}

TEST_F(IcmpTest, ARouterThatDoesNotSayItsMtuMeans576) {
  Connection connection = Establish();
  Write(connection, "x");
  TakeSent();
  Icmp(IpError::Kind::kTooBig, 1, 0);
  EXPECT_EQ(ip.path.mtu, 576);
}

// RFC 8201 4: it MUST discard it.
TEST_F(IcmpTest, WhoSaysThatAnIpv6LinkCarriesLessThan1280IsNotHeard) {
  peer_is_ipv6 = true;
  Connection connection = Establish();
  Write(connection, "x");
  TakeSent();
  Icmp(IpError::Kind::kTooBig, 1, 1279);
  EXPECT_EQ(ip.path.mtu, 1500);
  EXPECT_EQ(counters().icmp_ignored, 1u);
  Icmp(IpError::Kind::kTooBig, 1, 1280);
  EXPECT_EQ(ip.path.mtu, 1280);
}

TEST_F(IcmpTest, ALargerMtuIsNotBelieved) {
  Connection connection = Establish();
  Write(connection, "x");
  TakeSent();
  Icmp(IpError::Kind::kTooBig, 1, 9000);
  EXPECT_EQ(ip.path.mtu, 1500);
  EXPECT_EQ(counters().path_mtu_reductions, 0u);
}

}  // namespace
}  // namespace net::tcp
