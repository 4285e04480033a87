#include "net/wire/address.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>

namespace net {
namespace {

TEST(AddressTest, BytesStandInTheOrderOfTheWire) {
  constexpr std::array<std::byte, 4> kBytes = {std::byte{192}, std::byte{0}, std::byte{2}, std::byte{33}};
  EXPECT_EQ(Ipv4Address::Load(kBytes.data()), Ipv4Address::Of(192, 0, 2, 33));
  std::array<std::byte, 4> stored = {};
  Ipv4Address::Of(192, 0, 2, 33).Store(stored.data());
  EXPECT_EQ(stored, kBytes);
}

TEST(AddressTest, KindsOfIpv4AddressesAreTold) {
  EXPECT_TRUE(Ipv4Address::Of(127, 1, 2, 3).IsLoopback());
  EXPECT_TRUE(Ipv4Address::Of(224, 0, 0, 1).IsMulticast());
  EXPECT_TRUE(Ipv4Address::Of(239, 255, 255, 255).IsMulticast());
  EXPECT_FALSE(Ipv4Address::Of(240, 0, 0, 0).IsMulticast());
  EXPECT_TRUE(Ipv4Address::Of(169, 254, 0, 1).IsLinkLocal());
  EXPECT_TRUE(Ipv4Address::Of(10, 0, 2, 15).IsHost());
  for (const Ipv4Address address : {Ipv4Address::Of(0, 1, 2, 3), Ipv4Address::Of(127, 0, 0, 1),
                                    Ipv4Address::Of(224, 0, 0, 1), Ipv4Address::Of(255, 255, 255, 255)}) {
    EXPECT_FALSE(address.IsHost()) << address.value;
  }
}

TEST(AddressTest, KindsOfIpv6AddressesAreTold) {
  EXPECT_TRUE(Ipv6Address::Of(0xfe80, 0, 0, 0, 1, 2, 3, 4).IsLinkLocal());
  EXPECT_TRUE(Ipv6Address::Of(0xfebf, 0, 0, 0, 1, 2, 3, 4).IsLinkLocal());
  EXPECT_FALSE(Ipv6Address::Of(0xfec0, 0, 0, 0, 1, 2, 3, 4).IsLinkLocal());
  EXPECT_TRUE(Ipv6Address::Of(0, 0, 0, 0, 0, 0, 0, 1).IsLoopback());
  EXPECT_TRUE(kAllNodes.IsMulticast());
  EXPECT_TRUE(Ipv6Address().IsUnspecified());
}

TEST(AddressTest, GroupsHaveTheirMulticastFrames) {
  EXPECT_EQ(SolicitedNode(Ipv6Address::Of(0x2001, 0xdb8, 0, 0, 1, 2, 0x34ab, 0xcdef)),
            Ipv6Address::Of(0xff02, 0, 0, 0, 0, 1, 0xffab, 0xcdef));
  EXPECT_EQ(MacOfGroup(Ipv4Address::Of(239, 129, 2, 3)),
            (MacAddress{{std::byte{1}, std::byte{0}, std::byte{0x5e}, std::byte{1}, std::byte{2}, std::byte{3}}}));
  EXPECT_EQ(MacOfGroup(kAllRouters),
            (MacAddress{{std::byte{0x33}, std::byte{0x33}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{2}}}));
  EXPECT_TRUE(MacOfGroup(kAllRouters).IsGroup());
}

TEST(AddressTest, AnIpAddressKnowsItsKind) {
  const IpAddress four = Ipv4Address::Of(10, 1, 2, 3);
  EXPECT_TRUE(four.IsIpv4());
  EXPECT_EQ(four.ipv4(), Ipv4Address::Of(10, 1, 2, 3));
  EXPECT_EQ(four.ipv6(), Ipv6Address::Of(0, 0, 0, 0, 0, 0xffff, 0x0a01, 0x0203));
  const IpAddress six = Ipv6Address::Of(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
  EXPECT_FALSE(six.IsIpv4());
  EXPECT_NE(four, six);
  EXPECT_TRUE(IpAddress(Ipv4Address()).IsUnspecified());
  EXPECT_TRUE(IpAddress().IsUnspecified());
}

}  // namespace
}  // namespace net
