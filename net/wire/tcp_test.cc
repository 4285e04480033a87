#include "net/wire/tcp.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

namespace net::wire {
namespace {

std::vector<std::byte> Bytes(std::initializer_list<int> values) {
  std::vector<std::byte> bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

TcpOptions Parse(std::initializer_list<int> values) { return TcpOptions::Parse(Bytes(values)); }

constexpr Tcp kHeader = {.source_port = 80,
                         .destination_port = 50000,
                         .sequence = 0x01020304,
                         .acknowledgment = 0xfffefdfc,
                         .header_size = 32,
                         .flags = kSyn | kAck,
                         .window = 65535,
                         .checksum = 0x1234,
                         .urgent_pointer = 7};

std::vector<std::byte> Written(const Tcp& header) {
  std::vector<std::byte> bytes(kMostTcpSize);
  header.Write(bytes);
  return bytes;
}

TEST(TcpWireTest, WhatIsWrittenIsRead) {
  const auto header = Tcp::Parse(Written(kHeader), 100);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->source_port, 80);
  EXPECT_EQ(header->destination_port, 50000);
  EXPECT_EQ(header->sequence, 0x01020304u);
  EXPECT_EQ(header->acknowledgment, 0xfffefdfcu);
  EXPECT_EQ(header->header_size, 32);
  EXPECT_TRUE(header->flags.Has(kSyn | kAck));
  EXPECT_FALSE(header->flags.HasAny(kFin | kRst | kPsh | kUrg | kEce | kCwr));
  EXPECT_EQ(header->window, 65535);
  EXPECT_EQ(header->checksum, 0x1234);
  EXPECT_EQ(header->urgent_pointer, 7);
}

TEST(TcpWireTest, AHeaderBeyondTheEndOrTooSmallIsRefused) {
  EXPECT_FALSE(Tcp::Parse(Written(kHeader), 31));
  EXPECT_TRUE(Tcp::Parse(Written(kHeader), 32));
  const std::vector<std::byte> bytes = Written(kHeader);
  EXPECT_FALSE(Tcp::Parse(std::span(bytes).first(31), 100));
  for (int words = 0; words < 5; ++words) {
    Tcp header = kHeader;
    header.header_size = static_cast<std::uint8_t>(4 * words);
    EXPECT_FALSE(Tcp::Parse(Written(header), 100)) << words;
  }
}

TEST(TcpWireTest, PortZeroIsRefused) {
  Tcp header = kHeader;
  header.source_port = 0;
  EXPECT_FALSE(Tcp::Parse(Written(header), 100));
  header = kHeader;
  header.destination_port = 0;
  EXPECT_FALSE(Tcp::Parse(Written(header), 100));
}

TEST(TcpOptionsTest, TheOptionsOfALinuxSynAreRead) {
  // MSS 1460, SACK permitted, timestamps, NOP, window scale 7.
  const TcpOptions options = Parse({2, 4, 5, 0xb4, 4, 2, 8, 10, 1, 2, 3, 4, 0, 0, 0, 0, 1, 3, 3, 7});
  EXPECT_EQ(options.maximum_segment_size, 1460);
  EXPECT_TRUE(options.may_sack);
  EXPECT_EQ(options.timestamps, (TcpTimestamps{0x01020304, 0}));
  EXPECT_EQ(options.window_scale, 7);
  EXPECT_EQ(options.sack_count, 0);
}

TEST(TcpOptionsTest, SackBlocksAreRead) {
  const TcpOptions options = Parse({1, 1, 5, 18, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4});
  ASSERT_EQ(options.sack_count, 2);
  EXPECT_EQ(options.sacks[0], (SackBlock{1, 2}));
  EXPECT_EQ(options.sacks[1], (SackBlock{3, 4}));
}

TEST(TcpOptionsTest, UnknownOptionsAreSkipped) {
  const TcpOptions options = Parse({254, 6, 1, 2, 3, 4, 2, 4, 2, 0x18});
  EXPECT_EQ(options.maximum_segment_size, 0x218);
}

TEST(TcpOptionsTest, NothingIsReadAfterTheEnd) { EXPECT_FALSE(Parse({0, 2, 4, 5, 0xb4}).maximum_segment_size); }

TEST(TcpOptionsTest, LengthsThatWouldLoopOrLeaveEndTheList) {
  EXPECT_FALSE(Parse({254, 0, 2, 4, 5, 0xb4}).maximum_segment_size);
  EXPECT_FALSE(Parse({254, 1, 2, 4, 5, 0xb4}).maximum_segment_size);
  EXPECT_FALSE(Parse({254, 9, 2, 4, 5, 0xb4}).maximum_segment_size);
  EXPECT_FALSE(Parse({2}).maximum_segment_size);
  EXPECT_FALSE(Parse({2, 4, 5}).maximum_segment_size);
}

TEST(TcpOptionsTest, AnOptionOfTheWrongLengthIsSkipped) {
  const TcpOptions options = Parse({2, 3, 9, 3, 4, 1, 1, 4, 3, 0, 8, 3, 0, 5, 5, 1, 2, 3, 2, 4, 5, 0xb4});
  EXPECT_EQ(options.maximum_segment_size, 1460);
  EXPECT_FALSE(options.window_scale);
  EXPECT_FALSE(options.may_sack);
  EXPECT_FALSE(options.timestamps);
  EXPECT_EQ(options.sack_count, 0);
}

TEST(TcpOptionsTest, WhatIsWrittenIsRead) {
  for (int choice = 0; choice < 32; ++choice) {
    TcpOptions options;
    if ((choice & 1) != 0) options.maximum_segment_size = 1220;
    if ((choice & 2) != 0) options.window_scale = 14;
    if ((choice & 4) != 0) options.timestamps = {.value = 0xa1b2c3d4, .echo = 5};
    options.may_sack = (choice & 8) != 0;
    if ((choice & 16) != 0) {
      options.sack_count = (choice & 4) != 0 || (choice & 1) != 0 || (choice & 2) != 0 || options.may_sack ? 1 : 4;
      for (std::uint32_t i = 0; i < options.sack_count; ++i)
        options.sacks[i] = {.left = 100 * i, .right = 100 * i + 50};
    }
    std::vector<std::byte> bytes(options.size());
    EXPECT_EQ(bytes.size() % 4, 0u);
    options.Write(bytes);
    const TcpOptions read = TcpOptions::Parse(bytes);
    EXPECT_EQ(read.maximum_segment_size, options.maximum_segment_size);
    EXPECT_EQ(read.window_scale, options.window_scale);
    EXPECT_EQ(read.timestamps, options.timestamps);
    EXPECT_EQ(read.may_sack, options.may_sack);
    EXPECT_EQ(read.sack_count, options.sack_count);
    EXPECT_EQ(read.sacks, options.sacks);
  }
}

}  // namespace
}  // namespace net::wire
