#include "net/wire/udp.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <span>

namespace net::wire {
namespace {

constexpr Udp kHeader = {.source_port = 53, .destination_port = 49152, .size = 20, .checksum = 0xabcd};

std::array<std::byte, kUdpSize> Written(const Udp& header) {
  std::array<std::byte, kUdpSize> bytes = {};
  header.Write(bytes);
  return bytes;
}

TEST(UdpTest, WhatIsWrittenIsRead) {
  const auto header = Udp::Parse(Written(kHeader), 20);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->source_port, 53);
  EXPECT_EQ(header->destination_port, 49152);
  EXPECT_EQ(header->size, 20);
  EXPECT_EQ(header->checksum, 0xabcd);
}

TEST(UdpTest, SizesThatCannotBeAreRefused) {
  const auto bytes = Written(kHeader);
  for (std::size_t size = 0; size < kUdpSize; ++size) EXPECT_FALSE(Udp::Parse(std::span(bytes).first(size), 20));
  EXPECT_FALSE(Udp::Parse(Written(kHeader), 19));
  EXPECT_TRUE(Udp::Parse(Written(kHeader), 21));
  Udp header = kHeader;
  header.size = 7;
  EXPECT_FALSE(Udp::Parse(Written(header), 20));
}

TEST(UdpTest, NobodyListensAtPortZero) {
  Udp header = kHeader;
  header.destination_port = 0;
  EXPECT_FALSE(Udp::Parse(Written(header), 20));
  header = kHeader;
  header.source_port = 0;
  EXPECT_TRUE(Udp::Parse(Written(header), 20));
}

}  // namespace
}  // namespace net::wire
