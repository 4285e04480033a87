#include "net/ip/dual_stack.h"

#include <gtest/gtest.h>

#include <span>
#include <utility>

#include "kernel/base/result.h"
#include "net/ip/ip.h"
#include "net/ip/test_ip.h"
#include "net/packet/packet.h"
#include "net/test_context.h"
#include "net/wire/address.h"
#include "net/wire/ip_protocol.h"

namespace net {
namespace {

class CountingTransport final : public Transport {
 public:
  Verdict Receive(Packet&, const IpReceived&) override {
    ++received;
    return Verdict::kDone;
  }
  void OnError(const IpError&, std::span<const std::byte>) override {}
  int received = 0;
};

TEST(DualStack, TheAddressSaysWhichVersion) {
  TestContext context;
  TestIp ipv4, ipv6;
  DualStack both(ipv4, ipv6);
  EXPECT_EQ(both.FindPath({}, TestIp::kPeer4)->source, IpAddress(TestIp::kOurs4));
  EXPECT_EQ(both.FindPath({}, TestIp::kPeer6)->source, IpAddress(TestIp::kOurs6));
  ASSERT_TRUE(both.Send(context.packets().Take(), {.destination = TestIp::kPeer4}));
  ASSERT_TRUE(both.Send(context.packets().Take(), {.destination = TestIp::kPeer6}));
  ASSERT_TRUE(both.Send(context.packets().Take(), {.destination = TestIp::kPeer6}));
  EXPECT_EQ(ipv4.sent.size(), 1u);
  EXPECT_EQ(ipv6.sent.size(), 2u);
  both.ConfirmReachable(TestIp::kPeer4);
  both.ReducePathMtu(TestIp::kPeer6, 1280);
  EXPECT_EQ(ipv4.confirmed.size(), 1u);
  EXPECT_TRUE(ipv6.confirmed.empty());
  EXPECT_EQ(ipv6.shrunk.size(), 1u);
  EXPECT_TRUE(both.IsOurs(TestIp::kOurs4));
  EXPECT_FALSE(both.IsOurs(TestIp::kPeer6));
}

TEST(DualStack, ATransportHearsOfBoth) {
  TestContext context;
  TestIp ipv4, ipv6;
  DualStack both(ipv4, ipv6);
  CountingTransport transport;
  both.Register(wire::IpProtocol::kTcp, transport);
  ipv4.Deliver(wire::IpProtocol::kTcp, context.packets().Take(), {});
  ipv6.Deliver(wire::IpProtocol::kTcp, context.packets().Take(), {});
  EXPECT_EQ(transport.received, 2);
}

}  // namespace
}  // namespace net
