#include "net/wire/mld.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "net/wire/endian.h"

namespace net::wire {
namespace {

constexpr Ipv6Address kGroup = Ipv6Address::Of(0xff02, 0, 0, 0, 0, 0, 0, 0xfb);

std::vector<std::byte> Written(const ListenerQuery& query) {
  std::vector<std::byte> bytes(query.size());
  query.Write(bytes);
  return bytes;
}

TEST(MldTest, QueriesOfBothVersionsAreReadAsWritten) {
  for (const bool is_version_1 : {false, true}) {
    for (const std::uint32_t delay : {0u, 1u, 10'000u, 32'767u}) {
      const auto read =
          ListenerQuery::Parse(Written({.most_delay = delay, .group = kGroup, .is_version_1 = is_version_1}));
      ASSERT_TRUE(read);
      EXPECT_EQ(read->most_delay, delay);
      EXPECT_EQ(read->group, kGroup);
      EXPECT_EQ(read->is_version_1, is_version_1);
    }
  }
}

TEST(MldTest, LongDelaysAreFloatingPointNumbers) {
  for (const std::uint32_t delay : {32'768u, 65'536u, 1'000'000u, 8'387'584u}) {
    const auto read = ListenerQuery::Parse(Written({.most_delay = delay}));
    ASSERT_TRUE(read);
    EXPECT_LE(read->most_delay, delay);
    EXPECT_GE(read->most_delay + read->most_delay / 4096 + 1, delay);
  }
  std::vector<std::byte> bytes = Written({});
  StoreBig(&bytes[4], std::uint16_t{0xffff});
  EXPECT_EQ(ListenerQuery::Parse(bytes)->most_delay, 8'387'584u);
}

TEST(MldTest, SizesOfNoVersionAndSourcesBehindTheEndAreRefused) {
  const std::vector<std::byte> bytes = Written({.group = kGroup});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(ListenerQuery::Parse(std::span(bytes).first(size)).has_value(), size == ListenerQuery::kVersion1Size);
  }
  std::vector<std::byte> sources = bytes;
  StoreBig(&sources[26], std::uint16_t{2});
  sources.resize(28 + 31);
  EXPECT_FALSE(ListenerQuery::Parse(sources));
  sources.resize(28 + 32);
  EXPECT_TRUE(ListenerQuery::Parse(sources));
  std::vector<std::byte> host = bytes;
  host[8] = std::byte{0x20};
  EXPECT_FALSE(ListenerQuery::Parse(host));
}

TEST(MldTest, ARecordIsTwentyBytesWithoutSources) {
  std::array<std::byte, ListenerRecord::kSize> bytes = {};
  bytes.fill(std::byte{0xaa});
  ListenerRecord{.kind = ListenerRecord::Kind::kToExclude, .group = kGroup}.Write(bytes);
  EXPECT_EQ(LoadBig<std::uint32_t>(&bytes[0]), 0x0400'0000u);
  EXPECT_EQ(Ipv6Address::Load(&bytes[4]), kGroup);
}

}  // namespace
}  // namespace net::wire
