// The way up: from a frame to a transport, by way of extension headers and reassembly.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/base/result.h"
#include "net/interface/interface.h"
#include "net/ip/ip.h"
#include "net/ip/reassembly.h"
#include "net/ipv6/ipv6.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/icmpv6.h"
#include "net/wire/ipv6.h"
#include "net/wire/ipv6_extensions.h"
#include "net/wire/tcp.h"
#include "net/wire/udp.h"

namespace net::ipv6 {
namespace {

using wire::Icmpv6Type;
using wire::IpProtocol;

constexpr std::size_t kMostPayload = 65'535;  // bytes
constexpr std::uint32_t kPayloadSizePlace = 4;
constexpr std::uint32_t kFragmentOffsetPlace = 2;  // in a fragment header

// A group's reach stands in its second byte; what reaches no further than an interface comes from no wire.
// [RFC4291] 2.7
constexpr unsigned kInterfaceScope = 1;
unsigned GroupScope(const Ipv6Address& group) { return static_cast<unsigned>(group.bytes[1]) & 0xf; }

// Bytes of a transport's header that a first fragment has to hold. [RFC7112] 5
std::size_t TransportSize(IpProtocol protocol) {
  switch (protocol) {
    case IpProtocol::kTcp:
      return wire::kTcpSize;
    case IpProtocol::kUdp:
      return wire::kUdpSize;
    case IpProtocol::kIcmpv6:
      return wire::kIcmpv6Size;
    default:
      return 0;
  }
}

}  // namespace

// What cannot have come from a wire, whoever wrote it.
bool Ipv6::IsMartian(const Arrival& arrival) const {
  const wire::Ipv6& header = arrival.header;
  if (arrival.link->interface().is_loopback()) return false;
  if (header.source.IsLoopback() || header.destination.IsLoopback() || header.destination.IsUnspecified()) return true;
  if (header.source.IsMappedIpv4() || header.destination.IsMappedIpv4()) return true;
  if (header.destination.IsMulticast() && GroupScope(header.destination) <= kInterfaceScope) return true;
  // Only neighbour discovery has a use for its own address in what others send: it is a duplicate.
  return header.next_header != IpProtocol::kIcmpv6 && IsOurs(header.source);
}

void Ipv6::Receive(Packet& packet, const FrameReceived& frame) {
  ++counters_.received;
  const kernel::Result<wire::Ipv6> header =
      wire::Ipv6::Parse(packet.Peek(std::min(packet.size(), wire::kIpv6Size)), packet.size());
  Link* const link = LinkOf(*frame.interface);
  if (!header || link == nullptr) {
    ++counters_.malformed;
    return;
  }
  packet.Truncate(wire::kIpv6Size + header->payload_size);
  const Arrival arrival = {
      .link = link, .header = *header, .is_group = frame.is_group || header->destination.IsMulticast()};
  if (IsMartian(arrival)) {
    ++counters_.martian;
    return;
  }
  Accept(packet, arrival);
}

// `packet` begins with the header. A host takes what comes for the interface that it came by; one that forwards, for
// any.
void Ipv6::Accept(Packet& packet, const Arrival& arrival) {
  const Ipv6Address& destination = arrival.header.destination;
  bool is_ours = false;
  if (destination.IsMulticast()) {
    is_ours = arrival.link->IsMember(destination);
  } else {
    const bool is_any_link = foreign_ != nullptr && !destination.IsLinkLocal();
    const Address* const address = addresses_.Find(destination, is_any_link ? nullptr : arrival.link);
    is_ours = address != nullptr && address->state != AddressState::kTentative;
    if (address == nullptr && foreign_ != nullptr && !arrival.is_group) {
      return foreign_->ReceiveForeign(packet, arrival);
    }
  }
  if (!is_ours) {
    ++counters_.not_for_us;
    return;
  }
  packet.DropFront(wire::kIpv6Size);
  Arrival accepted = arrival;
  if (wire::IsIpv6Extension(arrival.header.next_header)) {
    return WalkChain(packet, accepted, {.next_header = arrival.header.next_header});
  }
  Deliver(packet, arrival, arrival.header.next_header, wire::Ipv6ChainStart().next_header_place, {});
}

// `packet` begins behind the IPv6 header.
void Ipv6::WalkChain(Packet& packet, Arrival& arrival, const wire::Ipv6ChainStart& start) {
  std::array<std::byte, wire::kIpv6Size + wire::kMostIpv6Chain + 1> headers;
  arrival.header.Write(headers);
  const std::size_t count = packet.CopyTo(0, std::span(headers).subspan(wire::kIpv6Size));
  const auto chain = wire::WalkIpv6Chain(start, std::span(headers).subspan(wire::kIpv6Size, count));
  if (!chain) {
    ++counters_.malformed;
    const wire::Ipv6Fault& fault = chain.error();
    if (fault.answer != wire::Ipv6Fault::Answer::kNone) {
      Report({.type = Icmpv6Type::kParameterProblem,
              .code = fault.code,
              .body = fault.pointer,
              .is_also_for_groups = fault.answer == wire::Ipv6Fault::Answer::kProblem},
             arrival, std::span(headers).first(wire::kIpv6Size), packet);
    }
    return;
  }
  packet.DropFront(chain->size);
  arrival.was_fragmented |= chain->fragment.has_value();
  const std::span<const std::byte> passed = std::span(headers).first(wire::kIpv6Size + chain->size);
  if (chain->fragment && !chain->fragment->IsAtomic()) return ReceiveFragment(packet, arrival, *chain, passed);
  Deliver(packet, arrival, chain->next_header, chain->next_header_place, passed);
}

// Whether a first fragment holds all headers, the transport's included. [RFC7112] 4
bool Ipv6::HasWholeChain(const Packet& packet, const wire::Ipv6Chain& chain) const {
  std::array<std::byte, wire::kMostIpv6Chain + 1> bytes;
  const std::size_t count = packet.CopyTo(0, bytes);
  const auto rest = wire::WalkIpv6Chain({.next_header = chain.next_header, .is_behind_fragment = true},
                                        std::span(bytes).first(count));
  if (!rest) return !rest.error().is_truncated;  // what else is wrong with it is said when it is whole
  return packet.size() - rest->size >= TransportSize(rest->next_header);
}

// `packet` is the fragment's payload, `headers` all that stood before it. [RFC8200] 4.5
void Ipv6::ReceiveFragment(Packet& packet, Arrival& arrival, const wire::Ipv6Chain& chain,
                           std::span<const std::byte> headers) {
  const wire::Ipv6Fragment& fragment = *chain.fragment;
  const auto refuse = [&](std::uint8_t code, std::uint32_t pointer) {
    ++counters_.malformed;
    Report({.type = Icmpv6Type::kParameterProblem, .code = code, .body = pointer}, arrival, headers, packet);
  };
  if (fragment.has_more && packet.size() % 8 != 0) return refuse(wire::kErroneousField, kPayloadSizePlace);
  const std::size_t before = headers.size() - wire::kIpv6Size - wire::kIpv6FragmentSize;  // kept in the whole
  if (before + fragment.offset + packet.size() > kMostPayload) {
    return refuse(wire::kErroneousField, chain.fragment_place + kFragmentOffsetPlace);
  }
  if (packet.size() == 0) {
    ++counters_.malformed;
    return;
  }
  if (fragment.offset == 0 && !HasWholeChain(packet, chain)) return refuse(wire::kIncompleteChain, 0);
  // The first fragment is kept with a header chain that fits: the IPv6 header and the fragment's.
  std::array<std::byte, wire::kIpv6Size + wire::kIpv6FragmentSize> kept;
  wire::Ipv6 header = arrival.header;
  header.next_header = IpProtocol::kFragment;
  header.payload_size = static_cast<std::uint16_t>(wire::kIpv6FragmentSize + packet.size());
  header.Write(kept);
  fragment.Write(std::span(kept).subspan(wire::kIpv6Size));
  Reassembly::Whole whole =
      reassembly_.Add(std::move(packet), {.key = {.source = header.source,
                                                  .destination = header.destination,
                                                  .identification = fragment.identification,
                                                  .interface = arrival.link->interface().index()},
                                          .offset = fragment.offset,
                                          .has_more = fragment.has_more,
                                          .next_header = static_cast<std::uint8_t>(fragment.next_header),
                                          .traffic_class = header.traffic_class,
                                          .header = kept});
  if (!whole.packet) return;
  arrival.header.next_header = static_cast<IpProtocol>(whole.next_header);
  arrival.header.traffic_class = whole.traffic_class;
  arrival.header.payload_size = static_cast<std::uint16_t>(whole.packet.size());
  WalkChain(whole.packet, arrival, {.next_header = arrival.header.next_header, .is_behind_fragment = true});
}

// `packet` begins with the transport's header; `headers` stood before it, empty where that is the IPv6 header alone.
void Ipv6::Deliver(Packet& packet, const Arrival& arrival, IpProtocol protocol, std::uint16_t next_header_place,
                   std::span<const std::byte> headers) {
  const auto report = [&](const Problem& problem) {
    std::array<std::byte, wire::kIpv6Size> header;
    if (headers.empty()) {
      arrival.header.Write(header);
      headers = header;
    }
    Report(problem, arrival, headers, packet);
  };
  if (protocol == IpProtocol::kNoNextHeader) return;  // [RFC8200] 4.7
  if (arrival.header.source.IsUnspecified() && protocol != IpProtocol::kIcmpv6) {
    ++counters_.martian;
    return;
  }
  Transport* const transport = TransportOf(protocol);
  if (transport == nullptr) {
    ++counters_.no_protocol;
    return report({.type = Icmpv6Type::kParameterProblem, .code = wire::kUnknownNextHeader, .body = next_header_place});
  }
  const IpReceived received = {.interface = &arrival.link->interface(),
                               .source = arrival.header.source,
                               .destination = arrival.header.destination,
                               .traffic_class = arrival.header.traffic_class,
                               .hop_limit = arrival.header.hop_limit,
                               .is_group = arrival.is_group,
                               .was_fragmented = arrival.was_fragmented};
  ++counters_.delivered;
  if (transport->Receive(packet, received) == Transport::Verdict::kUnreachable && packet) {
    report({.type = Icmpv6Type::kDestinationUnreachable, .code = wire::kIcmpv6PortUnreachable});
  }
}

// [RFC8200] 4.5
void Ipv6::OnReassemblyTimeout(Packet first) {
  const kernel::Result<wire::Ipv6> header = wire::Ipv6::Parse(first.Peek(wire::kIpv6Size), first.size());
  const Address* const address = header ? addresses_.Find(header->destination) : nullptr;
  if (address == nullptr) return;  // sent to a group, or to an address that went since
  Report({.type = Icmpv6Type::kTimeExceeded, .code = wire::kIcmpv6ReassemblyTimeExceeded},
         {.link = address->link, .header = *header}, {}, first);
}

}  // namespace net::ipv6
