// Groups by setsockopt: [ip(7)], [RFC3493] 5.2, [RFC3678] 5.1. By the loopback interface: a program to itself.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>

#include "gtest/gtest.h"
#include "testing/posix_sockets/sockets.h"

namespace posix {
namespace {

constexpr unsigned kLoopback = 1;  // its index

in_addr Ipv4(const char* text) {
  in_addr address;
  EXPECT_EQ(inet_pton(AF_INET, text, &address), 1);
  return address;
}

in6_addr Ipv6(const char* text) {
  in6_addr address;
  EXPECT_EQ(inet_pton(AF_INET6, text, &address), 1);
  return address;
}

ip_mreq Of(const char* group, const char* interface = "127.0.0.1") {
  return {.imr_multiaddr = Ipv4(group), .imr_interface = Ipv4(interface)};
}

class Ipv4Groups : public testing::Test {
 protected:
  Ipv4Groups() {
    EXPECT_EQ(Bind(receiver_, AddressOf("0.0.0.0", 0)), 0);
    EXPECT_EQ(SetOption(sender_, IPPROTO_IP, IP_MULTICAST_IF, Ipv4("127.0.0.1")), 0) << errno;
  }
  // Whether what is sent to the group comes. What is for nobody is overtaken by what is for the socket itself.
  bool Hears(const char* group = "239.1.2.3") {
    const std::uint16_t port = NameOf(receiver_).port();
    EXPECT_EQ(SendTo(sender_, "group", AddressOf(group, port)), 5) << errno;
    EXPECT_EQ(SendTo(sender_, "alone", AddressOf("127.0.0.1", port)), 5);
    if (Receive(receiver_) == "alone") return false;
    EXPECT_EQ(Receive(receiver_), "alone");
    return true;
  }
  int Add(const ip_mreq& of) { return SetOption(receiver_, IPPROTO_IP, IP_ADD_MEMBERSHIP, of); }
  int Drop(const ip_mreq& of) { return SetOption(receiver_, IPPROTO_IP, IP_DROP_MEMBERSHIP, of); }

  Descriptor receiver_{socket(AF_INET, SOCK_DGRAM, 0)};
  Descriptor sender_{socket(AF_INET, SOCK_DGRAM, 0)};
};

TEST_F(Ipv4Groups, AMemberHearsWhatIsSentToItsGroupAndNobodyElseDoes) {
  EXPECT_FALSE(Hears());
  ASSERT_EQ(Add(Of("239.1.2.3")), 0) << errno;
  EXPECT_TRUE(Hears());
  EXPECT_FALSE(Hears("239.1.2.4"));
  EXPECT_EQ(Drop(Of("239.1.2.3")), 0);
  EXPECT_FALSE(Hears());
}

TEST_F(Ipv4Groups, TheMembershipEndsWithItsSocket) {
  {
    const Descriptor other(socket(AF_INET, SOCK_DGRAM, 0));
    ASSERT_EQ(SetOption(other, IPPROTO_IP, IP_ADD_MEMBERSHIP, Of("239.1.2.3")), 0);
    ASSERT_EQ(SetOption(other, IPPROTO_IP, IP_ADD_MEMBERSHIP, Of("239.1.2.5")), 0);
    EXPECT_TRUE(Hears());  // the host is a member, as on Linux
  }
  EXPECT_FALSE(Hears());
}

TEST_F(Ipv4Groups, AnInterfaceGoesByItsIndexToo) {
  const ip_mreqn wish = {.imr_multiaddr = Ipv4("239.1.2.3"), .imr_address = {}, .imr_ifindex = kLoopback};
  ASSERT_EQ(SetOption(receiver_, IPPROTO_IP, IP_ADD_MEMBERSHIP, wish), 0);
  EXPECT_TRUE(Hears());
  EXPECT_EQ(Drop(Of("239.1.2.3", "0.0.0.0")), 0);  // whichever it is
  group_req request = {.gr_interface = kLoopback, .gr_group = AddressOf("239.1.2.3", 0).storage};
  ASSERT_EQ(SetOption(receiver_, IPPROTO_IP, MCAST_JOIN_GROUP, request), 0);
  EXPECT_TRUE(Hears());
  ASSERT_EQ(SetOption(receiver_, IPPROTO_IP, MCAST_LEAVE_GROUP, request), 0);
  EXPECT_FALSE(Hears());
}

TEST_F(Ipv4Groups, WhatMakesNoSenseIsRefused) {
  EXPECT_FAILS(Add(Of("127.0.0.1")), EINVAL);
  EXPECT_FAILS(Add(Of("239.1.2.3", "192.0.2.1")), ENODEV);
  EXPECT_FAILS(Drop(Of("239.1.2.3")), EADDRNOTAVAIL);
  EXPECT_FAILS(SetOption(receiver_, IPPROTO_IP, IP_ADD_MEMBERSHIP, std::int32_t{1}), EINVAL);
  const ip_mreqn nowhere = {.imr_multiaddr = Ipv4("239.1.2.3"), .imr_address = {}, .imr_ifindex = 77};
  EXPECT_FAILS(SetOption(receiver_, IPPROTO_IP, IP_ADD_MEMBERSHIP, nowhere), ENODEV);
  ASSERT_EQ(Add(Of("239.1.2.3")), 0);
  EXPECT_FAILS(Add(Of("239.1.2.3")), EADDRINUSE);
  const Descriptor stream(socket(AF_INET, SOCK_STREAM, 0));
  EXPECT_FAILS(SetOption(stream, IPPROTO_IP, IP_ADD_MEMBERSHIP, Of("239.1.2.3")), ENOPROTOOPT);
}

TEST_F(Ipv4Groups, SoManyAndNoMore) {
  int joined = 0;
  char group[INET_ADDRSTRLEN];
  for (; joined < 100; ++joined) {
    const in_addr address = {.s_addr = htonl(0xef010000 + static_cast<std::uint32_t>(joined))};
    ASSERT_NE(inet_ntop(AF_INET, &address, group, sizeof(group)), nullptr);
    if (Add(Of(group)) != 0) break;
  }
  EXPECT_EQ(errno, ENOBUFS);
  EXPECT_GE(joined, 20);
}

TEST(Ipv6Groups, AMemberHearsWhatIsSentToItsGroup) {
  const Descriptor receiver(socket(AF_INET6, SOCK_DGRAM, 0));
  const Descriptor sender(socket(AF_INET6, SOCK_DGRAM, 0));
  ASSERT_EQ(Bind(receiver, AddressOf("::", 0)), 0);
  const std::uint16_t port = NameOf(receiver).port();
  ASSERT_EQ(SetOption(sender, IPPROTO_IPV6, IPV6_MULTICAST_IF, static_cast<int>(kLoopback)), 0);
  const auto hears = [&] {
    EXPECT_EQ(SendTo(sender, "group", AddressOf("ff02::77", port)), 5) << errno;
    EXPECT_EQ(SendTo(sender, "alone", AddressOf("::1", port)), 5);
    std::string first = Receive(receiver);
    const bool is_group = first == "group" || Receive(receiver, 4096, MSG_DONTWAIT | MSG_PEEK) == "group";
    if (is_group) EXPECT_NE(Receive(receiver), first);
    return is_group;
  };
  const ipv6_mreq wish = {.ipv6mr_multiaddr = Ipv6("ff02::77"), .ipv6mr_interface = kLoopback};
  ASSERT_EQ(SetOption(receiver, IPPROTO_IPV6, IPV6_JOIN_GROUP, wish), 0) << errno;
  EXPECT_TRUE(hears());
  EXPECT_FAILS(SetOption(receiver, IPPROTO_IPV6, IPV6_JOIN_GROUP, wish), EADDRINUSE);
  EXPECT_EQ(SetOption(receiver, IPPROTO_IPV6, IPV6_LEAVE_GROUP, wish), 0);
  EXPECT_FAILS(SetOption(receiver, IPPROTO_IPV6, IPV6_LEAVE_GROUP, wish), EADDRNOTAVAIL);
  const ipv6_mreq no_group = {.ipv6mr_multiaddr = Ipv6("::1"), .ipv6mr_interface = kLoopback};
  EXPECT_FAILS(SetOption(receiver, IPPROTO_IPV6, IPV6_JOIN_GROUP, no_group), EINVAL);
  const ipv6_mreq nowhere = {.ipv6mr_multiaddr = Ipv6("ff02::77"), .ipv6mr_interface = 77};
  EXPECT_FAILS(SetOption(receiver, IPPROTO_IPV6, IPV6_JOIN_GROUP, nowhere), ENODEV);
}

TEST(Groups, OurOwnDatagramsToThemAreNotLoopedBack) {
  const Descriptor datagrams(socket(AF_INET, SOCK_DGRAM, 0));
  EXPECT_EQ(OptionOf<int>(datagrams, IPPROTO_IP, IP_MULTICAST_LOOP), 0);
  EXPECT_EQ(SetOption(datagrams, IPPROTO_IP, IP_MULTICAST_LOOP, 0), 0);
  EXPECT_FAILS(SetOption(datagrams, IPPROTO_IP, IP_MULTICAST_LOOP, 1), EOPNOTSUPP);
}

}  // namespace
}  // namespace posix
