#include "net/wire/dns.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/result.h"
#include "net/wire/dns_name.h"

namespace net::wire {
namespace {

using kernel::Error;
using Bytes = std::vector<std::uint8_t>;

auto AsBytes(const Bytes& bytes) { return std::as_bytes(std::span(bytes)); }

std::string TextOf(const DnsName& name) {
  std::array<char, kMostNameText> text;
  return {text.data(), name.WriteText(text).value()};
}

// A header of 12 zeros, then `bytes`.
Bytes AfterHeader(const Bytes& bytes) {
  Bytes message(12);
  message.insert(message.end(), bytes.begin(), bytes.end());
  return message;
}

kernel::Result<DnsName> ParseAt(const Bytes& message, std::size_t place) {
  return DnsName::Parse(AsBytes(message), place);
}

TEST(DnsNameTest, TextBecomesLabelsAndTextAgain) {
  const auto name = DnsName::FromText("www.Example-1.org.");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->bytes().size(), 1u + 3 + 1 + 9 + 1 + 3 + 1);
  EXPECT_EQ(TextOf(*name), "www.Example-1.org");
  EXPECT_TRUE(DnsName::FromText(".")->IsRoot());
  EXPECT_EQ(TextOf(DnsName()), "");
}

TEST(DnsNameTest, TextWithEmptyLongOrOddLabelsIsRefused) {
  for (const std::string_view text : {"", "a..b", ".a", "..", "a b", "a\n", "\xc3\xa4"}) {
    EXPECT_EQ(DnsName::FromText(text).error(), Error::kInvalidArgument) << text;
  }
  EXPECT_TRUE(DnsName::FromText(std::string(63, 'a')));
  EXPECT_FALSE(DnsName::FromText(std::string(64, 'a')));
}

TEST(DnsNameTest, ANameHas255BytesAtMost) {
  const std::string label(63, 'a');
  const std::string three = label + "." + label + "." + label + ".";
  EXPECT_TRUE(DnsName::FromText(three + std::string(61, 'b')));
  EXPECT_FALSE(DnsName::FromText(three + std::string(62, 'b')));
  Bytes bytes;
  for (int i = 0; i < 127; ++i) bytes.insert(bytes.end(), {1, 'a'});
  bytes.push_back(0);
  EXPECT_TRUE(ParseAt(AfterHeader(bytes), 12));
  bytes.insert(bytes.begin(), {1, 'a'});
  EXPECT_FALSE(ParseAt(AfterHeader(bytes), 12));
}

TEST(DnsNameTest, NamesCompareWithoutCaseAndKnowTheirParents) {
  const DnsName name = *DnsName::FromText("a.Example.ORG");
  EXPECT_EQ(name, *DnsName::FromText("A.eXample.org"));
  EXPECT_FALSE(name.IsSameBytes(*DnsName::FromText("A.eXample.org")));
  EXPECT_TRUE(name.IsIn(*DnsName::FromText("example.org")));
  EXPECT_TRUE(name.IsIn(DnsName()));
  EXPECT_TRUE(name.IsIn(name));
  EXPECT_FALSE(name.IsIn(*DnsName::FromText("ample.org")));
  EXPECT_FALSE(DnsName::FromText("example.org")->IsIn(name));
  // The bytes of the label end like a name of their own.
  Bytes bytes = {5, 'a', 3, 'o', 'r', 'g', 0};
  std::size_t place = 0;
  EXPECT_FALSE(DnsName::Parse(AsBytes(bytes), place)->IsIn(*DnsName::FromText("org")));
}

TEST(DnsNameTest, CaseIsShuffledByBitsAndChangesNothingElse) {
  DnsName name = *DnsName::FromText("ab-1.cd");
  name.ShuffleCase(0b0101);
  EXPECT_EQ(TextOf(name), "aB-1.cD");
  name.ShuffleCase(0b1010);
  EXPECT_EQ(TextOf(name), "Ab-1.Cd");
}

TEST(DnsNameTest, AnAddressHasANameOfItsOwn) {
  EXPECT_EQ(TextOf(DnsName::ForAddress(Ipv4Address::Of(192, 0, 2, 17))), "17.2.0.192.in-addr.arpa");
  EXPECT_EQ(TextOf(DnsName::ForAddress(Ipv6Address::Of(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0xa1))),
            "1.a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

TEST(DnsNameTest, NamesWithCharactersThatNoHostHasAreNotWrittenAsText) {
  for (const std::uint8_t character : Bytes{0, 10, 32, 46, 47, 128}) {
    std::size_t place = 0;
    const Bytes bytes = {1, character, 0};
    const auto name = DnsName::Parse(AsBytes(bytes), place);
    std::array<char, kMostNameText> text;
    ASSERT_TRUE(name);
    EXPECT_EQ(name->WriteText(text).error(), Error::kMalformed);
  }
  std::array<char, 4> text;
  EXPECT_EQ(DnsName::FromText("abc.d")->WriteText(text).error(), Error::kTooLong);
  EXPECT_EQ(DnsName::FromText("ab.d")->WriteText(text), 4u);
}

TEST(DnsNameTest, APointerLeadsToAnEarlierName) {
  const Bytes message = AfterHeader({3, 'o', 'r', 'g', 0, 1, 'a', 0xc0, 12, 1, 'b', 0xc0, 17, 99});
  std::size_t place = 21;
  const auto name = DnsName::Parse(AsBytes(message), place);
  ASSERT_TRUE(name);
  EXPECT_EQ(TextOf(*name), "b.a.org");
  EXPECT_EQ(place, 25u);
}

// [RFC9267] 2, 3 and the families NAME:WRECK, AMNESIA:33, Ripple20.
TEST(DnsNameTest, PointersForwardsToThemselvesAndIntoTheHeaderAreRefused) {
  EXPECT_FALSE(ParseAt(AfterHeader({0xc0, 12}), 12));            // itself
  EXPECT_FALSE(ParseAt(AfterHeader({1, 'a', 0xc0, 12}), 12));    // its own beginning
  EXPECT_FALSE(ParseAt(AfterHeader({0xc0, 14, 0xc0, 12}), 12));  // each other
  EXPECT_FALSE(ParseAt(AfterHeader({0xc0, 14, 0xc0, 12}), 14));
  EXPECT_FALSE(ParseAt(AfterHeader({0xc0, 14, 1, 'a', 0}), 12));  // forwards
  EXPECT_FALSE(ParseAt(AfterHeader({0xc0, 0}), 12));              // the header
  EXPECT_FALSE(ParseAt(AfterHeader({0xc0, 11}), 12));
  EXPECT_FALSE(ParseAt(AfterHeader({0xff, 0xff}), 12));                   // beyond the end
  EXPECT_FALSE(ParseAt(AfterHeader({1, 'a', 0, 1, 'b', 0xc0, 15}), 15));  // a later part of itself
  EXPECT_FALSE(ParseAt(AfterHeader({3, 'a', 0, 'b', 0xc0, 14}), 12));  // a byte of its own label that looks like an end
}

TEST(DnsNameTest, EndsThatAreMissingAndReservedLabelsAreRefused) {
  EXPECT_FALSE(ParseAt(AfterHeader({}), 12));
  EXPECT_FALSE(ParseAt(AfterHeader({1, 'a'}), 12));
  EXPECT_FALSE(ParseAt(AfterHeader({2, 'a'}), 12));
  EXPECT_FALSE(ParseAt(AfterHeader({0xc0}), 12));
  for (unsigned length = 64; length < 192; ++length) {
    Bytes bytes(300, 'a');
    bytes[0] = static_cast<std::uint8_t>(length);
    EXPECT_FALSE(ParseAt(AfterHeader(bytes), 12)) << length;
  }
}

TEST(DnsNameTest, AChainOfPointersIsBounded) {
  Bytes bytes = {1, 'a', 0};
  for (std::size_t i = 0; i < 200; ++i) {
    const std::size_t target = i == 0 ? 12 : 12 + 3 + 2 * (i - 1);
    bytes.push_back(static_cast<std::uint8_t>(0xc0 | target >> 8));
    bytes.push_back(static_cast<std::uint8_t>(target));
  }
  const Bytes message = AfterHeader(bytes);
  EXPECT_TRUE(ParseAt(message, 15 + 2 * 126));
  EXPECT_FALSE(ParseAt(message, 15 + 2 * 127));
}

TEST(DnsTest, AQueryIsReadAsItWasWritten) {
  std::array<std::byte, kLargestDnsQuery> bytes;
  const DnsQuestion question = {.name = *DnsName::FromText("example.org"), .type = DnsType::kAaaa};
  const auto query = std::span<const std::byte>(bytes).first(WriteDnsQuery(0xabcd, question, bytes));
  const auto header = DnsHeader::Parse(query);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->id, 0xabcd);
  EXPECT_FALSE(header->is_response);
  EXPECT_TRUE(header->wants_recursion);
  EXPECT_EQ(header->questions, 1);
  DnsReader reader(query);
  const auto read = reader.ReadQuestion();
  ASSERT_TRUE(read);
  EXPECT_EQ(read->name, question.name);
  EXPECT_EQ(read->type, DnsType::kAaaa);
  EXPECT_EQ(read->network_class, kDnsInternet);
  EXPECT_FALSE(reader.ReadQuestion());
}

TEST(DnsTest, AHeaderKeepsItsFields) {
  const DnsHeader header = {.id = 1, .is_response = true, .opcode = 5, .is_truncated = true, .code = DnsCode::kRefused};
  std::array<std::byte, 12> bytes;
  header.Write(bytes);
  const auto read = DnsHeader::Parse(bytes);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->is_response && read->is_truncated && !read->wants_recursion);
  EXPECT_EQ(read->opcode, 5);
  EXPECT_EQ(read->code, DnsCode::kRefused);
}

// CVE-2020-25767, CVE-2020-24334.
TEST(DnsTest, CountsBeyondTheDataAreRefused) {
  for (const std::size_t place : {4, 6, 8, 10}) {
    Bytes message(12 + 10);
    message[place + 1] = 1;
    EXPECT_EQ(DnsHeader::Parse(AsBytes(message)).has_value(), place == 4) << place;
    message[place] = 0xff;
    EXPECT_FALSE(DnsHeader::Parse(AsBytes(message))) << place;
  }
  for (std::size_t size = 0; size < 12; ++size) EXPECT_FALSE(DnsHeader::Parse(AsBytes(Bytes(size))));
}

// One record of the root with these fields, behind a header.
Bytes Record(std::uint8_t type, std::uint16_t data_size, const Bytes& data) {
  Bytes bytes = {
      0, 0, type, 0, 1, 0, 0, 1, 0, static_cast<std::uint8_t>(data_size >> 8), static_cast<std::uint8_t>(data_size)};
  bytes.insert(bytes.end(), data.begin(), data.end());
  return AfterHeader(bytes);
}

TEST(DnsTest, EveryShorterRecordIsRefused) {
  const Bytes whole = Record(1, 4, {192, 0, 2, 1});
  for (std::size_t size = 12; size < whole.size(); ++size) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(DnsReader(AsBytes(cut)).ReadRecord()) << size;
  }
  const auto record = DnsReader(AsBytes(whole)).ReadRecord();
  ASSERT_TRUE(record);
  EXPECT_EQ(record->ttl, 256u);
  EXPECT_EQ(record->ReadAddress(AsBytes(whole)), IpAddress(Ipv4Address::Of(192, 0, 2, 1)));
}

// CVE-2020-24336, CVE-2020-11901.
TEST(DnsTest, DataOfAnotherLengthThanItsTypesIsRefused) {
  for (std::uint16_t size = 0; size < 20; ++size) {
    for (const std::uint8_t type : {1, 28}) {
      const Bytes message = Record(type, size, Bytes(size));
      const auto record = DnsReader(AsBytes(message)).ReadRecord();
      EXPECT_EQ(record->ReadAddress(AsBytes(message)).has_value(), size == (type == 1 ? 4 : 16)) << size;
    }
  }
  for (const std::uint16_t size : {2, 3, 4}) {
    const Bytes message = Record(5, size, {1, 'a', 0, 0});
    const auto record = DnsReader(AsBytes(message)).ReadRecord();
    EXPECT_EQ(record->ReadName(AsBytes(message)).has_value(), size == 3) << size;
  }
}

TEST(DnsTest, ANegativeAnswerLivesForTheShorterOfTheSoasTimes) {
  Bytes data = {1, 'a', 0, 0};
  data.resize(4 + 20);
  data.back() = 60;
  Bytes message = Record(6, 24, data);
  const auto read = [&] { return DnsReader(AsBytes(message)).ReadRecord()->ReadNegativeTtl(AsBytes(message)); };
  EXPECT_EQ(read(), 60u);
  message[message.size() - 3] = 1;
  EXPECT_EQ(read(), 256u);
  message[message.size() - 4] = 0x80;  // a negative number
  EXPECT_EQ(read(), 0u);
  message = Record(6, 23, data);
  EXPECT_FALSE(read());
  message = Record(2, 24, data);
  EXPECT_FALSE(read());
}

TEST(DnsTest, ATtlWithItsSignBitIsNone) {
  Bytes message = Record(1, 4, {192, 0, 2, 1});
  message[12 + 5] = 0x80;
  EXPECT_EQ(DnsReader(AsBytes(message)).ReadRecord()->ttl, 0u);
}

}  // namespace
}  // namespace net::wire
