#include "net/wire/ipv6.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernel/base/result.h"

namespace net::wire {
namespace {

using kernel::Error;

constexpr Ipv6 kHeader = {.traffic_class = 0xb8,
                          .flow_label = 0x12345,
                          .payload_size = 500,
                          .next_header = IpProtocol::kIcmpv6,
                          .hop_limit = 255,
                          .source = Ipv6Address::Of(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1),
                          .destination = Ipv6Address::Of(0xff02, 0, 0, 0, 0, 1, 0xff00, 2)};

std::vector<std::byte> Written(const Ipv6& header) {
  std::vector<std::byte> bytes(kIpv6Size);
  header.Write(bytes);
  return bytes;
}

TEST(Ipv6Test, WhatIsWrittenIsRead) {
  const std::vector<std::byte> bytes = Written(kHeader);
  EXPECT_EQ(bytes[0], std::byte{0x6b});
  EXPECT_EQ(bytes[1], std::byte{0x81});
  const auto header = Ipv6::Parse(bytes, 540);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->traffic_class, 0xb8);
  EXPECT_EQ(header->flow_label, 0x12345u);
  EXPECT_EQ(header->payload_size, 500);
  EXPECT_EQ(header->next_header, IpProtocol::kIcmpv6);
  EXPECT_EQ(header->hop_limit, 255);
  EXPECT_EQ(header->source, kHeader.source);
  EXPECT_EQ(header->destination, kHeader.destination);
}

TEST(Ipv6Test, WhatCannotBeAPacketIsRefused) {
  const std::vector<std::byte> bytes = Written(kHeader);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(Ipv6::Parse(std::span(bytes).first(size), 540).error(), Error::kMalformed) << size;
  }
  EXPECT_FALSE(Ipv6::Parse(bytes, 539));
  EXPECT_TRUE(Ipv6::Parse(bytes, 541));
  std::vector<std::byte> version = bytes;
  version[0] = std::byte{0x4b};
  EXPECT_FALSE(Ipv6::Parse(version, 540));
  Ipv6 group = kHeader;
  group.source = kAllNodes;
  EXPECT_FALSE(Ipv6::Parse(Written(group), 540));
}

TEST(Ipv6Test, AFragmentHeaderIsReadAndWrittenBack) {
  const std::array<std::uint8_t, 8> bytes = {6, 0, 0x05, 0xa9, 0xde, 0xad, 0xbe, 0xef};
  const auto fragment = Ipv6Fragment::Parse(std::as_bytes(std::span(bytes)));
  ASSERT_TRUE(fragment);
  EXPECT_EQ(fragment->next_header, IpProtocol::kTcp);
  EXPECT_EQ(fragment->offset, 1448);
  EXPECT_TRUE(fragment->has_more);
  EXPECT_FALSE(fragment->IsAtomic());
  EXPECT_EQ(fragment->identification, 0xdeadbeef);
  std::array<std::byte, kIpv6FragmentSize> written = {};
  fragment->Write(written);
  EXPECT_TRUE(std::ranges::equal(written, std::as_bytes(std::span(bytes))));
  EXPECT_FALSE(Ipv6Fragment::Parse(std::as_bytes(std::span(bytes)).first(7)));
  EXPECT_TRUE((Ipv6Fragment{.identification = 5}.IsAtomic()));
}

TEST(Ipv6Test, ThePseudoHeaderIsThatOfTheRfc) {
  Checksum expected;
  std::vector<std::byte> bytes(40);
  kHeader.source.Store(&bytes[0]);
  kHeader.destination.Store(&bytes[16]);
  StoreBig(&bytes[32], std::uint32_t{500});
  bytes[39] = std::byte{58};
  expected.Add(bytes);
  EXPECT_EQ(PseudoHeader(kHeader.source, kHeader.destination, IpProtocol::kIcmpv6, 500).Sum(), expected.Sum());
}

}  // namespace
}  // namespace net::wire
