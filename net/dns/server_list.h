// Which name servers are asked: those of the program or of DHCP first, and behind them those that routers announce, for
// as long as they say. [RFC8106] 5.3, 6
#ifndef ENKEL_NET_DNS_SERVER_LIST_H_
#define ENKEL_NET_DNS_SERVER_LIST_H_

#include <array>
#include <cstddef>
#include <span>

#include "kernel/base/time.h"
#include "net/context.h"
#include "net/ipv6/link.h"
#include "net/ndp/autoconfigurator.h"
#include "net/timers.h"
#include "net/wire/address.h"

namespace net::dns {

class ServerListObserver {
 public:
  // The list is another one now: what Resolver::SetServers gets.
  virtual void OnServers(std::span<const IpAddress> servers) = 0;

 protected:
  ~ServerListObserver() = default;
};

// Not interrupt-safe; nothing blocks or allocates.
class ServerList final : public ndp::DnsListener, private Timer {
 public:
  static constexpr std::size_t kMostConfigured = 4;
  static constexpr std::size_t kMostAnnounced = 3;  // [RFC8106] 5.3.1: enough

  // Both outlive it.
  ServerList(Context& context, ServerListObserver& observer) : Timer(OnTimer), context_(context), observer_(observer) {}
  ServerList(const ServerList&) = delete;
  ServerList& operator=(const ServerList&) = delete;
  ~ServerList() { context_.timers().Stop(*this); }

  // The first kMostConfigured of `servers`, in place of those of the last call.
  void SetConfigured(std::span<const IpAddress> servers);

  // Link-local servers are passed over: an address of the resolver's names no link. Beyond kMostAnnounced the one that
  // ends first goes.
  void OnDnsServer(ipv6::Link& link, const Ipv6Address& server, kernel::Instant expiry) override;

  std::span<const IpAddress> servers() const { return std::span(servers_).first(count_); }

 private:
  struct Announced {
    Ipv6Address address = {};
    kernel::Instant expiry = {};
  };

  static void OnTimer(Timer& timer, kernel::Instant now);
  void Update();

  Context& context_;
  ServerListObserver& observer_;
  std::array<IpAddress, kMostConfigured> configured_;
  std::size_t configured_count_ = 0;
  std::array<Announced, kMostAnnounced> announced_ = {};
  std::size_t announced_count_ = 0;
  std::array<IpAddress, kMostConfigured + kMostAnnounced> servers_;
  std::size_t count_ = 0;
};

}  // namespace net::dns

#endif  // ENKEL_NET_DNS_SERVER_LIST_H_
