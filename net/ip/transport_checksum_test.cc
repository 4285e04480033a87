#include "net/ip/transport_checksum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "net/interface/software_checksum.h"
#include "net/packet/packet.h"
#include "net/test_context.h"
#include "net/wire/address.h"
#include "net/wire/ip_protocol.h"

namespace net {
namespace {

struct Ends {
  IpAddress source;
  IpAddress destination;
};

class TransportChecksumTest : public testing::TestWithParam<Ends> {
 protected:
  // 8 bytes of header, 5 of payload.
  Packet Sent() {
    Packet packet = context_.PacketOf(std::vector<std::byte>(5, std::byte{0x5a}));
    std::ranges::fill(packet.Prepend(8), std::byte{0x11});
    LeaveChecksum(packet, GetParam().source, GetParam().destination, wire::IpProtocol::kUdp, 6);
    return packet;
  }
  bool IsRight(const Packet& packet) {
    return HasRightChecksum(packet, GetParam().source, GetParam().destination, wire::IpProtocol::kUdp);
  }

  TestContext context_;
};

INSTANTIATE_TEST_SUITE_P(BothVersions, TransportChecksumTest,
                         testing::Values(Ends{Ipv4Address::Of(10, 0, 0, 1), Ipv4Address::Of(10, 0, 0, 2)},
                                         Ends{Ipv6Address::Of(0xfd00, 0, 0, 0, 0, 0, 0, 1),
                                              Ipv6Address::Of(0xfd00, 0, 0, 0, 0, 0, 0, 2)}));

TEST_P(TransportChecksumTest, WhatIsLeftAndThenFinishedIsRight) {
  Packet packet = Sent();
  ASSERT_TRUE(FinishChecksum(packet));
  EXPECT_TRUE(IsRight(packet));
  packet.header()[0] ^= std::byte{1};
  EXPECT_FALSE(IsRight(packet));
}

TEST_P(TransportChecksumTest, WhatADeviceVouchesForIsNotLookedAt) {
  Packet packet = Sent();
  EXPECT_TRUE(IsRight(packet)) << "it never was on a wire";
  packet.info().checksum = PacketInfo::Checksum::kNone;
  EXPECT_FALSE(IsRight(packet));
  packet.info().checksum = PacketInfo::Checksum::kVerified;
  EXPECT_TRUE(IsRight(packet));
}

}  // namespace
}  // namespace net
