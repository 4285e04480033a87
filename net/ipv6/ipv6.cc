#include "net/ipv6/ipv6.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "net/ip/ip.h"
#include "net/wire/address.h"
#include "net/wire/ethernet.h"

namespace net::ipv6 {

Ipv6::Ipv6(Context& context, RouteTable& routes, PathMtuCache& path_mtus, const Options& options,
           std::span<std::byte> reassembly_storage)
    : Timer(OnTimer),
      context_(context),
      routes_(routes),
      path_mtus_(path_mtus),
      reassembly_(context, *this, options.reassembly, reassembly_storage),
      flow_key_{context.random().Next() | 1, context.random().Next() | 1} {
  routes.AddListener(*this);
  path_mtus.SetListener(this);
}

Ipv6::~Ipv6() {
  path_mtus_.SetListener(nullptr);
  context_.timers().Stop(*this);
}

void Ipv6::AddLink(Link& link) {
  CHECK(LinkOf(link.interface()) == nullptr);
  // A loopback stays the first: what goes to ::1 takes that.
  Link*& place = links_ != nullptr && links_->interface().is_loopback() ? links_->next_ : links_;
  link.next_ = std::exchange(place, &link);
  link.interface().Register(wire::EtherType::kIpv6, *this);
  CHECK(link.JoinGroup(kAllNodes));
}

Link* Ipv6::LinkOf(const Interface& interface) const {
  Link* link = links_;
  while (link != nullptr && &link->interface() != &interface) link = link->next_;
  return link;
}

kernel::Result<void> Ipv6::AddAddress(const Address& address) {
  if (const auto added = addresses_.Add(address); !added) return added;
  if (const auto joined = address.link->JoinGroup(SolicitedNode(address.address)); !joined) {
    addresses_.Remove(*address.link, address.address);
    return joined;
  }
  if (address.state != AddressState::kTentative) TellPathsChanged();
  return {};
}

void Ipv6::RemoveAddress(Link& link, const Ipv6Address& address) {
  const Ipv6Address removed = address;  // may be the entry's own
  addresses_.Remove(link, removed);
  link.LeaveGroup(SolicitedNode(removed));
  TellPathsChanged();
}

void Ipv6::Register(wire::IpProtocol protocol, Transport& transport) {
  CHECK(TransportOf(protocol) == nullptr && transport_count_ < kMostTransports);
  transports_[transport_count_++] = {.protocol = protocol, .transport = &transport};
}

Transport* Ipv6::TransportOf(wire::IpProtocol protocol) const {
  for (const Registration& each : std::span(transports_).first(transport_count_)) {
    if (each.protocol == protocol) return each.transport;
  }
  return nullptr;
}

void Ipv6::TellPathsChanged() {
  for (const Registration& each : std::span(transports_).first(transport_count_)) each.transport->OnPathsChanged();
}

bool Ipv6::IsOurs(const IpAddress& address) const {
  if (address.IsLoopback() && !address.IsIpv4()) return links_ != nullptr;
  const Address* const known = addresses_.Find(address.ipv6());
  return known != nullptr && known->state != AddressState::kTentative;
}

void Ipv6::ConfirmReachable(const IpAddress& destination) {
  const kernel::Result<Hop> hop = FindHop({}, destination.ipv6(), nullptr);
  if (hop && !hop->is_local && neighbors_ != nullptr) neighbors_->ConfirmReachable(*hop->link, hop->next);
}

void Ipv6::ReducePathMtu(const IpAddress& destination, std::uint32_t mtu) {
  const kernel::Result<Hop> hop = FindHop({}, destination.ipv6(), nullptr);
  if (hop && !hop->is_local) path_mtus_.Reduce(destination, mtu, hop->link->mtu());
}

void Ipv6::Report(const Problem& problem, const Arrival& arrival, std::span<const std::byte> headers,
                  const Packet& rest) {
  if (reporter_ != nullptr) reporter_->Report(problem, arrival, headers, rest);
}

}  // namespace net::ipv6
