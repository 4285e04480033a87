#include "net/route/table.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernel/base/result.h"
#include "net/interface/interface.h"
#include "net/interface/test_device.h"
#include "net/test_context.h"
#include "net/wire/address.h"

namespace net {
namespace {

using kernel::Error;
using kernel::Fail;

class RouteTableTest : public testing::Test, private RouteListener {
 protected:
  RouteTableTest() { table_.AddListener(*this); }

  // The gateway of the route to a destination: tells routes apart.
  IpAddress GatewayTo(const IpAddress& destination, const Interface* interface = nullptr) {
    const Route* const route = table_.Find(destination, interface);
    return route == nullptr ? IpAddress() : route->gateway;
  }
  void OnRoutesChanged() override { ++changes_; }

  TestContext context_;
  TestDevice device_;
  Interface first_{context_, device_, {.index = 1}};
  Interface second_{context_, device_, {.index = 2}};
  std::array<RouteTable::Entry, 64> storage_;
  RouteTable table_{context_.random(), storage_};
  int changes_ = 0;
};

constexpr IpAddress Ip(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  return Ipv4Address::Of(a, b, c, d);
}

TEST_F(RouteTableTest, TheLongestPrefixWins) {
  EXPECT_EQ(table_.Find(Ip(10, 1, 2, 3)), nullptr);
  ASSERT_TRUE(table_.Add({.prefix = Ipv4Address{}, .interface = &first_, .gateway = Ip(1, 1, 1, 1)}));
  ASSERT_TRUE(table_.Add({.prefix = Ip(10, 1, 99, 99), .length = 16, .interface = &first_, .gateway = Ip(2, 2, 2, 2)}));
  ASSERT_TRUE(table_.Add({.prefix = Ip(10, 1, 2, 0), .length = 24, .interface = &first_, .gateway = Ip(3, 3, 3, 3)}));
  ASSERT_TRUE(table_.Add({.prefix = Ip(10, 1, 2, 3), .length = 32, .interface = &first_, .gateway = Ip(4, 4, 4, 4)}));
  EXPECT_EQ(GatewayTo(Ip(10, 1, 2, 3)), Ip(4, 4, 4, 4));
  EXPECT_EQ(GatewayTo(Ip(10, 1, 2, 4)), Ip(3, 3, 3, 3));
  EXPECT_EQ(GatewayTo(Ip(10, 1, 3, 4)), Ip(2, 2, 2, 2));
  EXPECT_EQ(GatewayTo(Ip(10, 2, 3, 4)), Ip(1, 1, 1, 1));
}

TEST_F(RouteTableTest, TheVersionsDoNotMix) {
  const IpAddress global = Ipv6Address::Of(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
  const IpAddress router = Ipv6Address::Of(0xfe80, 0, 0, 0, 0, 0, 0, 1);
  ASSERT_TRUE(table_.Add({.prefix = Ipv6Address{}, .interface = &first_, .gateway = router}));
  EXPECT_EQ(table_.Find(Ip(10, 1, 2, 3)), nullptr) << "::/0 is no route for mapped addresses";
  ASSERT_TRUE(table_.Add({.prefix = Ipv4Address{}, .interface = &first_, .gateway = Ip(1, 1, 1, 1)}));
  EXPECT_EQ(GatewayTo(Ip(10, 1, 2, 3)), Ip(1, 1, 1, 1));
  EXPECT_EQ(GatewayTo(global), router);
  ASSERT_TRUE(table_.Add({.prefix = global, .length = 64, .interface = &second_}));
  EXPECT_EQ(table_.Find(Ipv6Address::Of(0x2001, 0xdb8, 0, 0, 9, 9, 9, 9))->interface, &second_);
  EXPECT_EQ(GatewayTo(Ipv6Address::Of(0x2001, 0xdb8, 0, 1, 9, 9, 9, 9)), router);
}

TEST_F(RouteTableTest, TheLeastMetricWinsAmongEqualPrefixes) {
  const auto route = [&](Interface& interface, std::uint8_t gateway, std::uint16_t metric) {
    return Route{.prefix = Ipv4Address{}, .interface = &interface, .gateway = Ip(1, 1, 1, gateway), .metric = metric};
  };
  ASSERT_TRUE(table_.Add(route(first_, 1, 20)));
  ASSERT_TRUE(table_.Add(route(second_, 2, 10)));
  ASSERT_TRUE(table_.Add(route(second_, 3, 30)));
  EXPECT_EQ(GatewayTo(Ip(9, 9, 9, 9)), Ip(1, 1, 1, 2));
  EXPECT_EQ(GatewayTo(Ip(9, 9, 9, 9), &first_), Ip(1, 1, 1, 1));
  ASSERT_TRUE(table_.Add(route(second_, 2, 40))) << "replaces";
  EXPECT_EQ(table_.size(), 3u);
  EXPECT_EQ(GatewayTo(Ip(9, 9, 9, 9)), Ip(1, 1, 1, 1));
  ASSERT_TRUE(table_.Remove(route(first_, 1, 0)));
  EXPECT_EQ(GatewayTo(Ip(9, 9, 9, 9)), Ip(1, 1, 1, 3));
  EXPECT_EQ(table_.Remove(route(first_, 1, 0)), Fail(Error::kNotFound));
  table_.RemoveAll(second_);
  EXPECT_EQ(table_.size(), 0u);
  EXPECT_EQ(table_.Find(Ip(9, 9, 9, 9)), nullptr);
  EXPECT_EQ(changes_, 7);
}

TEST_F(RouteTableTest, ImpossibleRoutesAndTooManyAreRefused) {
  EXPECT_EQ(table_.Add({.prefix = Ip(10, 0, 0, 0), .length = 33, .interface = &first_}), Fail(Error::kInvalidArgument));
  EXPECT_EQ(table_.Add({.prefix = Ip(10, 0, 0, 0), .length = 8}), Fail(Error::kInvalidArgument));
  for (std::uint8_t i = 0; i < 64; ++i) {
    ASSERT_TRUE(table_.Add({.prefix = Ip(10, i, 0, 0), .length = 16, .interface = &first_}));
  }
  EXPECT_EQ(table_.Add({.prefix = Ip(11, 0, 0, 0), .length = 16, .interface = &first_}), Fail(Error::kOutOfMemory));
  EXPECT_TRUE(table_.Add({.prefix = Ip(10, 7, 0, 0), .length = 16, .interface = &first_}));
}

// Against a search through all.
TEST_F(RouteTableTest, ItFindsWhatASearchThroughAllFinds) {
  SeededRandom random(3);
  std::vector<Route> routes;
  for (int step = 0; step < 2000; ++step) {
    const auto word = static_cast<std::uint32_t>(random.Next());
    const IpAddress address = Ipv4Address{word & 0xf0f0'0003};
    if (random.Below(4) == 0 && routes.size() < 60) {
      const Route route = {.prefix = address,
                           .length = static_cast<std::uint8_t>(random.Below(33)),
                           .interface = random.Below(2) == 0 ? &first_ : &second_,
                           .gateway = Ipv4Address{static_cast<std::uint32_t>(step)},
                           .metric = static_cast<std::uint16_t>(step)};
      ASSERT_TRUE(table_.Add(route));
      routes.push_back(route);
    } else if (random.Below(8) == 0 && !routes.empty()) {
      const std::size_t place = random.Below(static_cast<std::uint32_t>(routes.size()));
      ASSERT_TRUE(table_.Remove(routes[place]));
      routes.erase(routes.begin() + static_cast<std::ptrdiff_t>(place));
    }
    const Route* best = nullptr;
    for (const Route& route : routes) {
      const std::uint32_t mask = route.length == 0 ? 0 : ~0u << (32 - route.length);
      if (((route.prefix.ipv4().value ^ address.ipv4().value) & mask) != 0) continue;
      if (best == nullptr || route.length > best->length ||
          (route.length == best->length && route.metric < best->metric)) {
        best = &route;
      }
    }
    const Route* const found = table_.Find(address);
    ASSERT_EQ(found == nullptr, best == nullptr);
    if (found != nullptr) ASSERT_EQ(found->gateway, best->gateway);
  }
}

}  // namespace
}  // namespace net
