#include "net/wire/ndp.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace net::wire {
namespace {

constexpr MacAddress kMac = {{std::byte{2}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{7}}};
constexpr Ipv6Address kAddress = Ipv6Address::Of(0x2001, 0xdb8, 0, 1, 0, 0, 0, 7);
constexpr Ipv6Address kLinkLocal = Ipv6Address::Of(0xfe80, 0, 0, 0, 0, 0, 0, 1);

template <typename Message>
std::vector<std::byte> Written(const Message& message) {
  std::vector<std::byte> bytes(message.size());
  message.Write(bytes);
  return bytes;
}

NdpOptions AllOptions() {
  NdpOptions options;
  options.source_mac = kMac;
  options.target_mac = MacAddress{{std::byte{2}, std::byte{1}}};
  options.mtu = 1400;
  options.nonce = 0x1234'5678'9abc;
  options.prefixes[0] = {.prefix_size = 64,
                         .is_on_link = true,
                         .is_for_addresses = true,
                         .valid = 7200,
                         .preferred = 3600,
                         .prefix = Ipv6Address::Of(0x2001, 0xdb8, 0, 1, 0, 0, 0, 0)};
  options.prefixes[1] = {
      .prefix_size = 49, .valid = 1, .prefix = Ipv6Address::Of(0x2001, 0xdb8, 0, 0x8000, 0, 0, 0, 0)};
  options.prefix_count = 2;
  options.dns[0].lifetime = 600;
  options.dns[0].servers = {kAddress, kLinkLocal};
  options.dns[0].count = 2;
  options.dns_count = 1;
  return options;
}

TEST(NdpTest, ARouterAdvertisementWithAllOptionsIsReadAsWritten) {
  const RouterAdvertisement written = {.hop_limit = 61,
                                       .has_managed = true,
                                       .lifetime = 1800,
                                       .reachable = 30'000,
                                       .retransmit = 1'000,
                                       .preference = RouterAdvertisement::Preference::kLow,
                                       .options = AllOptions()};
  const std::vector<std::byte> bytes = Written(written);
  ASSERT_EQ(bytes.size(), 16u + 8 + 8 + 8 + 8 + 2 * 32 + 40);
  const auto read = RouterAdvertisement::Parse(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->hop_limit, 61);
  EXPECT_TRUE(read->has_managed);
  EXPECT_FALSE(read->has_other);
  EXPECT_EQ(read->lifetime, 1800);
  EXPECT_EQ(read->reachable, 30'000u);
  EXPECT_EQ(read->retransmit, 1'000u);
  EXPECT_EQ(read->preference, RouterAdvertisement::Preference::kLow);
  EXPECT_EQ(read->options.source_mac, kMac);
  EXPECT_EQ(read->options.mtu, 1400u);
  EXPECT_EQ(read->options.nonce, 0x1234'5678'9abcu);
  ASSERT_EQ(read->options.prefix_count, 2u);
  const PrefixInformation& prefix = read->options.prefixes[0];
  EXPECT_EQ(prefix.prefix_size, 64);
  EXPECT_TRUE(prefix.is_on_link && prefix.is_for_addresses);
  EXPECT_EQ(prefix.valid, 7200u);
  EXPECT_EQ(prefix.preferred, 3600u);
  EXPECT_EQ(prefix.prefix, Ipv6Address::Of(0x2001, 0xdb8, 0, 1, 0, 0, 0, 0));
  EXPECT_EQ(read->options.prefixes[1].prefix, Ipv6Address::Of(0x2001, 0xdb8, 0, 0x8000, 0, 0, 0, 0));
  ASSERT_EQ(read->options.dns_count, 1u);
  EXPECT_EQ(read->options.dns[0].lifetime, 600u);
  ASSERT_EQ(read->options.dns[0].count, 2u);
  EXPECT_EQ(read->options.dns[0].servers[1], kLinkLocal);
  EXPECT_EQ(Written(*read), bytes);
}

TEST(NdpTest, SolicitationsAdvertisementsAndRedirectsAreReadAsWritten) {
  NdpOptions options;
  options.source_mac = kMac;
  const auto router = RouterSolicitation::Parse(Written(RouterSolicitation{.options = options}));
  ASSERT_TRUE(router);
  EXPECT_EQ(router->options.source_mac, kMac);
  const auto solicitation =
      NeighborSolicitation::Parse(Written(NeighborSolicitation{.target = kAddress, .options = options}));
  ASSERT_TRUE(solicitation);
  EXPECT_EQ(solicitation->target, kAddress);
  EXPECT_EQ(solicitation->options.source_mac, kMac);
  const auto advertisement = NeighborAdvertisement::Parse(
      Written(NeighborAdvertisement{.is_router = true, .overrides = true, .target = kAddress, .options = {}}));
  ASSERT_TRUE(advertisement);
  EXPECT_TRUE(advertisement->is_router && advertisement->overrides && !advertisement->is_solicited);
  EXPECT_FALSE(advertisement->options.target_mac);
  const auto redirect =
      Redirect::Parse(Written(Redirect{.target = kLinkLocal, .destination = kAddress, .options = {}}));
  ASSERT_TRUE(redirect);
  EXPECT_EQ(redirect->target, kLinkLocal);
  EXPECT_EQ(redirect->destination, kAddress);
}

TEST(NdpTest, BitsBehindAPrefixDoNotCount) {
  NdpOptions options;
  options.prefixes[0] = {.prefix_size = 61, .prefix = Ipv6Address::Of(0xffff, 0xffff, 0xffff, 0xffff, 1, 2, 3, 4)};
  options.prefix_count = 1;
  std::vector<std::byte> bytes(options.size());
  options.Write(bytes);
  auto read = NdpOptions::Parse(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->prefixes[0].prefix, Ipv6Address::Of(0xffff, 0xffff, 0xffff, 0xfff8, 0, 0, 0, 0));
  bytes[2] = std::byte{129};
  read = NdpOptions::Parse(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->prefix_count, 0u);
}

// Of the family AMNESIA:33: a size of 0, of which a careless loop never ends.
TEST(NdpTest, AnOptionOfSizeZeroMakesTheMessageMalformed) {
  for (const std::size_t where : {0u, 8u, 16u}) {
    std::vector<std::byte> bytes = Written(RouterAdvertisement{.options = AllOptions()});
    bytes[16 + where + 1] = std::byte{0};
    EXPECT_FALSE(RouterAdvertisement::Parse(bytes));
  }
}

TEST(NdpTest, AMessageThatEndsInAHeaderOrAnOptionIsRefused) {
  const std::vector<std::byte> bytes = Written(RouterAdvertisement{.options = AllOptions()});
  std::size_t accepted = 0;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    accepted += RouterAdvertisement::Parse(std::span(bytes).first(size)).has_value();
  }
  EXPECT_EQ(accepted, 7u);  // at the end of the header and of each option but the last
  const std::vector<std::byte> redirect =
      Written(Redirect{.target = kLinkLocal, .destination = kAddress, .options = {}});
  for (std::size_t size = 0; size < redirect.size(); ++size) {
    EXPECT_FALSE(Redirect::Parse(std::span(redirect).first(size)));
  }
}

TEST(NdpTest, GroupsAreNoTargets) {
  EXPECT_FALSE(NeighborSolicitation::Parse(Written(NeighborSolicitation{.target = kAllNodes, .options = {}})));
  EXPECT_FALSE(NeighborAdvertisement::Parse(Written(NeighborAdvertisement{.target = kAllNodes, .options = {}})));
  EXPECT_FALSE(Redirect::Parse(Written(Redirect{.target = kLinkLocal, .destination = kAllNodes, .options = {}})));
  EXPECT_FALSE(Redirect::Parse(Written(Redirect{.target = kAddress, .destination = kLinkLocal, .options = {}})));
  EXPECT_TRUE(Redirect::Parse(Written(Redirect{.target = kAddress, .destination = kAddress, .options = {}})));
}

TEST(NdpTest, OptionsOfUnexpectedSizesAreUnknownAndPassedOver) {
  std::vector<std::byte> bytes(8 * 6);
  const int types[] = {1, 2, 5};
  for (std::size_t i = 0; i < 3; ++i) {
    bytes[16 * i] = static_cast<std::byte>(types[i]);
    bytes[16 * i + 1] = std::byte{2};
  }
  const auto read = NdpOptions::Parse(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->size(), 0u);
}

TEST(NdpTest, MorePrefixesAndServersThanThereIsRoomForArePassedOver) {
  std::vector<std::byte> bytes;
  NdpOptions one;
  one.prefixes[0].prefix_size = 64;
  one.prefix_count = one.dns_count = 1;
  one.dns[0].count = 3;
  for (int i = 0; i < 20; ++i) {
    std::vector<std::byte> next(one.size());
    one.Write(next);
    bytes.insert(bytes.end(), next.begin(), next.end());
  }
  const auto read = NdpOptions::Parse(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->prefix_count, NdpOptions::kMostPrefixes);
  EXPECT_EQ(read->dns_count, NdpOptions::kMostDns);
}

}  // namespace
}  // namespace net::wire
