#include <gtest/gtest.h>

#include <array>
#include <string_view>

#include "boards/machine/network.h"
#include "kernel/base/result.h"

namespace machine {
namespace {

TEST(FixedAddress, IsReadAsPeopleWriteIt) {
  const auto fixed = ParseFixedAddress("192.168.1.5/24,192.168.1.1");
  ASSERT_TRUE(fixed);
  EXPECT_EQ(fixed->address.value, 0xc0a80105U);
  EXPECT_EQ(fixed->prefix_length, 24);
  EXPECT_EQ(fixed->router.value, 0xc0a80101U);
  const auto without_router = ParseFixedAddress("10.0.0.1/8");
  ASSERT_TRUE(without_router);
  EXPECT_TRUE(without_router->router.IsUnspecified());
}

TEST(FixedAddress, WhatIsNoneIsRefused) {
  for (const std::string_view text :
       {"", "dhcp", "10.0.0.1", "10.0.0.1/", "10.0.0.1/0", "10.0.0.1/31", "10.0.0.1/024444", "10.0.0/8", "10.0.0.1/8,",
        "10.0.0.1/8,x", "10.0.0.1/8x", "/8", "fe80::1/64", "127.0.0.1/8", "224.0.0.1/8", "0.0.0.0/8",
        "10.0.0.1/8,224.0.0.1"}) {
    EXPECT_FALSE(ParseFixedAddress(text)) << text;
  }
}

TEST(FixedAddress, TheConsoleSaysWhyThereIsNone) {
  std::array<char, 80> storage;
  EXPECT_EQ(Network::Get().DescribeAddress(storage), "no Ethernet: not found");
}

}  // namespace
}  // namespace machine
