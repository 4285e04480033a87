#include "net/stack/membership.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/igmp/igmp.h"
#include "net/ipv4/test_host.h"
#include "net/ipv6/test_host.h"
#include "net/mld/mld.h"
#include "net/udp/socket.h"
#include "net/udp/udp.h"
#include "net/wire/address.h"
#include "net/wire/checksum.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"
#include "net/wire/ipv6.h"
#include "net/wire/udp.h"

namespace net {
namespace {

using kernel::Duration;
using kernel::Error;

constexpr Ipv4Address kGroup = Ipv4Address::Of(239, 1, 2, 3);
constexpr Ipv6Address kGroup6 = Ipv6Address::Of(0xff02, 0, 0, 0, 0, 0, 0, 0x77);
constexpr std::uint16_t kPort = 5353;

// A datagram of eight bytes; `pseudo_header` is of all of it.
std::vector<std::byte> Datagram(wire::Checksum sum) {
  std::vector<std::byte> bytes(wire::kUdpSize + 8, std::byte{3});
  wire::Udp{.source_port = kPort, .destination_port = kPort, .size = static_cast<std::uint16_t>(bytes.size())}.Write(
      bytes);
  wire::StoreBig(&bytes[wire::kUdpChecksumPlace], std::uint16_t{0});
  sum.Add(bytes);
  wire::StoreBig(&bytes[wire::kUdpChecksumPlace], sum.Finish());
  return bytes;
}

class MembershipTest : public testing::Test {
 protected:
  MembershipTest() { EXPECT_TRUE(socket_.Bind({.address = Ipv4Address(), .port = kPort})); }

  void Receive() {
    host_.Put({.protocol = wire::IpProtocol::kUdp, .source = ipv4::TestHost::kPeer, .destination = kGroup},
              Datagram(wire::PseudoHeader(ipv4::TestHost::kPeer, kGroup, wire::IpProtocol::kUdp, 16)),
              MacOfGroup(kGroup));
    host_.Poll();
  }

  ipv4::TestHost host_;
  std::array<udp::Socket*, 4> buckets_ = {};
  udp::Udp udp_{*host_.context.operator->(), host_.ipv4, buckets_};
  udp::Socket socket_{udp_};
};

TEST_F(MembershipTest, DatagramsToAGroupComeForAsLongAsItLasts) {
  Receive();
  EXPECT_FALSE(socket_.CanReceive());
  {
    auto membership = Membership::Join(host_.ipv4, host_.interface, kGroup);
    ASSERT_TRUE(membership);
    EXPECT_EQ(membership->interface(), &host_.interface);
    Receive();
    const auto datagram = socket_.Receive();
    ASSERT_TRUE(datagram);
    EXPECT_TRUE(datagram->is_group);
    EXPECT_EQ(datagram->destination.address, IpAddress(kGroup));
  }
  Receive();
  EXPECT_FALSE(socket_.CanReceive());
}

TEST_F(MembershipTest, OfTwoMembersTheLastOneLeaves) {
  auto one = Membership::Join(host_.ipv4, host_.interface, kGroup);
  auto other = Membership::Join(host_.ipv4, host_.interface, kGroup);
  ASSERT_TRUE(one && other);
  one->Leave();
  one->Leave();
  Receive();
  EXPECT_TRUE(socket_.Receive());
  Membership moved = std::move(*other);
  EXPECT_FALSE(*other);
  Receive();
  EXPECT_TRUE(socket_.Receive());
  moved = Membership();
  Receive();
  EXPECT_FALSE(socket_.CanReceive());
}

TEST_F(MembershipTest, RoutersHearOfItByIgmp) {
  igmp::Igmp igmp(*host_.context.operator->(), host_.ipv4);
  auto membership = Membership::Join(host_.ipv4, host_.interface, kGroup);
  host_.Advance(Duration::Seconds(3));
  EXPECT_EQ(igmp.counters().reports, 2u);
  membership->Leave();
  host_.Advance(Duration::Seconds(3));
  EXPECT_EQ(igmp.counters().reports, 4u);
}

TEST_F(MembershipTest, WhatIsNoGroupAndOneTooManyAreRefused) {
  EXPECT_EQ(Membership::Join(host_.ipv4, host_.interface, ipv4::TestHost::kPeer).error(), Error::kInvalidArgument);
  std::vector<Membership> all;
  kernel::Result<Membership> last = Membership();
  for (std::uint8_t i = 0; last && i < 100; ++i) {
    last = Membership::Join(host_.ipv4, host_.interface, Ipv4Address::Of(239, 0, 0, i));
    if (last) all.push_back(std::move(*last));
  }
  EXPECT_EQ(last.error(), Error::kOutOfMemory);
}

TEST(MembershipOfIpv6Test, DatagramsComeAndRoutersHearOfItByMld) {
  ipv6::TestHost host;
  host.Configure();
  mld::Reporter reporter(host.link);
  mld::Mld mld(host.icmpv6);
  mld.Add(reporter);
  host.Advance(Duration::Seconds(3));
  host.TakeAll();
  std::array<udp::Socket*, 4> buckets = {};
  udp::Udp udp(*host.context.operator->(), host.ip, buckets);
  udp::Socket socket(udp);
  ASSERT_TRUE(socket.Bind({.address = {}, .port = kPort}));
  const auto receive = [&] {
    host.Receive({.next_header = wire::IpProtocol::kUdp, .source = ipv6::kPeer, .destination = kGroup6},
                 Datagram(wire::PseudoHeader(ipv6::kPeer, kGroup6, wire::IpProtocol::kUdp, 16)), MacOfGroup(kGroup6));
  };
  receive();
  EXPECT_FALSE(socket.CanReceive());
  const std::uint64_t reports = mld.counters().reports;
  auto membership = Membership::Join(host.link, kGroup6);
  ASSERT_TRUE(membership);
  EXPECT_EQ(membership->interface(), &host.link.interface());
  receive();
  EXPECT_TRUE(socket.Receive());
  host.Advance(Duration::Seconds(3));
  EXPECT_EQ(mld.counters().reports, reports + 2);
  membership->Leave();
  EXPECT_FALSE(*membership);
  receive();
  EXPECT_FALSE(socket.CanReceive());
  EXPECT_EQ(Membership::Join(host.link, ipv6::kPeer).error(), Error::kInvalidArgument);
}

}  // namespace
}  // namespace net
