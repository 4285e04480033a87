#include "net/wire/address_text.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "kernel/base/result.h"
#include "net/wire/address.h"

namespace net::wire {
namespace {

std::string TextOf(const IpAddress& address) {
  std::array<char, kMostAddressText> text;
  return {text.data(), WriteAddress(address, text)};
}

TEST(AddressTextTest, Ipv4AddressesAreFourNumbers) {
  EXPECT_EQ(ParseAddress("192.0.2.1"), IpAddress(Ipv4Address::Of(192, 0, 2, 1)));
  EXPECT_EQ(ParseAddress("0.0.0.0"), IpAddress(Ipv4Address()));
  EXPECT_EQ(TextOf(Ipv4Address::Of(255, 10, 0, 1)), "255.10.0.1");
  for (const std::string_view text :
       {"", ".", "1", "1.2.3", "1.2.3.", "1.2.3.4.", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.04", "1.2.3.-4",
        "+1.2.3.4", " 1.2.3.4", "1.2.3.4 ", "1..2.3", "0x1.2.3.4", "1.2.3.1000"}) {
    EXPECT_EQ(ParseAddress(text).error(), kernel::Error::kInvalidArgument) << text;
  }
}

TEST(AddressTextTest, Ipv6AddressesComeInManyForms) {
  const auto of = [](auto... groups) { return IpAddress(Ipv6Address::Of(groups...)); };
  EXPECT_EQ(ParseAddress("2001:db8:0:0:1:0:0:1"), of(0x2001, 0xdb8, 0, 0, 1, 0, 0, 1));
  EXPECT_EQ(ParseAddress("2001:DB8::1:0:0:1"), of(0x2001, 0xdb8, 0, 0, 1, 0, 0, 1));
  EXPECT_EQ(ParseAddress("::"), of(0, 0, 0, 0, 0, 0, 0, 0));
  EXPECT_EQ(ParseAddress("::1"), of(0, 0, 0, 0, 0, 0, 0, 1));
  EXPECT_EQ(ParseAddress("fe80::"), of(0xfe80, 0, 0, 0, 0, 0, 0, 0));
  EXPECT_EQ(ParseAddress("1:2:3:4:5:6:7::"), of(1, 2, 3, 4, 5, 6, 7, 0));
  EXPECT_EQ(ParseAddress("::2:3:4:5:6:7:8"), of(0, 2, 3, 4, 5, 6, 7, 8));
  EXPECT_EQ(ParseAddress("::ffff:192.0.2.1"), IpAddress(Ipv4Address::Of(192, 0, 2, 1)));
  EXPECT_EQ(ParseAddress("1:2:3:4:5:6:1.2.3.4"), of(1, 2, 3, 4, 5, 6, 0x102, 0x304));
  EXPECT_EQ(ParseAddress("64:ff9b::1.2.3.4"), of(0x64, 0xff9b, 0, 0, 0, 0, 0x102, 0x304));
  for (const std::string_view text : {":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
                                      "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "12345::", "g::", "1:", ":1", "::1:",
                                      "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "::1.2.3.4:5", "fe80::1%eth0", "::1 "}) {
    EXPECT_EQ(ParseAddress(text).error(), kernel::Error::kInvalidArgument) << text;
  }
}

TEST(AddressTextTest, Ipv6AddressesAreWrittenInOneForm) {
  for (const std::string_view text : {"::", "::1", "1::", "2001:db8::1:0:0:1", "2001:db8:0:1:1:1:1:1", "1:0:0:2::3",
                                      "fe80::abcd:ef01", "1:2:3:4:5:6:7:8", "0:1:2:3:4:5:6:7"}) {
    const auto address = ParseAddress(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(TextOf(*address), text);
  }
}

}  // namespace
}  // namespace net::wire
