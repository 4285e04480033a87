#include "net/ipv6/address_table.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "net/ipv6/test_host.h"

namespace net::ipv6 {
namespace {

constexpr Ipv6Address kGlobal = Ipv6Address::Of(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1);
constexpr Ipv6Address kLocal = Ipv6Address::Of(0xfe80, 0, 0, 0, 0, 0, 0, 1);
constexpr Ipv6Address kUnique = Ipv6Address::Of(0xfd00, 1, 2, 3, 0, 0, 0, 1);
constexpr Ipv6Address kSixToFour = Ipv6Address::Of(0x2002, 0xc633, 0x6401, 0, 0, 0, 0, 1);

// The examples of RFC 6724 10.1, and rules that they leave out.
class SourceSelectionTest : public testing::Test {
 protected:
  void Add(const Ipv6Address& address, AddressState state = AddressState::kPreferred) {
    ASSERT_TRUE(table_.Add({.link = &host_.link, .address = address, .state = state}));
  }
  Ipv6Address Select(const Ipv6Address& destination) {
    const Address* const source = table_.SelectSource(host_.link, destination);
    return source == nullptr ? Ipv6Address() : source->address;
  }

  TestHost host_;
  AddressTable table_;
};

TEST_F(SourceSelectionTest, Rule1TheSameAddress) {
  Add(kGlobal);
  Add(kUnique);
  EXPECT_EQ(Select(kUnique), kUnique);
  EXPECT_EQ(Select(kGlobal), kGlobal);
}

TEST_F(SourceSelectionTest, Rule2AScopeThatReaches) {
  Add(kLocal);
  Add(kGlobal);
  EXPECT_EQ(Select(Ipv6Address::Of(0x2001, 0xdb8, 2, 0, 0, 0, 0, 9)), kGlobal);
  EXPECT_EQ(Select(Ipv6Address::Of(0xfe80, 0, 0, 0, 0, 0, 0, 9)), kLocal);
  EXPECT_EQ(Select(Ipv6Address::Of(0xff02, 0, 0, 0, 0, 0, 0, 9)), kLocal);
  EXPECT_EQ(Select(Ipv6Address::Of(0xff0e, 0, 0, 0, 0, 0, 0, 9)), kGlobal);
  EXPECT_EQ(Select(Ipv6Address::Of(0xff05, 0, 0, 0, 0, 0, 0, 9)), kGlobal);
}

TEST_F(SourceSelectionTest, Rule3NoDeprecatedAddressIfThereIsAnother) {
  const Ipv6Address near = Ipv6Address::Of(0x2001, 0xdb8, 2, 0, 0, 0, 0, 1);
  const Ipv6Address destination = Ipv6Address::Of(0x2001, 0xdb8, 2, 0, 0, 0, 0, 9);
  Add(near, AddressState::kDeprecated);
  EXPECT_EQ(Select(destination), near);
  Add(kGlobal);
  EXPECT_EQ(Select(destination), kGlobal);
}

TEST_F(SourceSelectionTest, Rule6TheLabelOfTheDestination) {
  Add(kSixToFour);
  Add(kGlobal);
  Add(kUnique);
  EXPECT_EQ(Select(Ipv6Address::Of(0x2002, 0xc633, 0x6401, 0xd5e3, 0, 0, 0, 9)), kSixToFour);
  EXPECT_EQ(Select(Ipv6Address::Of(0xfd77, 0, 0, 0, 0, 0, 0, 9)), kUnique);
  EXPECT_EQ(Select(Ipv6Address::Of(0x2a00, 0, 0, 0, 0, 0, 0, 9)), kGlobal);
}

TEST_F(SourceSelectionTest, Rule7ATemporaryAddress) {
  const Ipv6Address other = Ipv6Address::Of(0x2001, 0xdb8, 2, 0, 0, 0, 0, 1);
  Add(kGlobal);
  ASSERT_TRUE(
      table_.Add({.link = &host_.link, .address = other, .state = AddressState::kPreferred, .is_temporary = true}));
  EXPECT_EQ(Select(Ipv6Address::Of(0x2001, 0xdb8, 1, 0, 0, 0, 0, 9)), other);
  EXPECT_EQ(Select(kGlobal), kGlobal);
}

TEST_F(SourceSelectionTest, Rule8TheLongestCommonPrefixWithinTheNetwork) {
  const Ipv6Address other = Ipv6Address::Of(0x2001, 0xdb8, 2, 0, 0, 0, 0, 1);
  Add(kGlobal);
  Add(other);
  EXPECT_EQ(Select(Ipv6Address::Of(0x2001, 0xdb8, 2, 0, 0, 0, 0, 9)), other);
  EXPECT_EQ(Select(Ipv6Address::Of(0x2001, 0xdb8, 1, 0, 0, 0, 0, 9)), kGlobal);
}

TEST_F(SourceSelectionTest, TentativeAddressesAreNoSources) {
  Add(kGlobal, AddressState::kTentative);
  EXPECT_EQ(Select(kUnique), Ipv6Address());
}

TEST(AddressTableTest, ItHasABound) {
  TestHost host;
  AddressTable table;
  for (std::uint16_t i = 1; i <= AddressTable::kMost; ++i) {
    EXPECT_TRUE(table.Add({.link = &host.link, .address = Ipv6Address::Of(0x2001, 0xdb8, 0, 0, 0, 0, 0, i)}));
  }
  EXPECT_FALSE(table.Add({.link = &host.link, .address = kLocal}));
  table.Remove(host.link, Ipv6Address::Of(0x2001, 0xdb8, 0, 0, 0, 0, 0, 3));
  EXPECT_TRUE(table.Add({.link = &host.link, .address = kLocal}));
}

TEST(AddressTableTest, CommonPrefixesAreCountedInBits) {
  EXPECT_EQ(CommonPrefix(kGlobal, kGlobal), 128);
  EXPECT_EQ(CommonPrefix(kGlobal, Ipv6Address::Of(0x2001, 0xdb8, 1, 0, 0, 0, 0, 3)), 126);
  EXPECT_EQ(CommonPrefix(kGlobal, kLocal), 0);
  EXPECT_EQ(CommonPrefix(kGlobal, Ipv6Address::Of(0x2001, 0xdb8, 1, 0, 0x8000, 0, 0, 1)), 64);
}

}  // namespace
}  // namespace net::ipv6
