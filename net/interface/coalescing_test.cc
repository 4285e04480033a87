#include "net/interface/coalescing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "net/interface/interface.h"
#include "net/interface/segmentation.h"
#include "net/interface/test_device.h"
#include "net/packet/packet.h"
#include "net/test_context.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/ethernet.h"
#include "net/wire/ipv4.h"
#include "net/wire/ipv6.h"
#include "net/wire/tcp.h"

namespace net {
namespace {

constexpr MacAddress kPeer = {{std::byte{2}, {}, {}, {}, {}, std::byte{2}}};
constexpr std::size_t kSize = 100;

// What differs from one segment to the next.
struct Options {
  bool is_ipv4 = true;
  std::uint32_t sequence = 0;
  std::size_t size = kSize;
  wire::TcpFlags flags = wire::kAck;
  std::uint16_t port = 80;
  std::uint32_t acknowledgment = 7;
  std::uint16_t window = 500;
  std::uint32_t timestamp = 1;
  std::uint8_t hops = 64;
  std::uint8_t traffic_class = 0;
  bool is_damaged = false;
  PacketInfo::Checksum checksum = PacketInfo::Checksum::kNone;
};

std::byte ContentAt(std::uint32_t sequence) { return static_cast<std::byte>(sequence * 7 + sequence / 256); }

class CoalescingTest : public testing::TestWithParam<bool> {
 protected:
  Packet Frame(Options options) {
    options.is_ipv4 = GetParam();
    constexpr Ipv4Address kSource4 = Ipv4Address::Of(10, 0, 0, 2), kOurs4 = Ipv4Address::Of(10, 0, 0, 1);
    constexpr Ipv6Address kSource6 = Ipv6Address::Of(0xfd00, 0, 0, 0, 0, 0, 0, 2);
    constexpr Ipv6Address kOurs6 = Ipv6Address::Of(0xfd00, 0, 0, 0, 0, 0, 0, 1);
    constexpr std::size_t kTcp = 32;
    const auto tcp_size = static_cast<std::uint16_t>(kTcp + options.size);
    const std::size_t ip_size = options.is_ipv4 ? 20 : 40;
    std::vector<std::byte> bytes(14 + ip_size + tcp_size + 6);  // with padding
    const std::span<std::byte> ip = std::span(bytes).subspan(14);
    const std::span<std::byte> tcp = ip.subspan(ip_size, tcp_size);
    wire::Checksum sum;
    if (options.is_ipv4) {
      wire::Ipv4{.traffic_class = options.traffic_class,
                 .total_size = static_cast<std::uint16_t>(20 + tcp_size),
                 .identification = static_cast<std::uint16_t>(options.sequence),
                 .must_not_fragment = true,
                 .time_to_live = options.hops,
                 .source = kSource4,
                 .destination = kOurs4}
          .Write(ip);
      sum = wire::PseudoHeader(kSource4, kOurs4, wire::IpProtocol::kTcp, tcp_size);
    } else {
      wire::Ipv6{.traffic_class = options.traffic_class,
                 .payload_size = tcp_size,
                 .hop_limit = options.hops,
                 .source = kSource6,
                 .destination = kOurs6}
          .Write(ip);
      sum = wire::PseudoHeader(kSource6, kOurs6, wire::IpProtocol::kTcp, tcp_size);
    }
    wire::Ethernet{.destination = TestDevice::kMac,
                   .source = kPeer,
                   .type = options.is_ipv4 ? wire::EtherType::kIpv4 : wire::EtherType::kIpv6}
        .Write(bytes);
    wire::Tcp{.source_port = 9,
              .destination_port = options.port,
              .sequence = options.sequence,
              .acknowledgment = options.acknowledgment,
              .header_size = kTcp,
              .flags = options.flags,
              .window = options.window}
        .Write(tcp);
    wire::TcpOptions tcp_options;
    tcp_options.timestamps = {.value = options.timestamp, .echo = 2};
    tcp_options.Write(tcp.subspan(20));
    for (std::size_t i = 0; i < options.size; ++i) {
      tcp[kTcp + i] = ContentAt(options.sequence + static_cast<std::uint32_t>(i));
    }
    sum.Add(tcp);
    wire::StoreBig(&tcp[16], static_cast<std::uint16_t>(sum.Finish() ^ (options.is_damaged ? 0x100 : 0)));
    Packet packet = context_.PacketOf(bytes);
    packet.info().checksum = options.checksum;
    return packet;
  }

  // Sizes of the payloads that are left of frames, whose contents and headers are looked at.
  std::vector<std::size_t> Filter(const std::vector<Options>& frames) {
    std::vector<Packet> batch;
    for (const Options& options : frames) batch.push_back(Frame(options));
    const std::size_t count = coalescer_.Filter(batch);
    std::vector<std::size_t> sizes;
    for (Packet& packet : std::span(batch).first(count)) {
      const std::vector<std::byte> bytes = BytesOf(packet);
      const std::span<const std::byte> ip = std::span(bytes).subspan(14);
      std::span<const std::byte> tcp;
      if (GetParam()) {
        const auto header = wire::Ipv4::Parse(ip, ip.size());
        EXPECT_TRUE(header);
        tcp = ip.subspan(20, header->payload_size());
      } else {
        const auto header = wire::Ipv6::Parse(ip, ip.size());
        EXPECT_TRUE(header);
        tcp = ip.subspan(40, header->payload_size);
      }
      const auto header = wire::Tcp::Parse(tcp, tcp.size());
      EXPECT_TRUE(header);
      const std::span<const std::byte> payload = tcp.subspan(header->header_size);
      for (std::size_t i = 0; i < payload.size(); ++i) {
        EXPECT_EQ(payload[i], ContentAt(header->sequence + static_cast<std::uint32_t>(i)));
      }
      sizes.push_back(payload.size());
      last_flags_ = header->flags;
      last_info_ = packet.info();
    }
    return sizes;
  }

  TestContext context_;
  Coalescer coalescer_;
  wire::TcpFlags last_flags_;
  PacketInfo last_info_;
};

INSTANTIATE_TEST_SUITE_P(BothVersions, CoalescingTest, testing::Bool());

TEST_P(CoalescingTest, SegmentsInOrderBecomeOne) {
  EXPECT_EQ(
      Filter({{.sequence = 0xffff'ff80}, {.sequence = 0xffff'ffe4}, {.sequence = 72}, {.sequence = 172, .size = 30}}),
      (std::vector<std::size_t>{330}));
  EXPECT_EQ(last_info_.segment_size, kSize);
  EXPECT_EQ(last_info_.segment_count, 4);
  EXPECT_EQ(last_info_.checksum, PacketInfo::Checksum::kPartial);
  EXPECT_EQ(coalescer_.counters().joined, 3u);
  EXPECT_EQ(coalescer_.counters().results, 1u);
}

TEST_P(CoalescingTest, APushEndsThePacketAndIsKept) {
  EXPECT_EQ(Filter({{.sequence = 0}, {.sequence = 100, .flags = wire::kAck | wire::kPsh}, {.sequence = 200}}),
            (std::vector<std::size_t>{200, 100}));
  EXPECT_EQ(Filter({{.sequence = 0}, {.sequence = 100, .flags = wire::kAck | wire::kPsh}}),
            (std::vector<std::size_t>{200}));
  EXPECT_TRUE(last_flags_.Has(wire::kPsh));
}

TEST_P(CoalescingTest, WhatSaysMoreThanItsBytesStaysAlone) {
  const std::vector<Options> others = {
      {.sequence = 100, .flags = wire::kAck | wire::kFin},
      {.sequence = 100, .flags = wire::kAck | wire::kUrg},
      {.sequence = 100, .flags = wire::kAck | wire::kEce},
      {.sequence = 100, .flags = wire::kAck | wire::kRst},
      {.sequence = 100, .flags = wire::kAck | wire::kSyn},
      {.sequence = 100, .acknowledgment = 8},
      {.sequence = 100, .window = 501},
      {.sequence = 100, .timestamp = 2},
      {.sequence = 100, .hops = 63},
      {.sequence = 100, .traffic_class = 3},
      {.sequence = 101},
      {.sequence = 99},
      {.sequence = 100, .size = 101},
      {.sequence = 100, .size = 0},
      {.sequence = 100, .is_damaged = true},
  };
  for (const Options& other : others) {
    EXPECT_EQ(Filter({{.sequence = 0}, other}), (std::vector<std::size_t>{100, other.size})) << &other - &others[0];
  }
  EXPECT_EQ(coalescer_.counters().joined, 0u);
}

TEST_P(CoalescingTest, OrderWithinAFlowStays) {
  EXPECT_EQ(Filter({{.sequence = 0}, {.sequence = 300}, {.sequence = 100}, {.sequence = 200}}),
            (std::vector<std::size_t>{100, 100, 200}));
  EXPECT_EQ(Filter({{.sequence = 0, .size = 50}, {.sequence = 50, .size = 30}, {.sequence = 80, .size = 30}}),
            (std::vector<std::size_t>{80, 30}))
      << "a short one is the last";
}

TEST_P(CoalescingTest, FlowsAreToldApart) {
  EXPECT_EQ(Filter({{.sequence = 0, .port = 1},
                    {.sequence = 0, .port = 2},
                    {.sequence = 100, .port = 1},
                    {.sequence = 100, .port = 2},
                    {.sequence = 200, .port = 1}}),
            (std::vector<std::size_t>{300, 200}));
  std::vector<Options> many;
  for (std::uint32_t round = 0; round < 2; ++round) {
    for (std::uint16_t port = 1; port <= 12; ++port) many.push_back({.sequence = round * 100, .port = port});
  }
  std::size_t total = 0;
  for (const std::size_t size : Filter(many)) total += size;
  EXPECT_EQ(total, 2400u) << "more flows than it follows: nothing is lost";
}

TEST_P(CoalescingTest, OneSegmentsSlicesAreTheLimit) {
  std::vector<Options> many;
  for (std::uint32_t i = 0; i < 40; ++i) many.push_back({.sequence = i * 100});
  EXPECT_EQ(Filter(many), (std::vector<std::size_t>{1800, 1800, 400}));
}

TEST_P(CoalescingTest, AWrongChecksumIsNeverHidden) {
  EXPECT_EQ(Filter({{.sequence = 0, .is_damaged = true}, {.sequence = 100}, {.sequence = 200}}),
            (std::vector<std::size_t>{100, 200}));
  EXPECT_EQ(last_info_.segment_count, 2);
  EXPECT_EQ(Filter({{.sequence = 0, .is_damaged = true, .checksum = PacketInfo::Checksum::kVerified},
                    {.sequence = 100, .is_damaged = true, .checksum = PacketInfo::Checksum::kVerified}}),
            (std::vector<std::size_t>{200}))
      << "the device says that it is right";
}

TEST_P(CoalescingTest, AWrongHeaderChecksumIsNeverHidden) {
  if (!GetParam()) return;  // IPv6 has none
  constexpr std::size_t kIdentification = 14 + 4;
  constexpr std::size_t kHeaderChecksum = 14 + 10;
  for (const std::size_t place : {kIdentification, kIdentification + 1, kHeaderChecksum, kHeaderChecksum + 1}) {
    std::vector<Packet> batch;
    for (std::uint32_t i = 0; i < 4; ++i) batch.push_back(Frame({.sequence = i * 100}));
    batch[2].slices()[0].bytes()[place] ^= std::byte{1};
    EXPECT_EQ(coalescer_.Filter(batch), 3u) << place;
  }
}

TEST_P(CoalescingTest, WhatTheDeviceDidNotLookAtIsLookedAt) {
  constexpr auto kVerified = PacketInfo::Checksum::kVerified;
  EXPECT_EQ(Filter({{.sequence = 0, .checksum = kVerified}, {.sequence = 100}, {.sequence = 200, .is_damaged = true}}),
            (std::vector<std::size_t>{200, 100}));
  EXPECT_EQ(Filter({{.sequence = 0}, {.sequence = 100, .checksum = kVerified}, {.sequence = 200}}),
            (std::vector<std::size_t>{300}));
}

TEST_P(CoalescingTest, WhatIsNoTcpPasses) {
  std::vector<Packet> batch;
  batch.push_back(context_.PacketOf(std::vector<std::byte>(60)));
  batch.push_back(context_.PacketOf({}));
  batch.push_back(Frame({}));
  batch.push_back(context_.PacketOf(std::vector<std::byte>(13)));
  batch.push_back(Frame({.sequence = 100}));
  Packet cut = Frame({.sequence = 200});
  cut.Truncate(60);
  batch.push_back(std::move(cut));
  EXPECT_EQ(coalescer_.Filter(batch), 5u);
  EXPECT_EQ(batch[0].size(), 60u);
  EXPECT_EQ(batch[1].size(), 0u);
  EXPECT_EQ(batch[3].size(), 13u);
  EXPECT_EQ(batch[4].size(), 60u);
}

class Recorder final : public FrameReceiver {
 public:
  void Receive(Packet& packet, const FrameReceived&) override { sizes.push_back(packet.size()); }
  std::vector<std::size_t> sizes;
};

TEST_P(CoalescingTest, AnInterfaceThatHasOneReceivesTheResults) {
  TestDevice device;
  Interface interface(context_, device, {});
  interface.UseBatchFilter(coalescer_);
  Recorder recorder;
  interface.Register(GetParam() ? wire::EtherType::kIpv4 : wire::EtherType::kIpv6, recorder);
  for (std::uint32_t i = 0; i < 5; ++i) device.Put(Frame({.sequence = i * 100}));
  interface.Poll();
  EXPECT_EQ(recorder.sizes, (std::vector<std::size_t>{(GetParam() ? 20u : 40u) + 32 + 500}));
}

// There and back: what was joined can be cut again, which is what a router does.
TEST_P(CoalescingTest, WhatWasJoinedCanBeCutAgain) {
  TestDevice device({.mac = TestDevice::kMac, .most_slices = kMostSlices});
  Interface interface(context_, device, {});
  SoftwareSegmenter segmenter;
  interface.UseSegmenter(segmenter);
  std::vector<Packet> batch;
  for (std::uint32_t i = 0; i < 3; ++i) batch.push_back(Frame({.sequence = i * 100}));
  ASSERT_EQ(coalescer_.Filter(batch), 1u);
  ASSERT_TRUE(interface.TransmitFrame(std::move(batch[0])));
  interface.EndTurn();
  for (std::uint32_t i = 0; i < 3; ++i) {
    std::vector<std::byte> piece = BytesOf(device.Take());
    std::vector<std::byte> original = BytesOf(Frame({.sequence = i * 100}));
    original.resize(original.size() - 6);
    // Identifications are the segmenter's own, and so the header's checksum.
    if (GetParam()) {
      for (const std::size_t place : {18, 19, 24, 25}) piece[place] = original[place];
    }
    EXPECT_EQ(piece, original);
  }
}

}  // namespace
}  // namespace net
