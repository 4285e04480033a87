#include "net/wire/ethernet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"

namespace net::wire {
namespace {

using kernel::Error;

// To 02:00:00:00:00:01 from 02:00:00:00:00:02, VLAN 100 at priority 5, IPv6.
constexpr std::array<std::uint8_t, 18> kTagged = {2, 0, 0, 0,    0,    1,    2,    0,    0,
                                                  0, 0, 2, 0x81, 0x00, 0xa0, 0x64, 0x86, 0xdd};

TEST(EthernetTest, AFrameWithoutATagIsRead) {
  const std::array<std::uint8_t, 14> bytes = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 2, 0x08, 0x06};
  const auto header = Ethernet::Parse(std::as_bytes(std::span(bytes)));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->destination, kBroadcastMac);
  EXPECT_EQ(header->source.bytes[5], std::byte{2});
  EXPECT_EQ(header->type, EtherType::kArp);
  EXPECT_FALSE(header->vlan);
  EXPECT_EQ(header->size(), 14u);
}

TEST(EthernetTest, ATagIsRead) {
  const auto header = Ethernet::Parse(std::as_bytes(std::span(kTagged)));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->vlan, 100);
  EXPECT_EQ(header->priority, 5);
  EXPECT_EQ(header->type, EtherType::kIpv6);
  EXPECT_EQ(header->size(), 18u);
}

TEST(EthernetTest, EveryShorterFrameIsRefused) {
  for (std::size_t size = 0; size < kTagged.size(); ++size) {
    EXPECT_EQ(Ethernet::Parse(std::as_bytes(std::span(kTagged)).first(size)).error(), Error::kMalformed) << size;
  }
}

TEST(EthernetTest, WhatIsNoUsefulFrameIsRefused) {
  auto group = kTagged;
  group[6] = 3;
  EXPECT_EQ(Ethernet::Parse(std::as_bytes(std::span(group))).error(), Error::kMalformed);
  auto reserved = kTagged;
  reserved[14] = 0x0f;
  reserved[15] = 0xff;
  EXPECT_EQ(Ethernet::Parse(std::as_bytes(std::span(reserved))).error(), Error::kMalformed);
  auto length = kTagged;
  length[12] = 0x05;
  length[13] = 0xff;
  EXPECT_EQ(Ethernet::Parse(std::as_bytes(std::span(length))).error(), Error::kUnsupported);
}

TEST(EthernetTest, TheShortWayTakesNoHeaderThatParseDoesNotAndReadsItAlike) {
  auto bytes = kTagged;
  const auto header = std::as_bytes(std::span(bytes));
  for (std::uint32_t type = 0; type <= UINT16_MAX; ++type) {
    bytes[12] = static_cast<std::uint8_t>(type >> 8);
    bytes[13] = static_cast<std::uint8_t>(type);
    for (const std::uint8_t first : {2, 3}) {
      bytes[6] = first;
      const auto parsed = Ethernet::Parse(header);
      ASSERT_EQ(Ethernet::IsUsual(header.data()), parsed && !parsed->vlan) << type;
      if (!parsed || parsed->vlan) continue;
      ASSERT_EQ(Ethernet::TypeOf(header.data()), parsed->type);
      ASSERT_EQ(Ethernet::SourceOf(header.data()), parsed->source);
      ASSERT_EQ(Ethernet::DestinationOf(header.data()), parsed->destination);
    }
  }
}

TEST(EthernetTest, WhatIsWrittenIsWhatWasRead) {
  const auto header = Ethernet::Parse(std::as_bytes(std::span(kTagged)));
  ASSERT_TRUE(header);
  std::array<std::byte, 18> written = {};
  header->Write(written);
  EXPECT_TRUE(std::ranges::equal(written, std::as_bytes(std::span(kTagged))));
}

}  // namespace
}  // namespace net::wire
