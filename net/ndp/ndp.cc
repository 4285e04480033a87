#include "net/ndp/ndp.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/base/result.h"
#include "net/icmpv6/icmpv6.h"
#include "net/ip/ip.h"
#include "net/ipv6/ipv6.h"
#include "net/neighbor/cache.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/ethernet.h"
#include "net/wire/icmpv6.h"
#include "net/wire/ndp.h"

namespace net::ndp {
namespace {

using wire::Icmpv6Type;

constexpr std::uint8_t kFromTheLink = 255;   // the hop limit of what no router passed on
constexpr std::size_t kMostMessage = 1'460;  // bytes: more than this needs no honest router
constexpr std::size_t kQuoted = 64;          // bytes of a transport's header

bool IsHost(const MacAddress& mac) { return !mac.IsGroup() && !mac.IsZero(); }

}  // namespace

Ndp::Ndp(ipv6::Ipv6& ipv6, icmpv6::Icmpv6& icmpv6, std::span<NeighborPlace> neighbors)
    : ipv6_(ipv6), icmpv6_(icmpv6), cache_(ipv6.context(), neighbors, wire::EtherType::kIpv6, *this) {
  ipv6.SetNeighbors(this);
  for (Probe& probe : probes_) probe.ndp = this;
  for (const Icmpv6Type type : {Icmpv6Type::kRouterAdvertisement, Icmpv6Type::kNeighborSolicitation,
                                Icmpv6Type::kNeighborAdvertisement, Icmpv6Type::kRedirect}) {
    icmpv6.Register(type, *this);
  }
}

Ndp::~Ndp() {
  ipv6_.SetNeighbors(nullptr);
  for (Probe& probe : probes_) ipv6_.context().timers().Stop(probe);
}

void Ndp::AddObserver(LinkObserver& observer) { observer.next_ = std::exchange(observers_, &observer); }

void Ndp::RemoveObserver(LinkObserver& observer) {
  LinkObserver** place = &observers_;
  while (*place != &observer) place = &(*place)->next_;
  *place = observer.next_;
}

LinkObserver* Ndp::ObserverOf(const ipv6::Link& link) const {
  LinkObserver* observer = observers_;
  while (observer != nullptr && &observer->link() != &link) observer = observer->next_;
  return observer;
}

kernel::Result<void> Ndp::Send(Packet packet, ipv6::Link& link, const Ipv6Address& next_hop) {
  return cache_.Send(std::move(packet), link.interface(), next_hop);
}

void Ndp::ConfirmReachable(ipv6::Link& link, const Ipv6Address& next_hop) {
  cache_.ConfirmReachable(link.interface(), next_hop);
}

// [RFC4861] 7.2.2, 7.3.3
void Ndp::Solicit(Interface& interface, const IpAddress& target, const MacAddress* mac) {
  ipv6::Link* const link = ipv6_.LinkOf(interface);
  const ipv6::Address* const source = link == nullptr ? nullptr : ipv6_.addresses().SelectSource(*link, target.ipv6());
  if (source == nullptr) return;  // only questions for duplicates come from no address
  wire::NeighborSolicitation solicitation = {.target = target.ipv6()};
  solicitation.options.source_mac = interface.mac();
  Packet packet = PacketOf(ipv6_.context(), Icmpv6Type::kNeighborSolicitation, solicitation);
  if (!packet) return;
  ++counters_.solicited;
  (void)icmpv6_.SendLocal(std::move(packet),
                          {.link = *link,
                           .source = source->address,
                           .destination = mac == nullptr ? SolicitedNode(target.ipv6()) : target.ipv6()});
}

// Our own packet: its transport hears of it. Another's: its sender does. [RFC4861] 7.2.2
void Ndp::OnUnresolved(Packet packet, Interface& interface, const IpAddress&) {
  const kernel::Result<wire::Ipv6> header = wire::Ipv6::Parse(packet.Peek(wire::kIpv6Size), packet.size());
  ipv6::Link* const link = ipv6_.LinkOf(interface);
  if (!header || link == nullptr) return;
  if (!ipv6_.IsOurs(header->source)) {
    return ipv6_.Report({.type = Icmpv6Type::kDestinationUnreachable, .code = wire::kIcmpv6AddressUnreachable},
                        {.link = link, .header = *header}, {}, packet);
  }
  Transport* const transport = ipv6_.TransportOf(header->next_header);
  if (transport == nullptr) return;
  std::array<std::byte, kQuoted> quoted;
  const std::size_t size = packet.CopyTo(wire::kIpv6Size, quoted);
  transport->OnError({.kind = IpError::Kind::kHostUnreachable,
                      .source = header->source,
                      .destination = header->destination,
                      .reporter = header->source},
                     std::span(quoted).first(size));
}

void Ndp::OnLost(Interface& interface, const IpAddress& target) {
  const ipv6::Link* const link = ipv6_.LinkOf(interface);
  LinkObserver* const observer = link == nullptr ? nullptr : ObserverOf(*link);
  if (observer != nullptr) observer->OnNeighborLost(target.ipv6());
}

void Ndp::Receive(Packet& packet, const wire::Icmpv6& header, const IpReceived& received) {
  ++counters_.received;
  ipv6::Link* const link = ipv6_.LinkOf(*received.interface);
  std::array<std::byte, kMostMessage> copy;
  // Nothing of this is believed from beyond the link, or in fragments. [RFC4861] 6.1, 7.1, 8.1, [RFC6980] 5
  bool is_valid = link != nullptr && received.hop_limit == kFromTheLink && header.code == 0 &&
                  !received.was_fragmented && packet.size() <= copy.size();
  if (is_valid) {
    const std::span<const std::byte> message = std::span(copy).first(packet.CopyTo(0, copy));
    LinkObserver* const observer = ObserverOf(*link);
    switch (header.type) {
      case Icmpv6Type::kNeighborSolicitation:
        is_valid = ReceiveSolicitation(message, *link, received);
        break;
      case Icmpv6Type::kNeighborAdvertisement:
        is_valid = ReceiveAdvertisement(message, *link, received);
        break;
      case Icmpv6Type::kRedirect:
        if (observer != nullptr) observer->ReceiveRedirect(message, received);
        break;
      default:
        if (observer != nullptr) observer->ReceiveAdvertisement(message, received);
    }
  }
  if (!is_valid) ++counters_.invalid;
}

// Whether it is valid. [RFC4861] 7.1.1, 7.2.3
bool Ndp::ReceiveSolicitation(std::span<const std::byte> message, ipv6::Link& link, const IpReceived& received) {
  const auto solicitation = wire::NeighborSolicitation::Parse(message);
  if (!solicitation) return false;
  const Ipv6Address& source = received.source.ipv6();
  const auto& mac = solicitation->options.source_mac;
  if (source.IsUnspecified() && (mac || received.destination != IpAddress(SolicitedNode(solicitation->target)))) {
    return false;
  }
  if (mac && !IsHost(*mac)) return false;
  if (Probe* const probe = FindProbe(link, solicitation->target)) {
    // Somebody asks for the same address. Who asks for its owner, from an address, gets no answer yet. [RFC4862] 5.4.3
    if (source.IsUnspecified()) OnProbeHeard(*probe, *solicitation);
    return true;
  }
  const ipv6::Address* const own = ipv6_.addresses().Find(solicitation->target, &link);
  if (own == nullptr || own->state == ipv6::AddressState::kTentative || ipv6_.IsOurs(source)) return true;
  if (mac) cache_.Learn(link.interface(), source, *mac);
  Answer(*own, source);
  return true;
}

// [RFC4861] 7.2.4
void Ndp::Answer(const ipv6::Address& own, const Ipv6Address& asker) {
  wire::NeighborAdvertisement advertisement = {
      .is_router = false, .is_solicited = !asker.IsUnspecified(), .overrides = true, .target = own.address};
  advertisement.options.target_mac = own.link->interface().mac();
  Packet packet = PacketOf(ipv6_.context(), Icmpv6Type::kNeighborAdvertisement, advertisement);
  if (!packet) return;
  ++counters_.answered;
  (void)icmpv6_.SendLocal(
      std::move(packet),
      {.link = *own.link, .source = own.address, .destination = asker.IsUnspecified() ? kAllNodes : asker});
}

// Whether it is valid. [RFC4861] 7.1.2, 7.2.5
bool Ndp::ReceiveAdvertisement(std::span<const std::byte> message, ipv6::Link& link, const IpReceived& received) {
  const auto advertisement = wire::NeighborAdvertisement::Parse(message);
  if (!advertisement) return false;
  const auto& mac = advertisement->options.target_mac;
  if (received.destination.IsMulticast() && advertisement->is_solicited) return false;
  if (mac && !IsHost(*mac)) return false;
  const Ipv6Address& target = advertisement->target;
  if (Probe* const probe = FindProbe(link, target)) {
    OnDuplicate(*probe);
    return true;
  }
  if (ipv6_.addresses().Find(target, &link) != nullptr) {
    ++counters_.conflicts;  // what to do is not defined, and a stranger's word is no reason to fall silent
    return true;
  }
  const Neighbor* const neighbor = cache_.Find(link.interface(), target);
  const bool was_router = neighbor != nullptr && neighbor->is_router();
  cache_.Advertise(link.interface(), target,
                   {.mac = mac ? &*mac : nullptr,
                    .is_solicited = advertisement->is_solicited,
                    .overrides = advertisement->overrides,
                    .is_router = advertisement->is_router});
  LinkObserver* const observer = ObserverOf(link);
  if (was_router && !advertisement->is_router && observer != nullptr) observer->OnRouterRetired(target);
  return true;
}

}  // namespace net::ndp
