#include "net/interface/segmentation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "net/interface/interface.h"
#include "net/interface/test_device.h"
#include "net/packet/packet.h"
#include "net/test_context.h"
#include "net/wire/checksum.h"
#include "net/wire/ethernet.h"
#include "net/wire/ipv4.h"
#include "net/wire/ipv6.h"
#include "net/wire/tcp.h"

namespace net {
namespace {

constexpr MacAddress kPeer = {{std::byte{2}, {}, {}, {}, {}, std::byte{2}}};
constexpr Ipv4Address kSource4 = Ipv4Address::Of(10, 0, 0, 1);
constexpr Ipv4Address kDestination4 = Ipv4Address::Of(10, 0, 0, 2);
constexpr Ipv6Address kSource6 = Ipv6Address::Of(0xfd00, 0, 0, 0, 0, 0, 0, 1);
constexpr Ipv6Address kDestination6 = Ipv6Address::Of(0xfd00, 0, 0, 0, 0, 0, 0, 2);
constexpr std::size_t kTcpHeaderSize = 32;  // with timestamps
constexpr std::uint16_t kSegmentSize = 1448;

std::vector<std::byte> Payload(std::size_t size) {
  std::vector<std::byte> payload(size);
  for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<std::byte>(i * 7 + i / 256);
  return payload;
}

// A large segment as TCP and IP hand it down, from the IP header on.
Packet LargeSegment(TestContext& context, std::span<const std::byte> payload, bool is_ipv4) {
  Packet packet = context.PacketOf(payload);
  const auto tcp_size = static_cast<std::uint16_t>(kTcpHeaderSize + payload.size());
  const wire::Checksum pseudo = is_ipv4 ? wire::PseudoHeader(kSource4, kDestination4, wire::IpProtocol::kTcp, tcp_size)
                                        : wire::PseudoHeader(kSource6, kDestination6, wire::IpProtocol::kTcp, tcp_size);
  const std::span<std::byte> tcp = packet.Prepend(kTcpHeaderSize);
  wire::Tcp{.source_port = 1000,
            .destination_port = 80,
            .sequence = 0xffff'f000,
            .acknowledgment = 5,
            .header_size = kTcpHeaderSize,
            .flags = wire::kAck | wire::kPsh | wire::kFin | wire::kCwr,
            .window = 500,
            .checksum = pseudo.Sum()}
      .Write(tcp);
  wire::TcpOptions options;
  options.timestamps = {.value = 1, .echo = 2};
  options.Write(tcp.subspan(20));
  if (is_ipv4) {
    wire::Ipv4{.total_size = static_cast<std::uint16_t>(20 + tcp_size),
               .identification = 0xfffe,
               .must_not_fragment = true,
               .source = kSource4,
               .destination = kDestination4}
        .Write(packet.Prepend(20));
  } else {
    wire::Ipv6{.payload_size = tcp_size, .source = kSource6, .destination = kDestination6}.Write(packet.Prepend(40));
  }
  packet.info() = {.checksum = PacketInfo::Checksum::kPartial,
                   .segmentation = is_ipv4 ? PacketInfo::Segmentation::kTcpIpv4 : PacketInfo::Segmentation::kTcpIpv6,
                   .checksum_start = static_cast<std::uint16_t>(is_ipv4 ? 20 : 40),
                   .checksum_field = wire::kTcpChecksumPlace,
                   .segment_size = kSegmentSize};
  return packet;
}

class SegmentationTest : public testing::TestWithParam<bool> {
 protected:
  SegmentationTest() { interface_.UseSegmenter(segmenter_); }

  bool is_ipv4() const { return GetParam(); }

  TestContext context_;
  TestDevice device_{{.mac = TestDevice::kMac, .most_slices = 18}};
  Interface interface_{context_, device_, {}};
  SoftwareSegmenter segmenter_;
};

INSTANTIATE_TEST_SUITE_P(BothVersions, SegmentationTest, testing::Bool());

TEST_P(SegmentationTest, PiecesAreRightSegmentsThatMakeUpTheWhole) {
  const std::vector<std::byte> payload = Payload(10 * kSegmentSize + 100);
  ASSERT_TRUE(interface_.Send(LargeSegment(context_, payload, is_ipv4()), kPeer,
                              is_ipv4() ? wire::EtherType::kIpv4 : wire::EtherType::kIpv6));
  interface_.EndTurn();
  ASSERT_EQ(device_.waiting(), 11u);
  std::vector<std::byte> joined;
  for (std::size_t i = 0; i < 11; ++i) {
    std::vector<std::byte> bytes = BytesOf(device_.Take());
    std::span<const std::byte> rest = std::span(bytes).subspan(14);
    wire::Checksum sum;
    if (is_ipv4()) {
      const auto ip = wire::Ipv4::Parse(rest, rest.size());
      ASSERT_TRUE(ip);
      EXPECT_EQ(ip->total_size, rest.size());
      EXPECT_EQ(ip->identification, static_cast<std::uint16_t>(0xfffe + i));
      rest = rest.subspan(20);
      sum =
          wire::PseudoHeader(kSource4, kDestination4, wire::IpProtocol::kTcp, static_cast<std::uint16_t>(rest.size()));
    } else {
      const auto ip = wire::Ipv6::Parse(rest, rest.size());
      ASSERT_TRUE(ip);
      EXPECT_EQ(ip->payload_size, rest.size() - 40);
      rest = rest.subspan(40);
      sum =
          wire::PseudoHeader(kSource6, kDestination6, wire::IpProtocol::kTcp, static_cast<std::uint32_t>(rest.size()));
    }
    sum.Add(rest);
    EXPECT_EQ(sum.Sum(), 0xffff);
    const auto tcp = wire::Tcp::Parse(rest, rest.size());
    ASSERT_TRUE(tcp);
    EXPECT_EQ(tcp->sequence, static_cast<std::uint32_t>(0xffff'f000 + i * kSegmentSize));
    EXPECT_EQ(tcp->flags.Has(wire::kFin), i == 10);
    EXPECT_EQ(tcp->flags.Has(wire::kPsh), i == 10);
    EXPECT_EQ(tcp->flags.Has(wire::kCwr), i == 0);
    EXPECT_TRUE(tcp->flags.Has(wire::kAck));
    rest = rest.subspan(kTcpHeaderSize);
    EXPECT_EQ(rest.size(), i == 10 ? 100u : kSegmentSize);
    joined.insert(joined.end(), rest.begin(), rest.end());
  }
  EXPECT_EQ(joined, payload);
}

TEST_P(SegmentationTest, ADeviceThatCutsGetsTheWhole) {
  TestDevice device(
      {.mac = TestDevice::kMac, .most_slices = 18, .largest_segment = 20'000, .can_sum_transmitted = true});
  Interface interface(context_, device, {});
  interface.UseSegmenter(segmenter_);
  EXPECT_EQ(interface.largest_segment(), 20'000u);
  const auto type = is_ipv4() ? wire::EtherType::kIpv4 : wire::EtherType::kIpv6;
  ASSERT_TRUE(interface.Send(LargeSegment(context_, Payload(20'000), is_ipv4()), kPeer, type));
  interface.EndTurn();
  EXPECT_EQ(device.waiting(), 1u);
  EXPECT_EQ(device.Take().info().segment_size, kSegmentSize);
  ASSERT_TRUE(interface.Send(LargeSegment(context_, Payload(30'000), is_ipv4()), kPeer, type));
  interface.EndTurn();
  EXPECT_EQ(device.waiting(), 21u) << "more than it cuts";
}

TEST_P(SegmentationTest, AFullDeviceLosesTheRest) {
  device_.SetRoom(3);
  const auto type = is_ipv4() ? wire::EtherType::kIpv4 : wire::EtherType::kIpv6;
  EXPECT_TRUE(interface_.Send(LargeSegment(context_, Payload(10'000), is_ipv4()), kPeer, type));
  EXPECT_EQ(interface_.Send(LargeSegment(context_, Payload(10'000), is_ipv4()), kPeer, type),
            kernel::Fail(kernel::Error::kWouldBlock));
  interface_.EndTurn();
  EXPECT_EQ(device_.waiting(), 3u);
}

TEST_P(SegmentationTest, WhatIsNoLargeSegmentIsRefused) {
  const auto type = is_ipv4() ? wire::EtherType::kIpv4 : wire::EtherType::kIpv6;
  for (const std::uint16_t size : {0, 1}) {
    Packet packet = LargeSegment(context_, Payload(3000), is_ipv4());
    packet.info().segment_size = size;
    if (size == 1) packet.info().checksum_start = 4;
    EXPECT_EQ(interface_.Send(std::move(packet), kPeer, type), kernel::Fail(kernel::Error::kTooLong));
  }
}

TEST(Segmentation, WithoutASegmenterNoLargeSegmentIsOffered) {
  TestContext context;
  TestDevice device;
  Interface interface(context, device, {});
  EXPECT_EQ(interface.largest_segment(), 0u);
  SoftwareSegmenter segmenter;
  interface.UseSegmenter(segmenter);
  EXPECT_GT(interface.largest_segment(), 60'000u);
}

}  // namespace
}  // namespace net
