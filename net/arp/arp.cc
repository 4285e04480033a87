#include "net/arp/arp.h"

#include <cstddef>
#include <utility>

#include "net/arp/claim.h"
#include "net/interface/interface.h"
#include "net/ipv4/address_table.h"
#include "net/neighbor/neighbor.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/arp.h"
#include "net/wire/ethernet.h"

namespace net::arp {

using Operation = wire::Arp::Operation;

void Arp::Transmit(Interface& interface, const wire::Arp& arp, const MacAddress& destination) {
  Packet packet = context_.packets().Take();
  if (!packet) return;  // as if it were lost: whoever asks asks again
  arp.Write(packet.Prepend(wire::kArpSize));
  (void)interface.Send(std::move(packet), destination, wire::EtherType::kArp);
}

void Arp::SendRequest(Interface& interface, Ipv4Address sender, Ipv4Address target, const MacAddress& destination) {
  ++counters_.requests_sent;
  const wire::Arp request = {.operation = Operation::kRequest,
                             .sender_mac = interface.mac(),
                             .sender = sender,
                             .target_mac = {},
                             .target = target};
  Transmit(interface, request, destination);
}

void Arp::Announce(Interface& interface, Ipv4Address address) {
  SendRequest(interface, address, address, kBroadcastMac);
}

void Arp::Solicit(Interface& interface, const IpAddress& target, const MacAddress* mac) {
  const ipv4::InterfaceAddress* const ours = addresses_.Choose(interface, target.ipv4());
  // Without an address of ours the question would be a probe, and its answer for nobody.
  if (ours == nullptr) return;
  SendRequest(interface, ours->address, target.ipv4(), mac == nullptr ? kBroadcastMac : *mac);
}

void Arp::OnUnresolved(Packet packet, Interface& interface, const IpAddress& target) {
  owner_.OnUnresolved(std::move(packet), interface, target.ipv4());
}

void Arp::Receive(Packet& packet, const FrameReceived& frame) {
  ++counters_.received;
  const auto parsed = wire::Arp::Parse(packet.Peek(wire::kArpSize));
  if (!parsed) {
    ++(parsed.error() == kernel::Error::kUnsupported ? counters_.unsupported : counters_.malformed);
    return;
  }
  const wire::Arp& arp = *parsed;
  Interface& interface = *frame.interface;
  // Our own words, by a loop in the network, or somebody who took our MAC address: nothing to learn.
  if (arp.sender_mac == interface.mac()) {
    ++counters_.malformed;
    return;
  }
  if (IsConflict(interface, arp)) return;
  const bool is_for_us = addresses_.Find(interface, arp.target) != nullptr;
  if (!arp.sender.IsUnspecified())
    Learn(interface, arp, is_for_us && !(frame.is_group && arp.operation == Operation::kReply));
  if (arp.operation != Operation::kRequest || !is_for_us) return;
  ++counters_.replies_sent;
  const wire::Arp reply = {.operation = Operation::kReply,
                           .sender_mac = interface.mac(),
                           .sender = arp.target,
                           .target_mac = arp.sender_mac,
                           .target = arp.sender};
  Transmit(interface, reply, arp.sender_mac);
}

// [RFC826] "Packet Reception": an entry for the sender is brought up to date; a new one is made only if we are asked.
void Arp::Learn(Interface& interface, const wire::Arp& arp, bool is_for_us) {
  if (!arp.sender.IsHost() || !addresses_.IsOnLink(interface, arp.sender)) return;
  if (addresses_.IsSubnetBroadcast(interface, arp.sender)) return;
  if (arp.operation == Operation::kRequest && is_for_us) return cache_.Learn(interface, arp.sender, arp.sender_mac);
  const Neighbor* const known = cache_.Find(interface, arp.sender);
  if (known == nullptr) return;
  const NeighborState state = known->StateAt(context_.now());
  // An answer proves something only while we ask.
  const bool was_asked = state == NeighborState::kIncomplete || state == NeighborState::kProbe;
  const bool is_answer = arp.operation == Operation::kReply && is_for_us && was_asked;
  cache_.Advertise(interface, arp.sender, {.mac = &arp.sender_mac, .is_solicited = is_answer, .overrides = true});
}

// Whether somebody else uses, or wants to use, an address that we claim or have. [RFC5227] 2.1.1, 2.4
bool Arp::IsConflict(Interface& interface, const wire::Arp& arp) {
  bool is_conflict = false;
  for (Claim *claim = claims_, *next; claim != nullptr; claim = next) {
    next = claim->next_;
    if (claim->interface_ != &interface || !claim->IsConflictWith(arp)) continue;
    is_conflict = true;
    claim->OnConflict();
  }
  is_conflict |= !arp.sender.IsUnspecified() && addresses_.Find(interface, arp.sender) != nullptr;
  if (is_conflict) ++counters_.conflicts;
  return is_conflict;
}

}  // namespace net::arp
