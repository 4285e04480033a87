#include "net/wire/ipv4.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernel/base/result.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"

namespace net::wire {
namespace {

using kernel::Error;

constexpr Ipv4 kHeader = {.traffic_class = 0x2e,
                          .total_size = 1000,
                          .identification = 0xbeef,
                          .must_not_fragment = true,
                          .time_to_live = 17,
                          .protocol = IpProtocol::kUdp,
                          .source = Ipv4Address::Of(192, 0, 2, 1),
                          .destination = Ipv4Address::Of(198, 51, 100, 2)};

std::vector<std::byte> Written(const Ipv4& header) {
  std::vector<std::byte> bytes(kIpv4Size);
  header.Write(bytes);
  return bytes;
}

// Changes a 16-bit word and makes the checksum right again.
std::vector<std::byte> With(std::size_t place, std::uint16_t word) {
  std::vector<std::byte> bytes = Written(kHeader);
  StoreBig(&bytes[place], word);
  StoreBig(&bytes[10], std::uint16_t{0});
  Checksum sum;
  sum.Add(bytes);
  StoreBig(&bytes[10], sum.Finish());
  return bytes;
}

TEST(Ipv4Test, WhatIsWrittenIsRead) {
  const auto header = Ipv4::Parse(Written(kHeader), 1000);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->header_size, 20);
  EXPECT_EQ(header->traffic_class, 0x2e);
  EXPECT_EQ(header->total_size, 1000);
  EXPECT_EQ(header->payload_size(), 980);
  EXPECT_EQ(header->identification, 0xbeef);
  EXPECT_TRUE(header->must_not_fragment);
  EXPECT_FALSE(header->IsFragment());
  EXPECT_EQ(header->time_to_live, 17);
  EXPECT_EQ(header->protocol, IpProtocol::kUdp);
  EXPECT_EQ(header->source, kHeader.source);
  EXPECT_EQ(header->destination, kHeader.destination);
}

TEST(Ipv4Test, TheChecksumOfAKnownHeaderIsRight) {
  // 172.16.10.99 to 172.16.10.12, 60 bytes, TTL 64, TCP; its checksum is 0xb1e6.
  const std::array<std::uint8_t, 20> bytes = {0x45, 0x00, 0x00, 0x3c, 0x1c, 0x46, 0x40, 0x00, 0x40, 0x06,
                                              0xb1, 0xe6, 0xac, 0x10, 0x0a, 0x63, 0xac, 0x10, 0x0a, 0x0c};
  EXPECT_TRUE(Ipv4::Parse(std::as_bytes(std::span(bytes)), 60));
}

TEST(Ipv4Test, AnyFlippedBitIsRefused) {
  const std::vector<std::byte> bytes = Written(kHeader);
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::vector<std::byte> flipped = bytes;
    flipped[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
    EXPECT_FALSE(Ipv4::Parse(flipped, 65535)) << bit;
  }
}

TEST(Ipv4Test, TheShortWayTakesNoHeaderThatParseDoesNotAndReadsItAlike) {
  int usual = 0;
  for (std::size_t place = 0; place < kIpv4Size; place += 2) {
    for (std::uint32_t word = 0; word <= UINT16_MAX; ++word) {
      const std::vector<std::byte> bytes = With(place, static_cast<std::uint16_t>(word));
      const auto header = Ipv4::Parse(bytes, 1000);
      const bool has_reserved_bit = (bytes[6] & std::byte{0x80}) != std::byte{0};
      const bool is_plain = header && header->header_size == kIpv4Size && !header->IsFragment() && !has_reserved_bit;
      ASSERT_EQ(Ipv4::IsUsual(bytes.data(), 1000), is_plain) << place << " " << word;
      if (!is_plain) continue;
      ASSERT_EQ(*header, Ipv4::LoadUsual(bytes.data())) << place << " " << word;
      ++usual;
    }
  }
  EXPECT_GT(usual, 100'000);
  std::vector<std::byte> damaged = Written(kHeader);
  ASSERT_TRUE(Ipv4::IsUsual(damaged.data(), 1000));
  ASSERT_FALSE(Ipv4::IsUsual(damaged.data(), 999));
  for (std::size_t bit = 0; bit < 8 * damaged.size(); ++bit) {
    damaged[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
    EXPECT_FALSE(Ipv4::IsUsual(damaged.data(), 1000)) << bit;
    damaged[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
  }
}

TEST(Ipv4Test, EveryShorterHeaderIsRefused) {
  const std::vector<std::byte> bytes = Written(kHeader);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(Ipv4::Parse(std::span(bytes).first(size), 1000).error(), Error::kMalformed) << size;
  }
}

TEST(Ipv4Test, SizesThatContradictEachOtherAreRefused) {
  EXPECT_FALSE(Ipv4::Parse(Written(kHeader), 999));  // longer than what came
  EXPECT_TRUE(Ipv4::Parse(Written(kHeader), 1001));  // padding
  EXPECT_FALSE(Ipv4::Parse(With(2, 19), 1000));      // shorter than its header
  EXPECT_FALSE(Ipv4::Parse(With(0, 0x4400), 1000));  // a header of 16 bytes
  EXPECT_FALSE(Ipv4::Parse(With(0, 0x4600), 1000));  // options that are not there
  EXPECT_FALSE(Ipv4::Parse(With(0, 0x6500), 1000));  // another version
}

TEST(Ipv4Test, AHeaderOfSixteenBytesIsRefusedThoughItsChecksumIsRight) {
  std::vector<std::byte> bytes = With(0, 0x4400);
  StoreBig(&bytes[10], std::uint16_t{0});
  Checksum sum;
  sum.Add(std::span(bytes).first(16));
  StoreBig(&bytes[10], sum.Finish());
  EXPECT_FALSE(Ipv4::Parse(bytes, 1000));
}

TEST(Ipv4Test, AFragmentMustFitAndBeAMultipleOfEight) {
  const auto first = Ipv4::Parse(With(6, 0x2000), 1000);  // 980 bytes, and more to come
  EXPECT_FALSE(first);
  Ipv4 header = kHeader;
  header.must_not_fragment = false;
  header.has_more_fragments = true;
  header.total_size = 20 + 976;
  header.fragment_offset = 976;
  const auto second = Ipv4::Parse(Written(header), 1000);
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->IsFragment());
  EXPECT_EQ(second->fragment_offset, 976);
  header.has_more_fragments = false;
  header.fragment_offset = 65528;  // the largest; with more than 7 bytes it ends beyond 65,535
  EXPECT_FALSE(Ipv4::Parse(Written(header), 1000));
}

TEST(Ipv4Test, ThePseudoHeaderCoversAddressesProtocolAndSize) {
  Checksum expected;
  const std::array<std::uint8_t, 12> bytes = {192, 0, 2, 1, 198, 51, 100, 2, 0, 17, 0x03, 0xd4};
  expected.Add(std::as_bytes(std::span(bytes)));
  EXPECT_EQ(PseudoHeader(kHeader.source, kHeader.destination, IpProtocol::kUdp, 980).Sum(), expected.Sum());
}

}  // namespace
}  // namespace net::wire
