// Addresses that a link makes for itself, of routers' prefixes and identifiers of its own. [RFC4862] 5.5, [RFC7217]
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/ipv6/ipv6.h"
#include "net/ndp/autoconfigurator.h"
#include "net/random_source.h"
#include "net/wire/address.h"
#include "net/wire/endian.h"
#include "net/wire/ndp.h"

namespace net::ndp {
namespace {

using kernel::Duration;
using kernel::Instant;
using kernel::kNever;

constexpr std::uint8_t kNetworkSize = 64;  // bits: of a prefix that addresses are made of. [RFC4291] 2.5.1

// Less than this an advertisement cannot take a known address away: it may be forged. [RFC4862] 5.5.3 (e)
constexpr Duration kTwoHours = Duration::Seconds(2 * 60 * 60);

constexpr std::byte kHashDomain{0x49};  // keeps this hash apart from all others of the same source

Instant After(Instant now, std::uint32_t seconds) {
  return seconds == UINT32_MAX ? kNever : now + Duration::Seconds(seconds);
}

}  // namespace

bool Autoconfigurator::IsReserved(std::uint64_t identifier) {
  return identifier == 0 || (identifier >= 0xfdff'ffff'ffff'ff80 && identifier <= 0xfdff'ffff'ffff'ffff);
}

std::uint64_t Autoconfigurator::StableIdentifier(RandomSource& random, const Interface& interface,
                                                 std::uint64_t network, int tries) {
  std::array<std::byte, 1 + 8 + 6 + 1 + 1> bytes = {kHashDomain};
  wire::StoreBig(&bytes[1], network);
  std::ranges::copy(interface.mac().bytes, &bytes[9]);
  bytes[15] = static_cast<std::byte>(tries);
  for (std::uint8_t attempt = 0;; ++attempt) {
    bytes[16] = std::byte{attempt};
    const std::uint64_t identifier = random.Hash(bytes);
    if (!IsReserved(identifier)) return identifier;
  }
}

Autoconfigurator::Network* Autoconfigurator::FindNetwork(std::uint64_t prefix) {
  const auto networks = std::span(networks_).first(network_count_);
  const auto found = std::ranges::find(networks, prefix, &Network::prefix);
  return found == networks.end() ? nullptr : &*found;
}

// Whether there is an address now, tentative as yet.
bool Autoconfigurator::TryAddress(Network& network, Instant preferred_until, Instant valid_until) {
  Ipv6Address address;
  wire::StoreBig(address.bytes.data(), network.prefix);
  wire::StoreBig(&address.bytes[8],
                 StableIdentifier(context().random(), link().interface(), network.prefix, network.tries++));
  network.address = {};
  const auto added = ndp_.AddAddress({.link = &link(),
                                      .address = address,
                                      .prefix_size = kNetworkSize,
                                      .is_automatic = true,
                                      .preferred_until = preferred_until,
                                      .valid_until = valid_until});
  if (!added) {
    ++counters_.refused;
    return false;
  }
  network.address = address;
  return true;
}

// Another is tried, some times. The lifetimes are those of the one that failed. [RFC7217] 6
void Autoconfigurator::OnDuplicate(const Ipv6Address& address) {
  if (network_listener_ != nullptr && network_listener_->OnDuplicate(address)) return;
  for (Network& network : std::span(networks_).first(network_count_)) {
    if (network.address != address) continue;
    network.address = {};
    if (network.tries == kMostTries) {
      ++counters_.given_up;
      return;
    }
    TryAddress(network, network.preferred_until, network.valid_until);
    return StartExpiry();
  }
}

// [RFC4862] 5.5.3
void Autoconfigurator::LearnAutonomous(const wire::PrefixInformation& prefix) {
  if (prefix.preferred > prefix.valid || prefix.prefix_size != kNetworkSize) {
    ++counters_.refused;
    return;
  }
  Network* network = FindNetwork(prefix.prefix.high());
  if (network != nullptr && !network->address.IsUnspecified()) {
    ipv6::Address* const address = ndp_.ipv6().addresses().Find(network->address, &link());
    if (address != nullptr) return UpdateLifetimes(*address, prefix);
    network->address = {};  // a program removed it
  }
  if (prefix.valid == 0 || (network != nullptr && network->tries >= kMostTries)) return;
  if (network == nullptr) {
    if (network_count_ == kMostAutomatic) {
      ++counters_.refused;
      return;
    }
    network = &networks_[network_count_++];
    *network = {.prefix = prefix.prefix.high()};
  }
  const Instant now = context().now();
  network->preferred_until = After(now, prefix.preferred);
  network->valid_until = After(now, prefix.valid);
  if (!TryAddress(*network, network->preferred_until, network->valid_until) && network->tries == 1) {
    *network = networks_[--network_count_];
  }
}

// The two-hour rule: whoever is not sure to be a router cannot end an address at once. [RFC4862] 5.5.3 (e)
void Autoconfigurator::UpdateLifetimes(ipv6::Address& address, const wire::PrefixInformation& prefix) {
  const Instant now = context().now();
  const Instant said = After(now, prefix.valid);
  const Instant two_hours = now + kTwoHours;
  if (said > two_hours || said > address.valid_until) {
    address.valid_until = said;
  } else if (address.valid_until > two_hours) {
    address.valid_until = two_hours;
  }
  address.preferred_until = std::min(After(now, prefix.preferred), address.valid_until);
  if (Network* const network = FindNetwork(prefix.prefix.high())) {
    network->preferred_until = address.preferred_until;
    network->valid_until = address.valid_until;
  }
  if (address.state == ipv6::AddressState::kTentative) return;
  const bool is_preferred = address.preferred_until > now;
  const auto state = is_preferred ? ipv6::AddressState::kPreferred : ipv6::AddressState::kDeprecated;
  if (address.state == state) return;
  address.state = state;
  ndp_.ipv6().TellPathsChanged();
}

void Autoconfigurator::ExpireAddresses(Instant now) {
  for (std::size_t i = network_count_; i > 0; --i) {
    Network& network = networks_[i - 1];
    ipv6::Address* const address =
        network.address.IsUnspecified() ? nullptr : ndp_.ipv6().addresses().Find(network.address, &link());
    if (address == nullptr && network.valid_until <= now) {
      network = networks_[--network_count_];  // that was given up: it may be tried anew
    } else if (address != nullptr && address->valid_until <= now) {
      const Ipv6Address expired = network.address;
      network = networks_[--network_count_];
      ndp_.RemoveAddress(link(), expired);
    } else if (address != nullptr && address->state == ipv6::AddressState::kPreferred &&
               address->preferred_until <= now) {
      address->state = ipv6::AddressState::kDeprecated;
      ndp_.ipv6().TellPathsChanged();
    }
  }
}

}  // namespace net::ndp
