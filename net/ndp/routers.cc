// Routers, prefixes and redirects, and the routes that are made of them.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/time.h"
#include "net/ipv6/ipv6.h"
#include "net/ndp/autoconfigurator.h"
#include "net/route/table.h"
#include "net/wire/address.h"
#include "net/wire/ipv6.h"
#include "net/wire/ndp.h"

namespace net::ndp {
namespace {

using kernel::Duration;
using kernel::Instant;
using kernel::kNever;

// Of several routers the least metric is taken: by preference, and those that do not answer last. [RFC4191] 3.2
constexpr std::uint16_t kHighMetric = 100;
constexpr std::uint16_t kMediumMetric = 200;
constexpr std::uint16_t kLowMetric = 300;
constexpr std::uint16_t kSilent = 1'000;
constexpr std::uint16_t kOnLinkMetric = 100;

// Below this a router would cut us off from far hosts (CVE-2015-2922).
constexpr std::uint8_t kLeastHopLimit = 32;

// Outside of these a router would have us ask without end, or never. [RFC4861] 6.2.1
constexpr std::uint32_t kLeastReachable = 1'000;     // milliseconds
constexpr std::uint32_t kMostReachable = 3'600'000;  // milliseconds
constexpr std::uint32_t kLeastRetransmit = 100;      // milliseconds
constexpr std::uint32_t kMostRetransmit = 60'000;    // milliseconds

std::uint16_t MetricOf(wire::RouterAdvertisement::Preference preference) {
  switch (preference) {
    case wire::RouterAdvertisement::Preference::kHigh:
      return kHighMetric;
    case wire::RouterAdvertisement::Preference::kLow:
      return kLowMetric;
    default:
      return kMediumMetric;
  }
}

}  // namespace

// [RFC4861] 6.3.4
void Autoconfigurator::LearnParameters(const wire::RouterAdvertisement& advertisement) {
  const auto refuse_unless = [this](bool is_sensible) {
    if (!is_sensible) ++counters_.refused;
    return is_sensible;
  };
  if (advertisement.hop_limit != 0 && refuse_unless(advertisement.hop_limit >= kLeastHopLimit)) {
    link().SetHopLimit(advertisement.hop_limit);
  }
  const std::uint32_t reachable = advertisement.reachable;
  const std::uint32_t retransmit = advertisement.retransmit;
  const bool has_reachable =
      reachable != 0 && refuse_unless(reachable >= kLeastReachable && reachable <= kMostReachable);
  const bool has_retransmit =
      retransmit != 0 && refuse_unless(retransmit >= kLeastRetransmit && retransmit <= kMostRetransmit);
  if (has_reachable) ndp_.cache().SetReachableTime(Duration::Milliseconds(reachable));
  if (has_retransmit) ndp_.cache().SetRetransmitTime(Duration::Milliseconds(retransmit));
  if (const auto mtu = advertisement.options.mtu) {
    const bool is_sensible = *mtu >= wire::kIpv6MinimumMtu && *mtu <= link().interface().mtu();
    if (refuse_unless(is_sensible)) link().SetMtu(static_cast<std::uint16_t>(*mtu));
  }
}

bool Autoconfigurator::AddRoute(const Ipv6Address& prefix, std::uint8_t size, const Ipv6Address& gateway,
                                std::uint16_t metric) {
  const Route route = {.prefix = prefix,
                       .length = size,
                       .interface = &link().interface(),
                       .gateway = gateway,
                       .source = {},
                       .metric = metric};
  const bool added = ndp_.ipv6().routes().Add(route).has_value();
  if (!added) ++counters_.refused;
  return added;
}

void Autoconfigurator::RemoveRoute(const Ipv6Address& prefix, std::uint8_t size, const Ipv6Address& gateway) {
  // Nothing is left to do where a program removed it before.
  (void)ndp_.ipv6().routes().Remove(
      {.prefix = prefix, .length = size, .interface = &link().interface(), .gateway = gateway});
}

Autoconfigurator::Router* Autoconfigurator::FindRouter(const Ipv6Address& address) {
  const auto routers = std::span(routers_).first(router_count_);
  const auto found = std::ranges::find(routers, address, &Router::address);
  return found == routers.end() ? nullptr : &*found;
}

// [RFC4861] 6.3.4
void Autoconfigurator::LearnRouter(const Ipv6Address& address, const wire::RouterAdvertisement& advertisement) {
  Router* router = FindRouter(address);
  if (advertisement.lifetime == 0) {
    if (router != nullptr) RemoveRouter(*router);
    return;
  }
  context().timers().Stop(solicit_);  // [RFC7559] 2
  const std::uint16_t metric = MetricOf(advertisement.preference);
  const bool is_new = router == nullptr;
  if (is_new) {
    if (router_count_ == kMostRouters) {
      ++counters_.refused;
      return;
    }
    router = &routers_[router_count_++];
    *router = {.address = address};
  }
  router->expiry = context().now() + Duration::Seconds(advertisement.lifetime);
  if (router->metric != metric) {
    router->metric = metric;
    AddRoute({}, 0, address, metric);
  }
  ndp_.cache().SetRouter(link().interface(), address, true);
}

void Autoconfigurator::RemoveRouter(Router& router) {
  const Ipv6Address address = router.address;
  router = routers_[--router_count_];
  RemoveRedirectsBy(address);
  RemoveRoute({}, 0, address);
}

// [RFC4861] 6.3.4
void Autoconfigurator::LearnPrefix(const wire::PrefixInformation& prefix) {
  const auto prefixes = std::span(prefixes_).first(prefix_count_);
  const auto known = std::ranges::find_if(
      prefixes, [&](const Prefix& each) { return each.prefix == prefix.prefix && each.size == prefix.prefix_size; });
  if (prefix.valid == 0) {
    if (known != prefixes.end()) RemovePrefix(*known);
    return;
  }
  const Instant expiry = prefix.valid == UINT32_MAX ? kNever : context().now() + Duration::Seconds(prefix.valid);
  if (known != prefixes.end()) {
    known->expiry = expiry;
    return;
  }
  if (prefix_count_ == kMostPrefixes) {
    ++counters_.refused;
    return;
  }
  if (!AddRoute(prefix.prefix, prefix.prefix_size, {}, kOnLinkMetric)) return;
  prefixes_[prefix_count_++] = {.prefix = prefix.prefix, .size = prefix.prefix_size, .expiry = expiry};
}

void Autoconfigurator::RemovePrefix(Prefix& prefix) {
  const Prefix removed = prefix;
  prefix = prefixes_[--prefix_count_];
  RemoveRoute(removed.prefix, removed.size, {});
}

void Autoconfigurator::RemoveRedirect(Redirected& redirected) {
  const Redirected removed = redirected;
  redirected = redirects_[--redirect_count_];
  RemoveRoute(removed.destination, 128, removed.target == removed.destination ? Ipv6Address() : removed.target);
}

void Autoconfigurator::RemoveRedirectsBy(const Ipv6Address& neighbor) {
  for (std::size_t i = redirect_count_; i > 0; --i) {
    if (redirects_[i - 1].target == neighbor) RemoveRedirect(redirects_[i - 1]);
  }
}

// Others are taken before it, until it says that it is there. [RFC4861] 6.3.6
void Autoconfigurator::OnNeighborLost(const Ipv6Address& neighbor) {
  RemoveRedirectsBy(neighbor);
  Router* const router = FindRouter(neighbor);
  if (router == nullptr || router->metric >= kSilent) return;
  router->metric = static_cast<std::uint16_t>(router->metric + kSilent);
  AddRoute({}, 0, neighbor, router->metric);
}

// [RFC4861] 7.2.5
void Autoconfigurator::OnRouterRetired(const Ipv6Address& neighbor) {
  RemoveRedirectsBy(neighbor);
  if (Router* const router = FindRouter(neighbor)) RemoveRouter(*router);
}

// Backwards, because what is removed is replaced by the last.
void Autoconfigurator::ExpireAll(Instant now) {
  for (std::size_t i = router_count_; i > 0; --i) {
    if (i <= router_count_ && routers_[i - 1].expiry <= now) RemoveRouter(routers_[i - 1]);
  }
  for (std::size_t i = prefix_count_; i > 0; --i) {
    if (prefixes_[i - 1].expiry <= now) RemovePrefix(prefixes_[i - 1]);
  }
  for (std::size_t i = redirect_count_; i > 0; --i) {
    if (i <= redirect_count_ && redirects_[i - 1].expiry <= now) RemoveRedirect(redirects_[i - 1]);
  }
  ExpireAddresses(now);
  // Without a router, one is looked for.
  if (router_count_ == 0 && !solicit_.IsRunning() && network_count_ > 0) StartSoliciting();
}

void Autoconfigurator::StartExpiry() {
  Instant next = kNever;
  for (const Router& router : std::span(routers_).first(router_count_)) next = std::min(next, router.expiry);
  for (const Prefix& prefix : std::span(prefixes_).first(prefix_count_)) next = std::min(next, prefix.expiry);
  for (const Redirected& each : std::span(redirects_).first(redirect_count_)) next = std::min(next, each.expiry);
  for (const ipv6::Address& address : ndp_.ipv6().addresses().all()) {
    if (address.link != &link() || !address.is_automatic) continue;
    next = std::min(next, address.valid_until);
    if (address.state == ipv6::AddressState::kPreferred) next = std::min(next, address.preferred_until);
  }
  if (next == kNever) return context().timers().Stop(expiry_);
  context().timers().Start(expiry_, next);
}

}  // namespace net::ndp
