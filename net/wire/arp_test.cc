#include "net/wire/arp.h"

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

// 192.0.2.1 at 02:00:00:00:00:0a asks who has 192.0.2.2.
constexpr std::array<std::uint8_t, 28> kRequest = {0,   1, 8, 0, 6, 4, 0, 1, 2, 0, 0,   0, 0, 10,
                                                   192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 192, 0, 2, 2};

auto Parse(std::span<const std::uint8_t> bytes) { return Arp::Parse(std::as_bytes(bytes)); }

TEST(ArpTest, ARequestIsReadAndWrittenBack) {
  const auto arp = Parse(kRequest);
  ASSERT_TRUE(arp);
  EXPECT_EQ(arp->operation, Arp::Operation::kRequest);
  EXPECT_EQ(arp->sender, Ipv4Address::Of(192, 0, 2, 1));
  EXPECT_EQ(arp->target, Ipv4Address::Of(192, 0, 2, 2));
  EXPECT_EQ(arp->sender_mac.bytes[5], std::byte{10});
  EXPECT_TRUE(arp->target_mac.IsZero());
  std::array<std::byte, kArpSize> written = {};
  arp->Write(written);
  EXPECT_TRUE(std::ranges::equal(written, std::as_bytes(std::span(kRequest))));
}

TEST(ArpTest, EveryShorterPacketIsRefused) {
  for (std::size_t size = 0; size < kRequest.size(); ++size) {
    EXPECT_EQ(Parse(std::span(kRequest).first(size)).error(), Error::kMalformed) << size;
  }
}

TEST(ArpTest, OtherHardwareProtocolsLengthsAndOperationsAreRefused) {
  for (const std::size_t place : {0, 1, 2, 3, 4, 5, 6, 7}) {
    auto bytes = kRequest;
    bytes[place] ^= 0x10;
    EXPECT_EQ(Parse(bytes).error(), Error::kUnsupported) << place;
  }
}

TEST(ArpTest, AGroupCannotBeTheSender) {
  auto mac = kRequest;
  mac[8] = 1;
  EXPECT_EQ(Parse(mac).error(), Error::kMalformed);
  auto multicast = kRequest;
  multicast[14] = 224;
  EXPECT_EQ(Parse(multicast).error(), Error::kMalformed);
  auto broadcast = kRequest;
  std::fill_n(&broadcast[14], 4, std::uint8_t{255});
  EXPECT_EQ(Parse(broadcast).error(), Error::kMalformed);
}

}  // namespace
}  // namespace net::wire
