// A link that configures itself by its routers' word: default routers, prefixes, addresses made of them, redirects.
// [RFC4861] 6.3, 8.3, [RFC4862] 5.5, [RFC7217], [RFC7559]
//
// All that routers, or whoever speaks like one, can make it remember has a cap. What is told once is forgotten when its
// lifetime is over.
#ifndef ENKEL_NET_NDP_AUTOCONFIGURATOR_H_
#define ENKEL_NET_NDP_AUTOCONFIGURATOR_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/time.h"
#include "net/interface/interface.h"
#include "net/ip/ip.h"
#include "net/ipv6/ipv6.h"
#include "net/ndp/ndp.h"
#include "net/route/table.h"
#include "net/timers.h"
#include "net/wire/address.h"
#include "net/wire/ndp.h"

namespace net::ndp {

// Since the link was configured.
struct AutoconfiguratorCounters {
  std::uint64_t solicitations = 0;   // of routers, that we sent
  std::uint64_t advertisements = 0;  // that were heard
  std::uint64_t redirects = 0;       // that were followed
  std::uint64_t invalid = 0;         // malformed, or from who may not say so
  std::uint64_t refused = 0;         // routers, prefixes, addresses beyond the cap; values that make no sense
  std::uint64_t given_up = 0;        // addresses that were somebody's, each time
};

// Who uses name servers that routers announce. [RFC8106]
class DnsListener {
 public:
  // `server` may be asked until `expiry`; one that has passed: no longer.
  virtual void OnDnsServer(ipv6::Link& link, const Ipv6Address& server, kernel::Instant expiry) = 0;

 protected:
  ~DnsListener() = default;
};

// Who has addresses of its own in the networks that routers announce (temporary.h).
class NetworkListener {
 public:
  // Addresses may be made of this prefix, the upper half of theirs, and last so long; said again each time.
  virtual void OnNetwork(std::uint64_t prefix, kernel::Instant preferred_until, kernel::Instant valid_until) = 0;

  // Somebody has this address; it was removed. False: it was not the listener's.
  virtual bool OnDuplicate(const Ipv6Address& address) = 0;

  // Nobody else has this address, which may be the listener's.
  virtual void OnReady(const Ipv6Address& address) = 0;

 protected:
  ~NetworkListener() = default;
};

// One a link; outlived by what it is given. Not interrupt-safe; nothing blocks or allocates.
class Autoconfigurator final : private LinkObserver, private LinkListener {
 public:
  static constexpr std::size_t kMostRouters = 4;
  static constexpr std::size_t kMostPrefixes = 8;
  static constexpr std::size_t kMostRedirects = 16;
  static constexpr std::size_t kMostAutomatic = 6;  // networks that it has an address of, the link-local one included
  static constexpr int kMostTries = 4;              // at an address, one after the other. [RFC7217] 7

  // [RFC7559] 2; the delay before the first is at random up to kMostDelay. [RFC4861] 6.3.7
  static constexpr kernel::Duration kFirstInterval = kernel::Duration::Seconds(4);
  static constexpr kernel::Duration kMostInterval = kernel::Duration::Seconds(3600);

  // `dns` may be null.
  Autoconfigurator(Ndp& ndp, ipv6::Link& link, DnsListener* dns);
  ~Autoconfigurator();
  Autoconfigurator(const Autoconfigurator&) = delete;
  Autoconfigurator& operator=(const Autoconfigurator&) = delete;

  // Makes a link-local address and asks for routers, until one answers.
  void Start();

  void SetNetworkListener(NetworkListener* listener) { network_listener_ = listener; }  // null: nobody
  Ndp& ndp() { return ndp_; }
  using LinkObserver::link;

  std::size_t routers() const { return router_count_; }
  std::size_t prefixes() const { return prefix_count_; }
  std::size_t redirects() const { return redirect_count_; }
  const AutoconfiguratorCounters& counters() const { return counters_; }

  // The lower half of the address that a link has in a network: the same each time there, nothing to follow anybody by
  // from network to network. [RFC7217] 5
  static std::uint64_t StableIdentifier(RandomSource& random, const Interface& interface, std::uint64_t network,
                                        int tries);

  // Whether no host may have the lower half: the anycast addresses of routers and of subnets. [RFC4291] 2.6.1,
  // [RFC2526] 2
  static bool IsReserved(std::uint64_t identifier);

 private:
  struct Alarm : Timer {
    Alarm(Handler handler, Autoconfigurator& owner) : Timer(handler), owner(owner) {}
    Autoconfigurator& owner;
  };
  struct Router {
    Ipv6Address address = {};
    kernel::Instant expiry = {};
    std::uint16_t metric = 0;
  };
  struct Prefix {
    Ipv6Address prefix = {};
    std::uint8_t size = 0;  // bits
    kernel::Instant expiry = {};
  };
  struct Redirected {
    Ipv6Address destination = {};
    Ipv6Address target = {};
    kernel::Instant expiry = {};
  };
  // A network in which we have, or try to have, an address of our own.
  struct Network {
    std::uint64_t prefix = 0;  // the upper half of its addresses
    int tries = 0;
    Ipv6Address address = {};  // unspecified: none any more
    kernel::Instant preferred_until = kernel::kNever;
    kernel::Instant valid_until = kernel::kNever;
  };

  void OnAddressReady(const Ipv6Address& address) override;
  void OnDuplicate(const Ipv6Address& address) override;
  void OnNeighborLost(const Ipv6Address& neighbor) override;
  void OnRouterRetired(const Ipv6Address& neighbor) override;
  void ReceiveAdvertisement(std::span<const std::byte> message, const IpReceived& received) override;
  void ReceiveRedirect(std::span<const std::byte> message, const IpReceived& received) override;
  void OnLinkChange(Interface& interface, bool has_link) override;

  void StartSoliciting();
  static void OnSolicit(Timer& timer, kernel::Instant now);
  void SendSolicitation();

  // routers.cc
  void LearnParameters(const wire::RouterAdvertisement& advertisement);
  void LearnRouter(const Ipv6Address& address, const wire::RouterAdvertisement& advertisement);
  void LearnPrefix(const wire::PrefixInformation& prefix);
  bool AddRoute(const Ipv6Address& prefix, std::uint8_t size, const Ipv6Address& gateway, std::uint16_t metric);
  void RemoveRoute(const Ipv6Address& prefix, std::uint8_t size, const Ipv6Address& gateway);
  Router* FindRouter(const Ipv6Address& address);
  void RemoveRouter(Router& router);
  void RemovePrefix(Prefix& prefix);
  void RemoveRedirect(Redirected& redirected);
  void RemoveRedirectsBy(const Ipv6Address& neighbor);

  // addresses.cc
  void LearnAutonomous(const wire::PrefixInformation& prefix);
  void UpdateLifetimes(ipv6::Address& address, const wire::PrefixInformation& prefix);
  Network* FindNetwork(std::uint64_t prefix);
  bool TryAddress(Network& network, kernel::Instant preferred_until, kernel::Instant valid_until);

  static void OnExpiry(Timer& timer, kernel::Instant now);
  void ExpireAll(kernel::Instant now);
  void ExpireAddresses(kernel::Instant now);
  void StartExpiry();

  Context& context() const { return ndp_.ipv6().context(); }

  Ndp& ndp_;
  DnsListener* const dns_;
  NetworkListener* network_listener_ = nullptr;
  Alarm solicit_{OnSolicit, *this};
  Alarm expiry_{OnExpiry, *this};
  kernel::Duration interval_ = {};  // between the last solicitation and the next
  std::array<Router, kMostRouters> routers_ = {};
  std::array<Prefix, kMostPrefixes> prefixes_ = {};
  std::array<Redirected, kMostRedirects> redirects_ = {};
  std::array<Network, kMostAutomatic> networks_ = {};
  std::size_t router_count_ = 0;
  std::size_t prefix_count_ = 0;
  std::size_t redirect_count_ = 0;
  std::size_t network_count_ = 0;
  AutoconfiguratorCounters counters_;
};

}  // namespace net::ndp

#endif  // ENKEL_NET_NDP_AUTOCONFIGURATOR_H_
