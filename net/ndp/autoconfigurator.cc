#include "net/ndp/autoconfigurator.h"

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/check.h"
#include "kernel/base/time.h"
#include "net/icmpv6/icmpv6.h"
#include "net/ip/ip.h"
#include "net/ipv6/ipv6.h"
#include "net/ndp/ndp.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/icmpv6.h"
#include "net/wire/ndp.h"

namespace net::ndp {
namespace {

using kernel::Duration;
using kernel::kNever;

constexpr std::uint64_t kLinkLocalNetwork = 0xfe80'0000'0000'0000;

}  // namespace

Autoconfigurator::Autoconfigurator(Ndp& ndp, ipv6::Link& link, DnsListener* dns)
    : LinkObserver(link), ndp_(ndp), dns_(dns) {
  ndp.AddObserver(*this);
  link.interface().AddLinkListener(*this);
}

Autoconfigurator::~Autoconfigurator() {
  link().interface().RemoveLinkListener(*this);
  ndp_.RemoveObserver(*this);
  context().timers().Stop(solicit_);
  context().timers().Stop(expiry_);
}

void Autoconfigurator::Start() {
  CHECK(network_count_ == 0);
  Network& network = networks_[network_count_++];
  network.prefix = kLinkLocalNetwork;
  TryAddress(network, kNever, kNever);
  StartSoliciting();
}

void Autoconfigurator::OnLinkChange(Interface&, bool has_link) {
  if (has_link && network_count_ > 0) StartSoliciting();  // perhaps to another network
}

void Autoconfigurator::OnAddressReady(const Ipv6Address& address) {
  if (network_listener_ != nullptr) network_listener_->OnReady(address);
}

// First from a random moment on, then at intervals that double, until a router answers. [RFC7559] 2
void Autoconfigurator::StartSoliciting() {
  interval_ = {};
  const auto most = static_cast<std::uint32_t>(Ndp::kMostDelay.nanoseconds / 1'000'000);
  context().timers().Start(solicit_, context().now() + Duration::Milliseconds(context().random().Below(most)));
  context().RequestPoll();
}

void Autoconfigurator::OnSolicit(Timer& timer, kernel::Instant now) {
  Autoconfigurator& self = static_cast<Alarm&>(timer).owner;
  self.SendSolicitation();
  const std::int64_t last = self.interval_.nanoseconds;
  std::int64_t next = last == 0 ? kFirstInterval.nanoseconds : 2 * last;
  if (next > kMostInterval.nanoseconds) next = kMostInterval.nanoseconds;
  // A tenth more or less, so that hosts do not ask in step.
  next += next / 10'000 * (static_cast<std::int64_t>(self.context().random().Below(2'001)) - 1'000);
  self.interval_ = Duration::Nanoseconds(next);
  self.context().timers().Start(timer, now + self.interval_);
}

// [RFC4861] 4.1: from no address while there is none, and then without saying ours.
void Autoconfigurator::SendSolicitation() {
  const ipv6::Address* const source = ndp_.ipv6().addresses().SelectSource(link(), kAllRouters);
  wire::RouterSolicitation solicitation;
  if (source != nullptr) solicitation.options.source_mac = link().interface().mac();
  Packet packet = PacketOf(context(), wire::Icmpv6Type::kRouterSolicitation, solicitation);
  if (!packet) return;
  ++counters_.solicitations;
  (void)ndp_.icmpv6().SendLocal(
      std::move(packet),
      {.link = link(), .source = source != nullptr ? source->address : Ipv6Address(), .destination = kAllRouters});
}

// [RFC4861] 6.1.2, 6.3.4
void Autoconfigurator::ReceiveAdvertisement(std::span<const std::byte> message, const IpReceived& received) {
  const auto advertisement = wire::RouterAdvertisement::Parse(message);
  const Ipv6Address& router = received.source.ipv6();
  if (!advertisement || !router.IsLinkLocal() || ndp_.ipv6().IsOurs(router)) {
    ++counters_.invalid;
    return;
  }
  ++counters_.advertisements;
  const wire::NdpOptions& options = advertisement->options;
  if (options.source_mac && !options.source_mac->IsGroup() && !options.source_mac->IsZero()) {
    ndp_.cache().Learn(link().interface(), router, *options.source_mac);
  }
  LearnParameters(*advertisement);
  LearnRouter(router, *advertisement);
  for (const wire::PrefixInformation& prefix : std::span(options.prefixes).first(options.prefix_count)) {
    if (prefix.prefix.IsLinkLocal() || prefix.prefix.IsMulticast() || prefix.prefix_size == 0) {
      ++counters_.refused;
      continue;
    }
    if (prefix.is_on_link) LearnPrefix(prefix);
    if (!prefix.is_for_addresses) continue;
    LearnAutonomous(prefix);
    const Network* const network = FindNetwork(prefix.prefix.high());
    if (network_listener_ != nullptr && network != nullptr) {
      network_listener_->OnNetwork(network->prefix, network->preferred_until, network->valid_until);
    }
  }
  for (const wire::DnsServers& dns : std::span(options.dns).first(options.dns_count)) {
    const kernel::Instant expiry =
        dns.lifetime == UINT32_MAX ? kNever : context().now() + Duration::Seconds(dns.lifetime);
    for (const Ipv6Address& server : std::span(dns.servers).first(dns.count)) {
      const bool is_host = !server.IsMulticast() && !server.IsUnspecified() && !server.IsLoopback();
      if (dns_ != nullptr && is_host) dns_->OnDnsServer(link(), server, expiry);
    }
  }
  StartExpiry();
}

// From the router that we use for it, and no other. [RFC4861] 8.1, 8.3
void Autoconfigurator::ReceiveRedirect(std::span<const std::byte> message, const IpReceived& received) {
  const auto redirect = wire::Redirect::Parse(message);
  const Ipv6Address& router = received.source.ipv6();
  if (!redirect || !router.IsLinkLocal() || redirect->destination.IsLinkLocal() || redirect->destination.IsLoopback() ||
      redirect->destination.IsUnspecified() || ndp_.ipv6().IsOurs(redirect->destination) ||
      ndp_.ipv6().IsOurs(redirect->target)) {
    ++counters_.invalid;
    return;
  }
  const kernel::Result<ipv6::Hop> hop = ndp_.ipv6().FindHop({}, redirect->destination, &link().interface());
  if (!hop || hop->next != router) {
    ++counters_.invalid;
    return;
  }
  ++counters_.redirects;
  Redirected* place = nullptr;
  for (Redirected& known : std::span(redirects_).first(redirect_count_)) {
    if (known.destination == redirect->destination) place = &known;
  }
  if (place == nullptr && redirect_count_ == kMostRedirects) {
    place = &redirects_[context().random().Below(kMostRedirects)];
  }
  if (place != nullptr) RemoveRedirect(*place);
  const bool is_neighbor = redirect->target == redirect->destination;
  if (!AddRoute(redirect->destination, 128, is_neighbor ? Ipv6Address() : redirect->target, 0)) return;
  redirects_[redirect_count_++] = {.destination = redirect->destination,
                                   .target = redirect->target,
                                   .expiry = context().now() + PathMtuCache::kLifetime};
  const auto& mac = redirect->options.target_mac;
  if (mac && !mac->IsGroup() && !mac->IsZero()) ndp_.cache().Learn(link().interface(), redirect->target, *mac);
  if (!is_neighbor) ndp_.cache().SetRouter(link().interface(), redirect->target, true);
  StartExpiry();
}

void Autoconfigurator::OnExpiry(Timer& timer, kernel::Instant now) {
  Autoconfigurator& self = static_cast<Alarm&>(timer).owner;
  self.ExpireAll(now);
  self.StartExpiry();
}

}  // namespace net::ndp
