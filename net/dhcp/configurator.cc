#include "net/dhcp/configurator.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/arp/claim.h"
#include "net/context.h"
#include "net/dhcp/client.h"
#include "net/dhcp/lease.h"
#include "net/interface/interface.h"
#include "net/ipv4/ipv4.h"
#include "net/link_local/link_local.h"
#include "net/packet_from.h"
#include "net/route/table.h"
#include "net/timers.h"
#include "net/udp/socket.h"
#include "net/udp/udp.h"
#include "net/wire/address.h"
#include "net/wire/dhcp.h"

namespace net::dhcp {
namespace {

// The smallest MTU that a server may set: what every host can receive. [RFC791] 3.1
constexpr std::uint16_t kLeastMtu = 576;

// The largest message that is looked at; a server keeps to what we said that we take.
constexpr std::size_t kLargestReply = 1500;

}  // namespace

Configurator::Configurator(ipv4::Ipv4& ipv4, udp::Udp& udp, Interface& interface, ConfigurationObserver& observer)
    : ipv4_(ipv4),
      interface_(interface),
      observer_(observer),
      whole_mtu_(interface.mtu()),
      leased_(*this, udp),
      own_(*this),
      fallback_(*this),
      link_(*this) {}

Configurator::~Configurator() {
  if (is_running_) Stop();
}

kernel::Result<void> Configurator::Start() {
  if (is_running_) return kernel::Fail(kernel::Error::kInUse);
  const auto bound = leased_.socket.Bind({Ipv4Address(), wire::kDhcpClientPort}, &interface_);
  if (!bound) return bound;
  leased_.socket.options().may_broadcast = true;
  is_running_ = true;
  interface_.AddLinkListener(link_);
  WaitForServer();
  leased_.client.Start();
  return {};
}

void Configurator::Stop() {
  if (!is_running_) return;
  is_running_ = false;
  interface_.RemoveLinkListener(link_);
  leased_.client.Release();
  own_.link_local.Stop();
  ipv4_.context().timers().Stop(fallback_);
  leased_.socket.Close();
}

void Configurator::WaitForServer() {
  Context& context = ipv4_.context();
  context.timers().Start(fallback_, context.now() + kPatience);
  context.RequestPoll();
}

void Configurator::Fallback::OnTimer(Timer& timer, kernel::Instant) {
  static_cast<Fallback&>(timer).parent.own_.link_local.Start();
}

// It may be another network now.
void Configurator::Link::OnLinkChange(Interface&, bool has_link) {
  if (!has_link) return;
  if (parent.own_.link_local.is_running()) {
    parent.own_.link_local.Stop();
    parent.WaitForServer();
  }
  parent.leased_.client.OnLinkUp();
}

void Configurator::Configure(Ipv4Address address, std::uint8_t prefix_length) {
  if (address_ == address) return;
  // A table without room leaves the interface as it is; nothing that came with the address would work either.
  if (!ipv4_.AddAddress(interface_, address, prefix_length)) return;
  if (!address_.IsUnspecified()) (void)ipv4_.RemoveAddress(interface_, address_);
  address_ = address;
}

void Configurator::Unconfigure(Ipv4Address address) {
  if (address_ != address) return;
  (void)ipv4_.RemoveAddress(interface_, address);
  address_ = {};
}

void Configurator::SetRouter(Ipv4Address router) {
  if (router == router_) return;
  const auto by = [&](Ipv4Address gateway) {
    return Route{.prefix = Ipv4Address(), .interface = &interface_, .gateway = gateway};
  };
  if (!router_.IsUnspecified()) (void)ipv4_.routes().Remove(by(router_));
  router_ = router;
  if (!router_.IsUnspecified() && !ipv4_.routes().Add(by(router_))) router_ = {};
}

void Configurator::SetMtu(std::uint16_t mtu) {
  const bool is_usable = mtu >= kLeastMtu && mtu <= whole_mtu_;
  interface_.SetMtu(is_usable ? mtu : whole_mtu_);
}

Configurator::Leased::Leased(Configurator& parent, udp::Udp& udp)
    : parent(parent),
      socket(udp, this),
      claim(parent.ipv4_.arp(), *this),
      client(parent.ipv4_.context(), parent.interface_.mac(), *this) {}

// What cannot be sent now is lost, as it might be on the wire: the client asks again.
void Configurator::Leased::SendDhcp(const wire::Dhcp& message, Ipv4Address source, Ipv4Address destination) {
  std::array<std::byte, wire::kLargestDhcp> bytes;
  auto packet = PacketFrom(parent.ipv4_.context(), std::span(bytes).first(message.Write(bytes)));
  if (!packet) return;
  if (source.IsUnspecified()) {
    (void)socket.SendToAllFromUnspecified(*std::move(packet), wire::kDhcpServerPort);
  } else {
    (void)socket.SendTo(*std::move(packet), {destination, wire::kDhcpServerPort}, source);
  }
}

void Configurator::Leased::OnChange(udp::Socket&) {
  while (auto datagram = socket.Receive()) {
    std::array<std::byte, kLargestReply> bytes;
    const std::size_t size = datagram->payload.CopyTo(0, bytes);
    const bool is_whole = size == datagram->payload.size();
    client.Receive(std::span(bytes).first(is_whole ? size : 0));  // nothing is malformed, too
  }
}

void Configurator::Leased::Probe(Ipv4Address address) {
  claim.Stop();
  claim.Start(parent.interface_, address);
}

void Configurator::Leased::OnBound(const Lease& lease) {
  parent.ipv4_.context().timers().Stop(parent.fallback_);
  parent.Configure(lease.address, lease.prefix_length);
  parent.SetRouter(lease.routers.count == 0 ? Ipv4Address() : lease.routers.addresses[0]);
  parent.SetMtu(lease.mtu.value_or(parent.whole_mtu_));
  parent.own_.link_local.Stop();  // [RFC3927] 1.9
  parent.observer_.OnConfiguration();
}

void Configurator::Leased::OnLost() {
  claim.Stop();
  parent.SetRouter({});
  parent.SetMtu(parent.whole_mtu_);
  parent.Unconfigure(client.lease().address);
  if (parent.is_running_) parent.WaitForServer();
  parent.observer_.OnConfiguration();
}

void Configurator::Leased::OnConflict(arp::Claim&) {
  if (client.state() == Client::State::kProbing) return client.OnProbed(false);
  client.OnConflict();
}

Configurator::Own::Own(Configurator& parent)
    : parent(parent),
      claim(parent.ipv4_.arp(), *this),
      link_local(parent.ipv4_.context(), parent.interface_.mac(), *this) {}

void Configurator::Own::Probe(Ipv4Address address) {
  claim.Stop();
  claim.Start(parent.interface_, address);
}

void Configurator::Own::OnAddress(Ipv4Address address) {
  parent.Configure(address, link_local::kPrefixLength);
  parent.observer_.OnConfiguration();
}

void Configurator::Own::OnLost() {
  claim.Stop();
  if (parent.address_ != link_local.address()) return;  // a lease has taken its place
  parent.Unconfigure(link_local.address());
  parent.observer_.OnConfiguration();
}

void Configurator::Own::OnConflict(arp::Claim&) {
  link_local.has_address() ? link_local.OnConflict() : link_local.OnProbed(false);
}

}  // namespace net::dhcp
