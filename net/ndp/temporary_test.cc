#include "net/ndp/temporary.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "kernel/base/time.h"
#include "net/ndp/test_link.h"
#include "net/wire/address.h"
#include "net/wire/icmpv6.h"
#include "net/wire/ndp.h"

namespace net::ndp {
namespace {

using ipv6::AddressState;
using ipv6::kFar;
using ipv6::kRouter;
using kernel::Duration;
using wire::Icmpv6Type;

constexpr Ipv6Address kPrefix = Ipv6Address::Of(0x2001, 0xdb8, 0, 5, 0, 0, 0, 0);
constexpr std::uint32_t kForever = UINT32_MAX;
constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 24 * kHour;

class TemporaryTest : public testing::Test {
 protected:
  TemporaryTest() {
    configurator_.Start();
    link_.Advance(Duration::Seconds(3));
  }

  void Advertise(std::uint32_t valid = kForever, std::uint32_t preferred = kForever,
                 const Ipv6Address& prefix = kPrefix) {
    wire::RouterAdvertisement advertisement = {.lifetime = 9000};
    advertisement.options.prefix_count = 1;
    advertisement.options.prefixes[0] = {.prefix_size = 64,
                                         .is_on_link = true,
                                         .is_for_addresses = true,
                                         .valid = valid,
                                         .preferred = preferred,
                                         .prefix = prefix};
    link_.Say(Icmpv6Type::kRouterAdvertisement, advertisement, kRouter, kAllNodes);
  }
  void Pass(std::int64_t seconds) {
    link_.Advance(Duration::Seconds(seconds));
    link_.TakeAll();
  }

  // Temporary addresses in a state, or in any.
  std::vector<Ipv6Address> Temporaries(std::vector<AddressState> states = {AddressState::kTentative,
                                                                           AddressState::kPreferred,
                                                                           AddressState::kDeprecated}) {
    std::vector<Ipv6Address> found;
    for (const ipv6::Address& address : link_.ip.addresses().all()) {
      if (address.is_temporary && std::ranges::contains(states, address.state)) found.push_back(address.address);
    }
    return found;
  }
  std::vector<Ipv6Address> Preferred() { return Temporaries({AddressState::kPreferred}); }
  Ipv6Address SourceToFar() { return link_.ip.addresses().SelectSource(link_.link, kFar)->address; }

  TestLink link_;
  Autoconfigurator configurator_{link_.ndp, link_.link, nullptr};
  TemporaryAddresses temporary_{configurator_};
};

TEST_F(TemporaryTest, BesideTheStableAddressThereIsARandomOneThatNewCallsComeFrom) {
  Advertise();
  EXPECT_EQ(Temporaries({AddressState::kTentative}).size(), 1u);
  Pass(3);
  ASSERT_EQ(Preferred().size(), 1u);
  EXPECT_EQ(Preferred()[0].high(), kPrefix.high());
  EXPECT_EQ(SourceToFar(), Preferred()[0]);
  std::size_t stable = 0;
  for (const ipv6::Address& address : link_.ip.addresses().all()) {
    stable += !address.is_temporary && address.address.high() == kPrefix.high();
  }
  EXPECT_EQ(stable, 1u);
}

TEST_F(TemporaryTest, EachDayThereIsAnotherAndTheOldOnesGoAfterTwo) {
  Advertise();
  std::set<Ipv6Address> seen;
  std::size_t most = 0;
  for (int hour = 0; hour < 10 * 24; ++hour) {
    Pass(kHour);
    const auto preferred = Preferred();
    EXPECT_GE(preferred.size(), 1u) << hour;
    EXPECT_LE(preferred.size(), 2u) << hour;
    seen.insert(preferred.begin(), preferred.end());
    most = std::max(most, Temporaries().size());
  }
  EXPECT_GE(seen.size(), 10u);  // up to four tenths of a day less than a day each
  EXPECT_LE(seen.size(), 18u);
  EXPECT_LE(most, 5u);
  EXPECT_EQ(temporary_.counters().refused, 0u);
}

TEST_F(TemporaryTest, ADeprecatedOneStillReceivesAndNothingNewComesFromIt) {
  Advertise();
  Pass(3);
  const Ipv6Address first = Preferred().at(0);
  Pass(kDay + 60);
  ASSERT_NE(link_.ip.addresses().Find(first), nullptr);
  EXPECT_EQ(link_.ip.addresses().Find(first)->state, AddressState::kDeprecated);
  EXPECT_NE(SourceToFar(), first);
  Pass(kDay);
  EXPECT_EQ(link_.ip.addresses().Find(first), nullptr);
}

TEST_F(TemporaryTest, LifetimesAreNeverLongerThanTheNetworks) {
  Advertise(3 * kHour, kHour);
  Pass(3);
  ASSERT_EQ(Preferred().size(), 1u);
  Pass(kHour);
  EXPECT_TRUE(Preferred().empty());
  EXPECT_EQ(Temporaries().size(), 1u);
  Pass(2 * kHour);
  EXPECT_TRUE(Temporaries().empty());
  Advertise();  // it comes back
  Pass(3);
  EXPECT_EQ(Preferred().size(), 1u);
}

TEST_F(TemporaryTest, ADuplicateIsReplacedSomeTimes) {
  Advertise();
  for (std::uint64_t i = 0; i < TemporaryAddresses::kMostTries; ++i) {
    const auto tentative = Temporaries({AddressState::kTentative});
    ASSERT_EQ(tentative.size(), 1u) << i;
    wire::NeighborAdvertisement theirs = {.overrides = true, .target = tentative[0]};
    theirs.options.target_mac = ipv6::kPeerMac;
    link_.Say(Icmpv6Type::kNeighborAdvertisement, theirs, tentative[0], kAllNodes);
    EXPECT_EQ(temporary_.counters().duplicates, i + 1);
  }
  EXPECT_TRUE(Temporaries().empty());
  Advertise();
  Pass(3 * kDay);
  EXPECT_TRUE(Temporaries().empty());
}

TEST_F(TemporaryTest, OfTooShortLivedOrTooManyNetworksThereIsNone) {
  Advertise(600, 4);
  EXPECT_TRUE(Temporaries().empty());
  Advertise(kForever, kForever, Ipv6Address::Of(0x2001, 0xdb8, 0, 6, 0, 0, 0, 0));
  Advertise(kForever, kForever, Ipv6Address::Of(0x2001, 0xdb8, 0, 7, 0, 0, 0, 0));
  EXPECT_EQ(Temporaries().size(), 1u);
  EXPECT_EQ(temporary_.counters().refused, 2u);
}

}  // namespace
}  // namespace net::ndp
