#include "net/wire/dhcp.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "kernel/base/result.h"

namespace net::wire {
namespace {

using kernel::Error;
using Bytes = std::vector<std::uint8_t>;

// An acknowledgement's fixed part with the magic cookie, and then `options`.
Bytes MessageWith(std::initializer_list<std::uint8_t> options) {
  Bytes bytes(240);
  bytes[0] = 2;
  bytes[1] = 1;
  bytes[2] = 6;
  const std::array<std::uint8_t, 4> cookie = {0x63, 0x82, 0x53, 0x63};
  std::ranges::copy(cookie, &bytes[236]);
  bytes.insert(bytes.end(), options);
  return bytes;
}

auto Parse(const Bytes& bytes) { return Dhcp::Parse(std::as_bytes(std::span(bytes))); }

Dhcp Offer() {
  Dhcp offer = {.operation = Dhcp::Operation::kReply,
                .type = Dhcp::Type::kOffer,
                .xid = 0x12345678,
                .seconds = 3,
                .wants_broadcast = true,
                .client = Ipv4Address::Of(10, 0, 0, 1),
                .your = Ipv4Address::Of(10, 0, 0, 2),
                .relay = Ipv4Address::Of(10, 0, 0, 3),
                .hardware = {{std::byte{2}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{9}}},
                .requested = Ipv4Address::Of(10, 0, 0, 4),
                .server = Ipv4Address::Of(10, 0, 0, 5),
                .lease_seconds = 3600,
                .renewal_seconds = 1800,
                .rebinding_seconds = 3150,
                .prefix_length = 20,
                .mtu = 1400};
  offer.routers = {.addresses = {Ipv4Address::Of(10, 0, 0, 6), Ipv4Address::Of(10, 0, 0, 7)}, .count = 2};
  offer.name_servers = {.addresses = {Ipv4Address::Of(10, 0, 0, 8)}, .count = 1};
  return offer;
}

TEST(DhcpTest, AMessageWithAllOptionsIsReadAsItWasWritten) {
  std::array<std::byte, kLargestDhcp> bytes;
  const std::size_t size = Offer().Write(bytes);
  const auto read = Dhcp::Parse(std::span(bytes).first(size));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, Offer());
}

TEST(DhcpTest, ShortMessagesArePaddedTo300Bytes) {
  std::array<std::byte, kLargestDhcp> bytes;
  EXPECT_EQ(Dhcp().Write(bytes), 300u);
}

TEST(DhcpTest, ADiscoverAsksForWhatTheClientUses) {
  std::array<std::byte, kLargestDhcp> bytes;
  Dhcp discover;
  discover.wants_parameters = true;
  discover.Write(bytes);
  const std::array<std::uint8_t, 18> expected = {53, 1, 1, 55, 8, 1, 3, 6, 26, 51, 54, 58, 59, 57, 2, 0x02, 0x40, 255};
  EXPECT_TRUE(std::ranges::equal(std::as_bytes(std::span(expected)), std::span(bytes).subspan(240, 18)));
}

TEST(DhcpTest, EveryMessageShorterThanItsFixedPartIsRefused) {
  const Bytes whole = MessageWith({});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(Parse(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))).error(),
              Error::kMalformed);
  }
}

TEST(DhcpTest, WithoutTheMagicCookieItIsBootpAndWithoutEthernetNotOurs) {
  for (const std::size_t place : {1, 2, 236, 237, 238, 239}) {
    Bytes bytes = MessageWith({53, 1, 5, 255});
    bytes[place] ^= 1;
    EXPECT_EQ(Parse(bytes).error(), Error::kUnsupported) << place;
  }
  Bytes bytes = MessageWith({53, 1, 5, 255});
  bytes[0] = 3;
  EXPECT_EQ(Parse(bytes).error(), Error::kMalformed);
}

TEST(DhcpTest, AMessageNeedsAType) {
  EXPECT_TRUE(Parse(MessageWith({53, 1, 5, 255})));
  EXPECT_TRUE(Parse(MessageWith({0, 0, 53, 1, 5})));  // padding; no end mark
  EXPECT_FALSE(Parse(MessageWith({})));
  EXPECT_FALSE(Parse(MessageWith({255, 53, 1, 5})));  // behind the end
  EXPECT_FALSE(Parse(MessageWith({53, 1, 0, 255})));
  EXPECT_FALSE(Parse(MessageWith({53, 1, 9, 255})));
  EXPECT_FALSE(Parse(MessageWith({53, 0, 255})));
  EXPECT_FALSE(Parse(MessageWith({53, 2, 5, 5, 255})));
  EXPECT_FALSE(Parse(MessageWith({53, 1, 5, 53, 1, 5, 255})));
}

// CVE-2019-12257, CVE-2020-11903.
TEST(DhcpTest, AnOptionThatReachesBeyondTheEndIsRefused) {
  EXPECT_FALSE(Parse(MessageWith({53, 1, 5, 12})));
  EXPECT_FALSE(Parse(MessageWith({53, 1, 5, 12, 2, 0})));
  EXPECT_FALSE(Parse(MessageWith({53, 1, 5, 12, 255, 0})));
  EXPECT_TRUE(Parse(MessageWith({53, 1, 5, 12, 2, 0, 0})));
}

TEST(DhcpTest, NumbersAndAddressesHaveTheirLengths) {
  EXPECT_FALSE(Parse(MessageWith({53, 1, 5, 51, 3, 0, 0, 1, 255})));
  EXPECT_FALSE(Parse(MessageWith({53, 1, 5, 51, 5, 0, 0, 1, 0, 0, 255})));
  EXPECT_FALSE(Parse(MessageWith({53, 1, 5, 54, 0, 255})));
  EXPECT_FALSE(Parse(MessageWith({53, 1, 5, 3, 0, 255})));
  EXPECT_FALSE(Parse(MessageWith({53, 1, 5, 3, 5, 10, 0, 0, 1, 10, 255})));
  EXPECT_FALSE(Parse(MessageWith({53, 1, 5, 6, 3, 10, 0, 0, 255})));
  EXPECT_FALSE(Parse(MessageWith({53, 1, 5, 26, 2, 0, 67, 255})));
  EXPECT_TRUE(Parse(MessageWith({53, 1, 5, 26, 2, 0, 68, 255})));
}

TEST(DhcpTest, AMaskHasNoGaps) {
  EXPECT_EQ(Parse(MessageWith({53, 1, 5, 1, 4, 255, 255, 240, 0, 255}))->prefix_length, 20);
  EXPECT_EQ(Parse(MessageWith({53, 1, 5, 1, 4, 255, 255, 255, 255, 255}))->prefix_length, 32);
  EXPECT_FALSE(Parse(MessageWith({53, 1, 5, 1, 4, 255, 0, 255, 0, 255})));
}

TEST(DhcpTest, OfManyAddressesTheFirstFourAreKept) {
  const auto read =
      Parse(MessageWith({53, 1, 5, 6, 20, 10, 0, 0, 1, 10, 0, 0, 2, 10, 0, 0, 3, 10, 0, 0, 4, 10, 0, 0, 5, 255}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->name_servers.count, 4);
  EXPECT_EQ(read->name_servers.view().back(), Ipv4Address::Of(10, 0, 0, 4));
}

TEST(DhcpTest, PartsOfAnOptionAreJoined) {
  const auto read = Parse(MessageWith({53, 1, 5, 6, 3, 10, 0, 0, 6, 5, 1, 10, 0, 0, 2, 255}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->name_servers.count, 2);
  EXPECT_EQ(read->name_servers.view()[0], Ipv4Address::Of(10, 0, 0, 1));
  EXPECT_EQ(read->name_servers.view()[1], Ipv4Address::Of(10, 0, 0, 2));
}

TEST(DhcpTest, AnOverloadedMessageHasOptionsInTheFileAndThenInTheServersName) {
  Bytes bytes = MessageWith({53, 1, 5, 52, 1, 3, 6, 2, 10, 0, 255});
  std::ranges::copy(Bytes{6, 3, 0, 1, 10, 255}, &bytes[108]);
  std::ranges::copy(Bytes{6, 3, 0, 0, 2, 255}, &bytes[44]);
  const auto read = Parse(bytes);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->name_servers.count, 2);
  EXPECT_EQ(read->name_servers.view()[1], Ipv4Address::Of(10, 0, 0, 2));

  bytes[245] = 1;  // the file alone: half an address is missing
  EXPECT_FALSE(Parse(bytes));
  for (const std::uint8_t bits : {0, 4, 255}) {
    bytes[245] = bits;
    EXPECT_FALSE(Parse(bytes)) << bits;
  }
}

TEST(DhcpTest, AnOptionMayNotReachOutOfAnOverloadedField) {
  Bytes bytes = MessageWith({53, 1, 5, 52, 1, 2, 255});
  std::fill_n(&bytes[44], 63, std::uint8_t{0});
  bytes[107] = 12;  // its length would be in the next field
  EXPECT_FALSE(Parse(bytes));
  bytes[106] = 12;
  bytes[107] = 1;
  EXPECT_FALSE(Parse(bytes));
  bytes[107] = 0;
  EXPECT_TRUE(Parse(bytes));
}

}  // namespace
}  // namespace net::wire
