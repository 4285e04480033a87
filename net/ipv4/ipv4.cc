#include "net/ipv4/ipv4.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "net/context.h"
#include "net/interface/interface.h"
#include "net/ip/ip.h"
#include "net/ip/path_mtu.h"
#include "net/ip/reassembly.h"
#include "net/ipv4/address_table.h"
#include "net/neighbor/neighbor.h"
#include "net/packet/packet.h"
#include "net/route/table.h"
#include "net/wire/address.h"
#include "net/wire/ethernet.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"

namespace net::ipv4 {

using kernel::Error;
using kernel::Fail;

namespace {

constexpr Ipv4Address kAllHosts = Ipv4Address::Of(224, 0, 0, 1);  // [RFC1112] 4
constexpr Ipv4Address kLocalhost = Ipv4Address::Of(127, 0, 0, 1);
constexpr std::uint8_t kLocalhostPrefix = 8;

}  // namespace

Ipv4::Ipv4(Context& context, RouteTable& routes, const Config& config, std::span<std::byte> storage)
    : context_(context),
      routes_(routes),
      cutter_(storage),
      arp_(context, addresses_, cutter_.Cut<NeighborPlace>(config.neighbors), *this),
      path_mtus_(context, cutter_.CutBytes(PathMtuCache::StorageFor(config.path_mtus)), config.path_mtus),
      reassembly_(context, *this, config.reassembly, cutter_.CutBytes(Reassembly::StorageFor(config.reassembly))) {
  // Four to a random word.
  for (std::size_t i = 0; i < identifications_.size(); i += 4) {
    const std::uint64_t word = context.random().Next();
    __builtin_memcpy(&identifications_[i], &word, sizeof(word));
  }
  routes_.AddListener(*this);
  path_mtus_.SetListener(this);
}

void Ipv4::Attach(Interface& interface) {
  interface.Register(wire::EtherType::kIpv4, *this);
  if (interface.is_loopback()) {
    CHECK(loopback_ == nullptr);
    loopback_ = &interface;
    CHECK(addresses_.Add({&interface, kLocalhost, kLocalhostPrefix}));
    return;
  }
  arp_.Attach(interface);
  interface.AddLinkListener(*this);
  CHECK(JoinGroup(interface, kAllHosts));
}

kernel::Result<void> Ipv4::AddAddress(Interface& interface, Ipv4Address address, std::uint8_t prefix_length) {
  if (const auto added = addresses_.Add({&interface, address, prefix_length}); !added) return added;
  const auto routed =
      routes_.Add({.prefix = address, .length = prefix_length, .interface = &interface, .source = address});
  if (!routed) (void)addresses_.Remove(interface, address);
  ForgetDecisions();
  return routed;
}

kernel::Result<void> Ipv4::RemoveAddress(Interface& interface, Ipv4Address address) {
  const InterfaceAddress* const found = addresses_.Find(interface, address);
  if (found == nullptr) return Fail(Error::kNotFound);
  const std::uint8_t prefix_length = found->prefix_length;
  (void)addresses_.Remove(interface, address);
  // Another address may be of the same subnet: then the route is that one's now.
  (void)routes_.Remove({.prefix = address, .length = prefix_length, .interface = &interface});
  for (const InterfaceAddress& other : addresses_.all()) {
    if (other.interface != &interface || other.prefix_length != prefix_length || !other.IsOnLink(address)) continue;
    (void)routes_.Add({.prefix = address, .length = prefix_length, .interface = &interface, .source = other.address});
    break;
  }
  ForgetDecisions();
  return {};
}

kernel::Result<void> Ipv4::JoinGroup(Interface& interface, Ipv4Address group) {
  if (!group.IsMulticast()) return Fail(Error::kInvalidArgument);
  for (Group& joined : std::span(groups_).first(group_count_)) {
    if (joined.interface != &interface || joined.group != group) continue;
    ++joined.joins;
    return {};
  }
  if (group_count_ == kMostGroups) return Fail(Error::kOutOfMemory);
  if (const auto joined = interface.JoinGroup(MacOfGroup(group)); !joined) return joined;
  groups_[group_count_++] = {.interface = &interface, .group = group, .joins = 1};
  // Everybody is in this one, and nobody says so. [RFC2236] 6
  if (group_listener_ != nullptr && group != kAllHosts) group_listener_->OnGroupChange(interface, group, true);
  return {};
}

kernel::Result<void> Ipv4::LeaveGroup(Interface& interface, Ipv4Address group) {
  for (Group& joined : std::span(groups_).first(group_count_)) {
    if (joined.interface != &interface || joined.group != group) continue;
    if (--joined.joins > 0) return {};
    joined = groups_[--group_count_];
    interface.LeaveGroup(MacOfGroup(group));
    if (group_listener_ != nullptr) group_listener_->OnGroupChange(interface, group, false);
    return {};
  }
  return Fail(Error::kNotFound);
}

bool Ipv4::IsInGroup(const Interface& interface, Ipv4Address group) const {
  return std::ranges::any_of(std::span(groups_).first(group_count_), [&](const Group& joined) {
    return joined.group == group && joined.interface == &interface;
  });
}

void Ipv4::Register(wire::IpProtocol protocol, Transport& transport) {
  CHECK(FindTransport(protocol) == nullptr && transport_count_ < kMostTransports);
  transports_[transport_count_++] = {.protocol = protocol, .transport = &transport};
}

bool Ipv4::IsOurs(const IpAddress& address) const {
  return address.IsIpv4() && addresses_.Find(address.ipv4()) != nullptr;
}

void Ipv4::OnLinkChange(Interface& interface, bool has_link) {
  if (!has_link) return arp_.cache().ForgetAll(interface);
  // Another switch, perhaps: it is told where we are. [RFC5227] 2.3
  for (const InterfaceAddress& address : addresses_.all()) {
    if (address.interface == &interface) arp_.Announce(interface, address.address);
  }
}

// What we sent ourselves is our transport's to know; what we passed on is told to its sender.
void Ipv4::OnUnresolved(Packet packet, Interface&, Ipv4Address) {
  ++counters_.unresolved;
  const auto header = wire::Ipv4::ParseQuoted(packet.Peek(wire::kIpv4Size));
  if (!header) return;
  if (addresses_.Find(header->source) == nullptr) {
    if (reporter_ != nullptr) reporter_->Report(ErrorKind::kHostUnreachable, 0, std::move(packet));
    return;
  }
  Transport* const transport = FindTransport(header->protocol);
  if (transport == nullptr || header->fragment_offset != 0) return;
  constexpr std::size_t kQuoted = 8;
  const std::span<const std::byte> quoted = packet.Peek(wire::kIpv4Size + kQuoted);
  if (quoted.empty()) return;
  transport->OnError({.kind = IpError::Kind::kHostUnreachable,
                      .source = header->source,
                      .destination = header->destination,
                      .reporter = header->source},
                     quoted.subspan(wire::kIpv4Size));
}

// What was sent to everybody, or to a group, is no reason for a message. [RFC1122] 3.2.2
void Ipv4::OnReassemblyTimeout(Packet first) {
  const auto header = wire::Ipv4::ParseQuoted(first.Peek(wire::kIpv4Size));
  if (!header || addresses_.Find(header->destination) == nullptr) return;
  if (reporter_ != nullptr) reporter_->Report(ErrorKind::kReassemblyExceeded, 0, std::move(first));
}

}  // namespace net::ipv4
