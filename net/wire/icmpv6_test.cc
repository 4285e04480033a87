#include "net/wire/icmpv6.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace net::wire {
namespace {

TEST(Icmpv6Test, WhatIsWrittenIsRead) {
  constexpr Icmpv6 kHeader = {.type = Icmpv6Type::kPacketTooBig, .code = 0, .checksum = 0x1234, .body = 0x0000'0500};
  std::array<std::byte, kIcmpv6Size> bytes = {};
  kHeader.Write(bytes);
  constexpr std::array<unsigned char, 8> kExpected = {2, 0, 0x12, 0x34, 0, 0, 5, 0};
  EXPECT_TRUE(std::ranges::equal(bytes, std::as_bytes(std::span(kExpected))));
  const auto read = Icmpv6::Parse(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->type, Icmpv6Type::kPacketTooBig);
  EXPECT_EQ(read->checksum, 0x1234);
  EXPECT_EQ(read->body, 1280u);
}

// CVE-2020-17443: an echo that is shorter than its header.
TEST(Icmpv6Test, AMessageShorterThanItsHeaderIsRefused) {
  const std::array<std::byte, kIcmpv6Size> bytes = {};
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(Icmpv6::Parse(std::span(bytes).first(size)));
}

TEST(Icmpv6Test, TypesBelow128AreErrors) {
  EXPECT_TRUE((Icmpv6{.type = Icmpv6Type::kParameterProblem}.IsError()));
  EXPECT_TRUE((Icmpv6{.type = static_cast<Icmpv6Type>(127)}.IsError()));
  EXPECT_FALSE((Icmpv6{.type = Icmpv6Type::kEchoRequest}.IsError()));
}

}  // namespace
}  // namespace net::wire
