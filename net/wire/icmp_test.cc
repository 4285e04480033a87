#include "net/wire/icmp.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <span>

namespace net::wire {
namespace {

TEST(Icmp, WhatIsWrittenIsParsed) {
  std::array<std::byte, kIcmpSize> bytes;
  Icmp{.type = IcmpType::kEcho, .code = 3, .checksum = 0x1234, .rest = 0xabcd'0007}.Write(bytes);
  const auto header = Icmp::Parse(bytes);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->type, IcmpType::kEcho);
  EXPECT_EQ(header->code, 3);
  EXPECT_EQ(header->checksum, 0x1234);
  EXPECT_EQ(header->identifier(), 0xabcd);
  EXPECT_EQ(header->sequence(), 7);
  EXPECT_FALSE(Icmp::Parse(std::span(bytes).first(7)));
}

TEST(Icmp, WhatNobodyKnowsCountsAsAnError) {
  for (int type = 0; type < 256; ++type) {
    const bool is_query = type == 0 || type == 8 || type == 13 || type == 14 || type == 17 || type == 18;
    EXPECT_EQ(Icmp{.type = static_cast<IcmpType>(type)}.IsError(), !is_query) << type;
  }
}

}  // namespace
}  // namespace net::wire
