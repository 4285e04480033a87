#include "net/wire/igmp.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "net/wire/checksum.h"
#include "net/wire/endian.h"

namespace net::wire {
namespace {

constexpr Ipv4Address kGroup = Ipv4Address::Of(239, 1, 2, 3);

std::vector<std::byte> Written(const IgmpQuery& query) {
  std::vector<std::byte> bytes(query.size());
  query.Write(bytes);
  return bytes;
}

void MendSum(std::vector<std::byte>& bytes) {
  StoreBig(&bytes[kIgmpChecksumPlace], std::uint16_t{0});
  Checksum sum;
  sum.Add(bytes);
  StoreBig(&bytes[kIgmpChecksumPlace], sum.Finish());
}

TEST(IgmpTest, QueriesOfAllVersionsAreReadAsWritten) {
  for (const std::uint8_t version : {1, 2, 3}) {
    const auto read = IgmpQuery::Parse(Written({.version = version, .most_delay = 10'000, .group = kGroup}));
    ASSERT_TRUE(read) << int{version};
    EXPECT_EQ(read->version, version);
    EXPECT_EQ(read->most_delay, 10'000u);
    EXPECT_EQ(read->group, kGroup);
  }
}

TEST(IgmpTest, LongDelaysAreFloatingPointNumbers) {
  for (const std::uint32_t delay : {12'800u, 25'500u, 100'000u, 3'174'400u}) {
    const auto read = IgmpQuery::Parse(Written({.most_delay = delay}));
    ASSERT_TRUE(read);
    EXPECT_LE(read->most_delay, delay);
    EXPECT_GE(read->most_delay + read->most_delay / 16 + 100, delay);
  }
  std::vector<std::byte> bytes = Written({});
  bytes[1] = std::byte{0xff};
  MendSum(bytes);
  EXPECT_EQ(IgmpQuery::Parse(bytes)->most_delay, 3'174'400u);  // (15 + 16) << 10, in tenths
}

TEST(IgmpTest, SizesOfNoVersionWrongSumsAndForeignTypesAreRefused) {
  const std::vector<std::byte> whole = Written({.group = kGroup});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::vector<std::byte> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    if (size >= kIgmpSize) MendSum(cut);
    EXPECT_EQ(IgmpQuery::Parse(cut).has_value(), size == kIgmpSize) << size;
  }
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::vector<std::byte> wrong = whole;
    wrong[i] ^= std::byte{1};
    EXPECT_FALSE(IgmpQuery::Parse(wrong)) << i;
  }
  std::vector<std::byte> report = whole;
  report[0] = static_cast<std::byte>(IgmpType::kReportV2);
  MendSum(report);
  EXPECT_FALSE(IgmpQuery::Parse(report));
}

TEST(IgmpTest, SourcesMustBeThereAndBelongToAGroup) {
  std::vector<std::byte> bytes = Written({.group = kGroup});
  StoreBig(&bytes[10], std::uint16_t{2});
  bytes.resize(12 + 7);
  MendSum(bytes);
  EXPECT_FALSE(IgmpQuery::Parse(bytes));
  bytes.resize(12 + 8);
  MendSum(bytes);
  EXPECT_EQ(IgmpQuery::Parse(bytes)->sources, 2);
  StoreBig(&bytes[4], std::uint32_t{0});
  MendSum(bytes);
  EXPECT_FALSE(IgmpQuery::Parse(bytes));
  Ipv4Address::Of(10, 0, 0, 1).Store(&bytes[4]);
  MendSum(bytes);
  EXPECT_FALSE(IgmpQuery::Parse(bytes));
}

TEST(IgmpTest, ReportsOfOthersAreRead) {
  std::array<std::byte, kIgmpSize> bytes;
  for (const IgmpType type : {IgmpType::kReportV1, IgmpType::kReportV2, IgmpType::kLeave}) {
    IgmpMessage{.type = type, .group = kGroup}.Write(bytes);
    const auto read = IgmpMessage::Parse(bytes);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->type, type);
    EXPECT_EQ(read->group, kGroup);
    EXPECT_FALSE(IgmpMessage::Parse(std::span(bytes).first(7)));
    bytes[7] ^= std::byte{1};
    EXPECT_FALSE(IgmpMessage::Parse(bytes));
  }
  IgmpMessage{.type = IgmpType::kQuery, .group = kGroup}.Write(bytes);
  EXPECT_FALSE(IgmpMessage::Parse(bytes));
  IgmpMessage{.type = IgmpType::kReportV2, .group = Ipv4Address::Of(10, 0, 0, 1)}.Write(bytes);
  EXPECT_FALSE(IgmpMessage::Parse(bytes));
}

// [RFC3376] 4.2.4
TEST(IgmpTest, AReportOfVersionThreeHasOneRecordWithoutSources) {
  std::array<std::byte, IgmpReport::kSize> bytes;
  IgmpReport{.kind = IgmpReport::Kind::kToExclude, .group = kGroup}.Write(bytes);
  const std::array<int, 16> expected = {0x22, 0, -1, -1, 0, 0, 0, 1, 4, 0, 0, 0, 239, 1, 2, 3};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (expected[i] >= 0) EXPECT_EQ(static_cast<int>(bytes[i]), expected[i]) << i;
  }
  Checksum sum;
  sum.Add(bytes);
  EXPECT_EQ(sum.Sum(), 0xffff);
}

}  // namespace
}  // namespace net::wire
