// Where packets go: the interface, the next hop, our address, and how much fits. Decisions are kept, because a flow
// asks for the same one with each packet.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/interface/interface.h"
#include "net/ip/ip.h"
#include "net/ipv4/address_table.h"
#include "net/ipv4/ipv4.h"
#include "net/route/table.h"
#include "net/wire/address.h"

namespace net::ipv4 {

using kernel::Error;
using kernel::Fail;

namespace {

// A path's MTU is forgotten some time after it was reduced, and nobody says so; a decision must not outlive that by
// much.
constexpr kernel::Duration kDecisionLifetime = kernel::Duration::Seconds(1);

}  // namespace

void Ipv4::ForgetDecisions() {
  ++generation_;
  for (const TransportEntry& entry : std::span(transports_).first(transport_count_)) {
    entry.transport->OnPathsChanged();
  }
}

Interface* Ipv4::InterfaceOf(Ipv4Address source) const {
  const InterfaceAddress* const ours = addresses_.Find(source);
  return ours == nullptr ? nullptr : ours->interface;
}

Ipv4::Decision* Ipv4::DecideSlowly(const IpAddress& source, const IpAddress& destination, Interface* interface,
                                   kernel::Error& error) {
  if (!destination.IsIpv4() || !(source.IsIpv4() || source.IsUnspecified())) {
    error = Error::kInvalidArgument;
    return nullptr;
  }
  const Ipv4Address wanted = source.IsIpv4() ? source.ipv4() : Ipv4Address();
  const Ipv4Address to = destination.ipv4();
  Decision& decision = DecisionPlace(source, destination);
  decision = {.asked_source = source,
              .asked_destination = destination,
              .wanted_source = wanted,
              .destination = to,
              .wanted_interface = interface};
  if (const auto decided = DecideAnew(decision); !decided) {
    error = decided.error();
    return nullptr;
  }
  std::array<std::byte, 8> ends;
  decision.source.Store(&ends[0]);
  decision.destination.Store(&ends[4]);
  decision.hash = context_.random().Hash(ends);
  decision.generation = generation_;
  decision.expiry = context_.now() + kDecisionLifetime;
  return &decision;
}

kernel::Result<void> Ipv4::DecideAnew(Decision& decision) const {
  const Ipv4Address destination = decision.destination;
  if (destination.IsUnspecified()) return Fail(Error::kInvalidArgument);
  if (!decision.wanted_source.IsUnspecified() && addresses_.Find(decision.wanted_source) == nullptr) {
    return Fail(Error::kInvalidArgument);
  }
  if (destination.IsBroadcast() || destination.IsMulticast()) return DecideForMany(decision);
  if (destination.IsLoopback() || addresses_.Find(destination) != nullptr) {
    if (loopback_ == nullptr) return Fail(Error::kUnreachable);
    decision.hop = {.interface = loopback_, .address = destination, .kind = NextHop::Kind::kLoopback};
    decision.source = decision.wanted_source.IsUnspecified() ? destination : decision.wanted_source;
    decision.mtu = loopback_->mtu();
    return {};
  }
  // 127.0.0.0/8 never leaves the host. [RFC1122] 3.2.1.3 (g)
  if (decision.wanted_source.IsLoopback() || !destination.IsHost()) return Fail(Error::kUnreachable);
  const Route* const route = routes_.Find(destination, decision.wanted_interface);
  if (route == nullptr) return Fail(Error::kUnreachable);
  Interface& interface = *route->interface;
  const bool is_neighbor = route->gateway.IsUnspecified();
  decision.hop = {.interface = &interface,
                  .address = is_neighbor ? IpAddress(destination) : route->gateway,
                  .kind = NextHop::Kind::kNeighbor};
  if (is_neighbor && addresses_.IsSubnetBroadcast(interface, destination)) {
    decision.hop.kind = NextHop::Kind::kBroadcast;
  }
  decision.mtu = path_mtus_.Find(destination, interface.mtu());
  return ChooseSource(decision, route->source.IsIpv4() ? route->source.ipv4() : Ipv4Address());
}

// To everybody on a link, or to a group: the caller says by which interface, or its address does, or a route.
kernel::Result<void> Ipv4::DecideForMany(Decision& decision) const {
  Interface* interface = decision.wanted_interface;
  if (interface == nullptr) interface = InterfaceOf(decision.wanted_source);
  if (interface == nullptr) {
    const Route* const route = routes_.Find(decision.destination);
    if (route != nullptr) interface = route->interface;
  }
  for (const InterfaceAddress& address : addresses_.all()) {
    if (interface == nullptr && !address.interface->is_loopback()) interface = address.interface;
  }
  if (interface == nullptr) return Fail(Error::kUnreachable);
  decision.hop = {.interface = interface,
                  .address = decision.destination,
                  .kind = decision.destination.IsMulticast() ? NextHop::Kind::kGroup : NextHop::Kind::kBroadcast};
  decision.mtu = interface->mtu();
  return ChooseSource(decision, {});
}

kernel::Result<void> Ipv4::ChooseSource(Decision& decision, Ipv4Address preferred) const {
  if (!decision.wanted_source.IsUnspecified()) {
    decision.source = decision.wanted_source;
    return {};
  }
  if (addresses_.Find(preferred) != nullptr) {
    decision.source = preferred;
    return {};
  }
  const InterfaceAddress* const chosen = addresses_.Choose(*decision.hop.interface, decision.hop.address.ipv4());
  if (chosen == nullptr) return Fail(Error::kUnreachable);
  decision.source = chosen->address;
  return {};
}

kernel::Result<Path> Ipv4::FindPath(const IpAddress& source, const IpAddress& destination, Interface* interface) {
  Error error;
  const Decision* const decision = Decide(source, destination, interface, error);
  if (decision == nullptr) return Fail(error);
  return Path{.interface = decision->hop.interface,
              .source = decision->source,
              .mtu = decision->mtu,
              .link_mtu = decision->hop.interface->mtu(),
              .largest_segment = decision->hop.interface->largest_segment()};
}

void Ipv4::ConfirmReachable(const IpAddress& destination) {
  Error error;
  const Decision* const decision = Decide({}, destination, nullptr, error);
  if (decision == nullptr || decision->hop.kind != NextHop::Kind::kNeighbor) return;
  arp_.cache().ConfirmReachable(*decision->hop.interface, decision->hop.address);
}

void Ipv4::ReducePathMtu(const IpAddress& destination, std::uint32_t mtu) {
  Error error;
  const Decision* const decision = Decide({}, destination, nullptr, error);
  if (decision == nullptr || decision->hop.kind != NextHop::Kind::kNeighbor) return;
  if (path_mtus_.Reduce(destination, mtu, decision->hop.interface->mtu())) ForgetDecisions();
}

}  // namespace net::ipv4
