#include "net/ipv4/forwarder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "net/interface/interface.h"
#include "net/interface/test_device.h"
#include "net/ipv4/error_reporter.h"
#include "net/ipv4/ipv4.h"
#include "net/ipv4/test_host.h"
#include "net/packet/packet.h"
#include "net/test_context.h"
#include "net/wire/address.h"
#include "net/wire/checksum.h"
#include "net/wire/ethernet.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"

namespace net::ipv4 {
namespace {

constexpr Ipv4Address kInside = Ipv4Address::Of(172, 16, 0, 5);
constexpr MacAddress kInsideMac = {{std::byte{2}, {}, {}, {}, {}, std::byte{5}}};

class RecordingReporter final : public ErrorReporter {
 public:
  void Report(ErrorKind kind, std::uint32_t value, Packet packet) override {
    kinds.push_back(kind);
    values.push_back(value);
    EXPECT_TRUE(wire::Ipv4::ParseQuoted(packet.Peek(20)));
  }
  std::vector<ErrorKind> kinds;
  std::vector<std::uint32_t> values;
};

// Between the wire of the host and a second one, of packets up to 1000 bytes.
class ForwarderTest : public testing::Test {
 protected:
  ForwarderTest() {
    host_.ipv4.Attach(inside_);
    host_.stack.Add(inside_);
    EXPECT_TRUE(host_.ipv4.AddAddress(inside_, Ipv4Address::Of(172, 16, 0, 1), 16));
    host_.ipv4.arp().cache().Learn(inside_, kInside, kInsideMac);
  }

  void Put(wire::Ipv4 header, std::size_t size, std::size_t piece = 2048) {
    header.protocol = wire::IpProtocol::kUdp;
    if (header.source.IsUnspecified()) header.source = TestHost::kPeer;
    host_.Put(header, TestHost::Payload(size), TestDevice::kMac, piece);
    host_.Poll();
  }
  std::vector<std::vector<std::byte>> Passed() {
    std::vector<std::vector<std::byte>> passed;
    while (Packet frame = inside_device_.Take()) {
      EXPECT_EQ(wire::Ethernet::Parse(frame.Peek(14))->destination, kInsideMac);
      frame.DropFront(14);
      passed.push_back(BytesOf(frame));
    }
    return passed;
  }

  TestHost host_;
  TestDevice inside_device_{{.mac = TestDevice::kMac, .mtu = 1000, .most_slices = kMostSlices}};
  Interface inside_{host_.context, inside_device_, {.index = 3}};
  RecordingReporter reporter_;
};

TEST_F(ForwarderTest, AHostPassesNothingOn) {
  Put({.destination = kInside}, 100);
  EXPECT_TRUE(Passed().empty());
  EXPECT_EQ(host_.ipv4.counters().not_for_us, 1u);
}

TEST_F(ForwarderTest, ARouterPassesPacketsOnWithOneHopLess) {
  Forwarder forwarder(host_.ipv4, &reporter_);
  for (const std::size_t piece : {2048, 11}) {
    Put({.identification = 7, .time_to_live = 9, .destination = kInside}, 100, piece);
    const auto passed = Passed();
    ASSERT_EQ(passed.size(), 1u);
    const auto header = wire::Ipv4::Parse(passed[0], passed[0].size());
    ASSERT_TRUE(header) << "its checksum is right";
    EXPECT_EQ(header->time_to_live, 8);
    EXPECT_EQ(header->source, TestHost::kPeer);
    EXPECT_EQ(header->destination, kInside);
    EXPECT_EQ(header->identification, 7);
    EXPECT_TRUE(std::ranges::equal(std::span(passed[0]).subspan(20), TestHost::Payload(100)));
  }
  EXPECT_EQ(host_.ipv4.counters().forwarded, 2u);
}

TEST_F(ForwarderTest, ARouterIsAtHomeOnAllItsInterfaces) {
  Forwarder forwarder(host_.ipv4, &reporter_);
  RecordingTransport udp;
  host_.ipv4.Register(wire::IpProtocol::kUdp, udp);
  Put({.destination = Ipv4Address::Of(172, 16, 0, 1)}, 10);
  EXPECT_EQ(udp.packets.size(), 1u);
}

TEST_F(ForwarderTest, WhatCannotGoOnIsReported) {
  Forwarder forwarder(host_.ipv4, &reporter_);
  ASSERT_TRUE(
      host_.routes.Remove({.prefix = Ipv4Address{}, .interface = &host_.interface, .gateway = TestHost::kRouter}));
  Put({.time_to_live = 1, .destination = kInside}, 100);
  Put({.destination = TestHost::kFar}, 100);
  Put({.must_not_fragment = true, .destination = kInside}, 1400);
  EXPECT_EQ(reporter_.kinds,
            (std::vector{ErrorKind::kHopsExceeded, ErrorKind::kNetworkUnreachable, ErrorKind::kMustFragment}));
  EXPECT_EQ(reporter_.values[2], 1000u);
  Put({.destination = Ipv4Address::Of(172, 16, 255, 255)}, 100);
  Put({.destination = Ipv4Address::Of(169, 254, 0, 5)}, 100);
  Put({.source = Ipv4Address::Of(169, 254, 0, 5), .destination = kInside}, 100);
  EXPECT_EQ(reporter_.kinds.size(), 3u) << "silently";
  EXPECT_TRUE(Passed().empty());
  EXPECT_EQ(host_.ipv4.counters().forward_refused, 6u);
}

TEST_F(ForwarderTest, LargePacketsAndFragmentsAreCutAgain) {
  Forwarder forwarder(host_.ipv4, &reporter_);
  Put({.identification = 3,
       .has_more_fragments = true,
       .fragment_offset = 800,
       .time_to_live = 9,
       .destination = kInside},
      1400);
  const auto passed = Passed();
  ASSERT_EQ(passed.size(), 2u);
  std::vector<std::byte> joined;
  for (const auto& fragment : passed) {
    const auto header = wire::Ipv4::Parse(fragment, fragment.size());
    ASSERT_TRUE(header);
    EXPECT_EQ(header->fragment_offset, 800 + joined.size());
    EXPECT_TRUE(header->has_more_fragments);
    EXPECT_EQ(header->identification, 3);
    EXPECT_EQ(header->time_to_live, 8);
    joined.insert(joined.end(), fragment.begin() + 20, fragment.end());
  }
  EXPECT_EQ(joined, TestHost::Payload(1400));
}

// From a virtual machine beside us, say: its checksum never was computed.
TEST_F(ForwarderTest, AChecksumThatNoWireHasSeenIsComputedOnTheWay) {
  Forwarder forwarder(host_.ipv4, &reporter_);
  for (const std::size_t size : {92, 1392}) {
    std::vector<std::byte> bytes(14 + 20 + 8);
    wire::Ethernet{.destination = TestDevice::kMac, .source = TestHost::kPeerMac, .type = wire::EtherType::kIpv4}.Write(
        bytes);
    const auto udp_size = static_cast<std::uint16_t>(8 + size);
    wire::Ipv4{.total_size = static_cast<std::uint16_t>(20 + udp_size),
               .protocol = wire::IpProtocol::kUdp,
               .source = TestHost::kPeer,
               .destination = kInside}
        .Write(std::span(bytes).subspan(14));
    const wire::Checksum pseudo = wire::PseudoHeader(TestHost::kPeer, kInside, wire::IpProtocol::kUdp, udp_size);
    bytes[14 + 20 + 6] = static_cast<std::byte>(pseudo.Sum() >> 8);
    bytes[14 + 20 + 7] = static_cast<std::byte>(pseudo.Sum());
    const auto payload = TestHost::Payload(size);
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    Packet packet = host_.context.PacketOf(bytes);
    packet.info() = {.checksum = PacketInfo::Checksum::kPartial, .checksum_start = 34, .checksum_field = 6};
    host_.device.Put(std::move(packet));
    host_.Poll();
    std::vector<std::byte> joined;
    for (const auto& part : Passed()) joined.insert(joined.end(), part.begin() + 20, part.end());
    ASSERT_EQ(joined.size(), udp_size);
    wire::Checksum sum = pseudo;
    sum.Add(joined);
    EXPECT_EQ(sum.Sum(), 0xffff);
  }
}

}  // namespace
}  // namespace net::ipv4
