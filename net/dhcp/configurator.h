// Gives an interface its IPv4 address: by DHCP, and where no server answers in time by itself [RFC3927], until one
// does. It joins the state machines of both to IPv4, UDP and ARP.
#ifndef ENKEL_NET_DHCP_CONFIGURATOR_H_
#define ENKEL_NET_DHCP_CONFIGURATOR_H_

#include <cstdint>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/arp/claim.h"
#include "net/context.h"
#include "net/dhcp/client.h"
#include "net/dhcp/lease.h"
#include "net/interface/interface.h"
#include "net/ipv4/ipv4.h"
#include "net/link_local/link_local.h"
#include "net/route/table.h"
#include "net/timers.h"
#include "net/udp/socket.h"
#include "net/udp/udp.h"
#include "net/wire/address.h"
#include "net/wire/dhcp.h"

namespace net::dhcp {

// Told when an interface's configuration changed: look at it.
class ConfigurationObserver {
 public:
  virtual void OnConfiguration() = 0;

 protected:
  ~ConfigurationObserver() = default;
};

// Not interrupt-safe; nothing blocks or allocates.
class Configurator final {
 public:
  // How long a server may take before the interface helps itself.
  static constexpr kernel::Duration kPatience = kernel::Duration::Seconds(10);

  // All arguments outlive it.
  Configurator(ipv4::Ipv4& ipv4, udp::Udp& udp, Interface& interface, ConfigurationObserver& observer);
  ~Configurator();
  Configurator(const Configurator&) = delete;
  Configurator& operator=(const Configurator&) = delete;

  // Begins. Errors: kInUse (somebody has port 68 on this interface, or it has begun already).
  kernel::Result<void> Start();

  // Gives the lease back, takes the address away, and stops. The server hears of it where its MAC address is known:
  // there is no address left to ask for that with.
  void Stop();

  // The address that the interface has; unspecified: none yet.
  Ipv4Address address() const { return address_; }
  const Lease* lease() const { return leased_.client.has_lease() ? &leased_.client.lease() : nullptr; }
  const Client& client() const { return leased_.client; }
  const link_local::LinkLocal& link_local() const { return own_.link_local; }

 private:
  // The DHCP client with what it asks of a stack.
  struct Leased final : ClientObserver, arp::ClaimObserver, udp::Observer {
    Leased(Configurator& parent, udp::Udp& udp);
    void SendDhcp(const wire::Dhcp& message, Ipv4Address source, Ipv4Address destination) override;
    void Probe(Ipv4Address address) override;
    void StopProbe() override { claim.Stop(); }
    void OnBound(const Lease& lease) override;
    void OnLost() override;
    void OnClaimed(arp::Claim&) override { client.OnProbed(true); }
    void OnConflict(arp::Claim&) override;
    void OnChange(udp::Socket&) override;

    Configurator& parent;
    udp::Socket socket;
    arp::Claim claim;
    Client client;
  };

  // The address that the interface chooses itself.
  struct Own final : link_local::LinkLocalObserver, arp::ClaimObserver {
    explicit Own(Configurator& parent);
    void Probe(Ipv4Address address) override;
    void StopProbe() override { claim.Stop(); }
    void OnAddress(Ipv4Address address) override;
    void OnLost() override;
    void OnClaimed(arp::Claim&) override { link_local.OnProbed(true); }
    void OnConflict(arp::Claim&) override;

    Configurator& parent;
    arp::Claim claim;
    link_local::LinkLocal link_local;
  };

  // When the patience with servers is over.
  struct Fallback final : Timer {
    explicit Fallback(Configurator& parent) : Timer(&OnTimer), parent(parent) {}
    static void OnTimer(Timer& timer, kernel::Instant);
    Configurator& parent;
  };

  struct Link final : LinkListener {
    explicit Link(Configurator& parent) : parent(parent) {}
    void OnLinkChange(Interface& interface, bool has_link) override;
    Configurator& parent;
  };

  void Configure(Ipv4Address address, std::uint8_t prefix_length);
  void Unconfigure(Ipv4Address address);
  void SetRouter(Ipv4Address router);
  void SetMtu(std::uint16_t mtu);
  void WaitForServer();

  ipv4::Ipv4& ipv4_;
  Interface& interface_;
  ConfigurationObserver& observer_;
  const std::uint16_t whole_mtu_;  // of the interface as it was
  Ipv4Address address_;
  Ipv4Address router_;  // unspecified: none
  bool is_running_ = false;
  Leased leased_;
  Own own_;
  Fallback fallback_;
  Link link_;
};

}  // namespace net::dhcp

#endif  // ENKEL_NET_DHCP_CONFIGURATOR_H_
