#include "net/tcp/ports.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <optional>
#include <set>

#include "net/test_context.h"
#include "net/wire/address.h"

namespace net::tcp {
namespace {

constexpr Ipv4Address kLocal = Ipv4Address::Of(192, 0, 2, 1);
constexpr Endpoint kRemote = {Ipv4Address::Of(198, 51, 100, 7), 443};
constexpr std::uint32_t kCount = 65536 - kFirstEphemeralPort;

bool IsInSet(void* user, std::uint16_t port) { return static_cast<std::set<std::uint16_t>*>(user)->contains(port); }

TEST(PortsTest, APortComesAgainOnlyAfterAllOthers) {
  SeededRandom random(1);
  Ports ports;
  std::set<std::uint16_t> none;
  std::set<std::uint16_t> given;
  for (std::uint32_t i = 0; i < kCount; ++i) {
    const std::optional<std::uint16_t> port = ports.Choose(random, kLocal, kRemote, IsInSet, &none);
    ASSERT_TRUE(port && *port >= kFirstEphemeralPort);
    EXPECT_TRUE(given.insert(*port).second);
  }
}

TEST(PortsTest, ATakenPortIsPassedOverAndTheLastFreeOneIsFound) {
  SeededRandom random(1);
  Ports ports;
  std::set<std::uint16_t> taken;
  for (std::uint32_t i = 0; i < kCount; ++i) {
    const std::optional<std::uint16_t> port = ports.Choose(random, kLocal, kRemote, IsInSet, &taken);
    ASSERT_TRUE(port);
    ASSERT_TRUE(taken.insert(*port).second);
  }
  EXPECT_EQ(ports.Choose(random, kLocal, kRemote, IsInSet, &taken), std::nullopt);
  taken.erase(60'000);
  EXPECT_EQ(ports.Choose(random, kLocal, kRemote, IsInSet, &taken), 60'000);
}

TEST(PortsTest, EachPairOfEndsGoesOnWhereItWas) {
  SeededRandom random(1);
  Ports ports;
  std::set<std::uint16_t> none;
  const auto choose = [&](const IpAddress& local, const Endpoint& remote) {
    return *ports.Choose(random, local, remote, IsInSet, &none);
  };
  const std::uint16_t first = choose(kLocal, kRemote);
  EXPECT_NE(choose(kLocal, {kRemote.address, 80}), first + 1);
  EXPECT_NE(choose(Ipv4Address::Of(192, 0, 2, 2), kRemote), first + 1);
  EXPECT_EQ(choose(kLocal, kRemote), first + 1);
}

// [RFC6056] 3.2: what an observer of one destination learns says nothing about another, and all ports are as likely.
TEST(PortsTest, PortsToDifferentEndsAreSpreadEvenly) {
  SeededRandom random(3);
  Ports ports;
  std::set<std::uint16_t> none;
  constexpr int kConnections = 100'000;
  std::array<int, 128> bins = {};
  for (int i = 0; i < kConnections; ++i) {
    const Endpoint remote = {Ipv4Address{0x0a00'0000u + static_cast<std::uint32_t>(i)}, 443};
    ++bins[(*ports.Choose(random, kLocal, remote, IsInSet, &none) - kFirstEphemeralPort) * bins.size() / kCount];
  }
  double chi_square = 0;
  for (const int count : bins) {
    const double expected = static_cast<double>(kConnections) / static_cast<double>(bins.size());
    chi_square += (count - expected) * (count - expected) / expected;
  }
  EXPECT_LT(chi_square, 181.9);  // 127 degrees of freedom, one in a thousand
}

}  // namespace
}  // namespace net::tcp
