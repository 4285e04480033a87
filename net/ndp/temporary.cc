#include "net/ndp/temporary.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/time.h"
#include "net/context.h"
#include "net/ipv6/ipv6.h"
#include "net/ndp/autoconfigurator.h"
#include "net/timers.h"
#include "net/wire/address.h"
#include "net/wire/endian.h"

namespace net::ndp {
namespace {

using kernel::Duration;
using kernel::Instant;
using kernel::kNever;

constexpr std::uint8_t kNetworkSize = 64;  // bits

Ipv6Address AddressOf(std::uint64_t prefix, std::uint64_t identifier) {
  Ipv6Address address;
  wire::StoreBig(address.bytes.data(), prefix);
  wire::StoreBig(&address.bytes[8], identifier);
  return address;
}

}  // namespace

TemporaryAddresses::TemporaryAddresses(Autoconfigurator& configurator) : Timer(OnTimer), configurator_(configurator) {
  configurator.SetNetworkListener(this);
}

TemporaryAddresses::~TemporaryAddresses() {
  configurator_.SetNetworkListener(nullptr);
  context().timers().Stop(*this);
}

Context& TemporaryAddresses::context() const { return configurator_.ndp().ipv6().context(); }

TemporaryAddresses::Network* TemporaryAddresses::FindNetwork(std::uint64_t prefix) {
  for (Network& network : std::span(networks_).first(network_count_)) {
    if (network.prefix == prefix) return &network;
  }
  return nullptr;
}

// Lifetimes follow the router's word, up to the limits. [RFC8981] 3.4
void TemporaryAddresses::OnNetwork(std::uint64_t prefix, Instant preferred_until, Instant valid_until) {
  const Instant now = context().now();
  Network* network = FindNetwork(prefix);
  if (network == nullptr) {
    if (network_count_ == kMostNetworks) {
      ++counters_.refused;
      return;
    }
    network = &networks_[network_count_++];
    *network = {.prefix = prefix, .next = now};
  }
  network->preferred_until = preferred_until;
  network->valid_until = valid_until;
  if (network->next <= now) Make(*network, now);
  Refresh(now);
  Schedule();
}

// [RFC8981] 3.3.1, 3.4
void TemporaryAddresses::Make(Network& network, Instant now) {
  const auto most = static_cast<std::uint32_t>(kMostDesync.nanoseconds / 1'000'000'000);
  const Instant limit = now + kPreferred - Duration::Seconds(context().random().Below(most));
  const Instant preferred_until = std::min(network.preferred_until, limit);
  const Instant valid_until = std::min(network.valid_until, now + kValid);
  network.next = kNever;
  if (preferred_until <= now + kRegenerationAdvance || count_ == kMost) {
    ++counters_.refused;
    network.next = now + kPreferred;
    return;
  }
  Ipv6Address address;
  do {
    address = AddressOf(network.prefix, context().random().Next());
  } while (Autoconfigurator::IsReserved(address.low()));
  const auto added = configurator_.ndp().AddAddress({.link = &configurator_.link(),
                                                     .address = address,
                                                     .prefix_size = kNetworkSize,
                                                     .is_temporary = true,
                                                     .preferred_until = preferred_until,
                                                     .valid_until = valid_until});
  if (!added) {
    ++counters_.refused;
    network.next = now + kPreferred;
    return;
  }
  ++counters_.made;
  addresses_[count_++] = {.address = address, .preferred_limit = limit, .valid_limit = now + kValid};
  // The next is ready when this one is not preferred any more. [RFC8981] 3.6
  network.next = preferred_until - kRegenerationAdvance;
}

void TemporaryAddresses::OnReady(const Ipv6Address& address) {
  Network* const network = FindNetwork(address.high());
  if (network != nullptr) network->duplicates = 0;
}

// Another is tried, some times; then never again here. [RFC8981] 3.4
bool TemporaryAddresses::OnDuplicate(const Ipv6Address& address) {
  const auto known = std::ranges::find(std::span(addresses_).first(count_), address, &Temporary::address);
  if (known == std::span(addresses_).first(count_).end()) return false;
  *known = addresses_[--count_];
  ++counters_.duplicates;
  Network* const network = FindNetwork(address.high());
  if (network != nullptr) {
    network->next = kNever;
    if (++network->duplicates < kMostTries) Make(*network, context().now());
  }
  Schedule();
  return true;
}

// Brings lifetimes and states of all up to date; what is over goes.
void TemporaryAddresses::Refresh(Instant now) {
  ipv6::Ipv6& ipv6 = configurator_.ndp().ipv6();
  for (std::size_t i = count_; i > 0; --i) {
    const Temporary temporary = addresses_[i - 1];
    ipv6::Address* const address = ipv6.addresses().Find(temporary.address, &configurator_.link());
    const Network* const network = FindNetwork(temporary.address.high());
    if (address != nullptr && network != nullptr) {
      address->valid_until = std::min(network->valid_until, temporary.valid_limit);
      address->preferred_until = std::min(network->preferred_until, temporary.preferred_limit);
    }
    if (address == nullptr || address->valid_until <= now) {
      addresses_[i - 1] = addresses_[--count_];
      if (address != nullptr) configurator_.ndp().RemoveAddress(configurator_.link(), temporary.address);
      continue;
    }
    if (address->state == ipv6::AddressState::kTentative) continue;
    const auto state =
        address->preferred_until > now ? ipv6::AddressState::kPreferred : ipv6::AddressState::kDeprecated;
    if (address->state == state) continue;
    address->state = state;
    ipv6.TellPathsChanged();
  }
  for (std::size_t i = network_count_; i > 0; --i) {
    if (networks_[i - 1].valid_until <= now) networks_[i - 1] = networks_[--network_count_];
  }
}

void TemporaryAddresses::Schedule() {
  Instant next = kNever;
  for (const Network& network : std::span(networks_).first(network_count_)) {
    next = std::min({next, network.next, network.valid_until});
  }
  for (const Temporary& temporary : std::span(addresses_).first(count_)) {
    const ipv6::Address* const address = configurator_.ndp().ipv6().addresses().Find(temporary.address);
    if (address == nullptr) continue;
    next = std::min(next, address->valid_until);
    if (address->state == ipv6::AddressState::kPreferred) next = std::min(next, address->preferred_until);
  }
  if (next == kNever) return context().timers().Stop(*this);
  context().timers().Start(*this, next);
}

void TemporaryAddresses::OnTimer(Timer& timer, Instant now) {
  auto& self = static_cast<TemporaryAddresses&>(timer);
  self.Refresh(now);
  for (Network& network : std::span(self.networks_).first(self.network_count_)) {
    if (network.next <= now) self.Make(network, now);
  }
  self.Schedule();
}

}  // namespace net::ndp
