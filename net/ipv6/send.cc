// The way down: from a transport to a neighbour.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/interface/software_checksum.h"
#include "net/ip/ip.h"
#include "net/ipv6/ipv6.h"
#include "net/packet/packet.h"
#include "net/route/table.h"
#include "net/timers.h"
#include "net/wire/address.h"
#include "net/wire/endian.h"
#include "net/wire/ethernet.h"
#include "net/wire/ipv6.h"

namespace net::ipv6 {
namespace {

using kernel::Error;
using kernel::Fail;

constexpr std::size_t kMostPayload = 65'535;  // bytes
constexpr std::size_t kLoopedAtOnce = 64;     // packets to ourselves, a turn

std::uint64_t Mix(std::uint64_t a, std::uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace

kernel::Result<Hop> Ipv6::FindHop(const Ipv6Address& source, const Ipv6Address& destination,
                                  Interface* interface) const {
  if (destination.IsLoopback() && links_ != nullptr) return Hop{.link = links_, .next = destination, .is_local = true};
  if (const Address* const own = addresses_.Find(destination);
      own != nullptr && own->state != AddressState::kTentative) {
    return Hop{.link = own->link, .next = destination, .is_local = true};
  }
  const Address* const from = source.IsUnspecified() ? nullptr : addresses_.Find(source);
  if (destination.IsMulticast() || destination.IsLinkLocal()) {
    // Only a link tells which of the many such destinations is meant.
    Link* link = interface != nullptr ? LinkOf(*interface) : nullptr;
    if (interface == nullptr && from != nullptr) link = from->link;
    if (interface == nullptr && from == nullptr && links_ != nullptr && links_->next_ == nullptr) link = links_;
    if (interface == nullptr && link == nullptr && destination.IsMulticast()) {
      const Route* const route = routes_.Find(destination);
      if (route != nullptr) link = LinkOf(*route->interface);
    }
    if (link == nullptr) return Fail(Error::kUnreachable);
    return Hop{.link = link, .next = destination};
  }
  const Route* const route = routes_.Find(destination, interface);
  Link* const link = route == nullptr ? nullptr : LinkOf(*route->interface);
  if (link == nullptr) return Fail(Error::kUnreachable);
  return Hop{.link = link, .next = route->gateway.IsUnspecified() ? destination : route->gateway.ipv6()};
}

// Errors: kInvalidArgument (it is not ours), kUnreachable (we have none).
kernel::Result<Ipv6Address> Ipv6::ChooseSource(const Ipv6Address& wanted, const Ipv6Address& destination,
                                               const Hop& hop) const {
  if (!wanted.IsUnspecified()) {
    if (!IsOurs(wanted)) return Fail(Error::kInvalidArgument);
    return wanted;
  }
  if (hop.is_local) return destination;
  const Address* const source = addresses_.SelectSource(*hop.link, destination);
  if (source != nullptr) return source->address;
  // ::1 is no interface's.
  if (hop.link->interface().is_loopback()) return Ipv6Address::Of(0, 0, 0, 0, 0, 0, 0, 1);
  return Fail(Error::kUnreachable);
}

std::uint16_t Ipv6::MtuTo(const Ipv6Address& destination, const Hop& hop) const {
  return hop.is_local ? hop.link->mtu() : path_mtus_.Find(destination, hop.link->mtu());
}

kernel::Result<Path> Ipv6::FindPath(const IpAddress& source, const IpAddress& destination, Interface* interface) {
  if (destination.IsUnspecified()) return Fail(Error::kInvalidArgument);
  if (destination.IsIpv4()) return Fail(Error::kUnreachable);
  const Ipv6Address wanted = source.IsUnspecified() ? Ipv6Address() : source.ipv6();
  const kernel::Result<Hop> hop = FindHop(wanted, destination.ipv6(), interface);
  if (!hop) return Fail(hop.error());
  const kernel::Result<Ipv6Address> chosen = ChooseSource(wanted, destination.ipv6(), *hop);
  if (!chosen) return Fail(chosen.error());
  return Path{.interface = &hop->link->interface(),
              .source = *chosen,
              .mtu = MtuTo(destination.ipv6(), *hop),
              .link_mtu = hop->link->mtu(),
              .largest_segment = hop->is_local ? 0 : hop->link->interface().largest_segment()};
}

// The same for all packets of a flow, and no word to others about it. [RFC6437] 3
std::uint32_t Ipv6::FlowLabel(const wire::Ipv6& header, const Packet& packet) const {
  std::uint32_t ports = 0;
  const bool has_ports = header.next_header == wire::IpProtocol::kTcp || header.next_header == wire::IpProtocol::kUdp;
  if (has_ports && packet.header().size() >= sizeof(ports))
    ports = wire::LoadBig<std::uint32_t>(packet.header().data());
  const std::uint64_t addresses = Mix(header.source.high() ^ header.destination.low() ^ flow_key_[0], flow_key_[1]) ^
                                  Mix(header.source.low() ^ header.destination.high() ^ flow_key_[1], flow_key_[0]);
  const std::uint64_t flow = std::uint64_t{ports} << 8 | static_cast<std::uint8_t>(header.next_header);
  return static_cast<std::uint32_t>(Mix(addresses ^ flow, flow_key_[1]) >> 44);
}

kernel::Result<void> Ipv6::Send(Packet packet, const IpSend& send) {
  const auto fail = [this](Error error) {
    ++counters_.unsent;
    return Fail(error);
  };
  if (send.destination.IsUnspecified()) return fail(Error::kInvalidArgument);
  if (send.destination.IsIpv4()) return fail(Error::kUnreachable);
  const Ipv6Address& destination = send.destination.ipv6();
  const Ipv6Address wanted = send.source.IsUnspecified() ? Ipv6Address() : send.source.ipv6();
  const kernel::Result<Hop> hop = FindHop(wanted, destination, send.interface);
  if (!hop) return fail(hop.error());
  const kernel::Result<Ipv6Address> source = ChooseSource(wanted, destination, *hop);
  if (!source) return fail(source.error());
  if (packet.size() > kMostPayload) return fail(Error::kTooLong);
  wire::Ipv6 header = {.traffic_class = send.traffic_class,
                       .flow_label = 0,
                       .payload_size = static_cast<std::uint16_t>(packet.size()),
                       .next_header = send.protocol,
                       .hop_limit = send.hop_limit,
                       .source = *source,
                       .destination = destination};
  if (header.hop_limit == 0) header.hop_limit = destination.IsMulticast() ? std::uint8_t{1} : hop->link->hop_limit();
  header.flow_label = FlowLabel(header, packet);
  const std::uint16_t mtu = MtuTo(destination, *hop);
  const bool is_cut_below = packet.info().segmentation != PacketInfo::Segmentation::kNone;
  kernel::Result<void> sent;
  if (!is_cut_below && wire::kIpv6Size + packet.size() > mtu) {
    if (send.must_not_fragment) return fail(Error::kTooLong);
    sent = SendFragments(std::move(packet), header, *hop, mtu);
  } else {
    header.Write(packet.Prepend(wire::kIpv6Size));
    packet.info().checksum_start = static_cast<std::uint16_t>(packet.info().checksum_start + wire::kIpv6Size);
    sent = SendTo(*hop, std::move(packet));
  }
  ++(sent ? counters_.sent : counters_.unsent);
  return sent;
}

kernel::Result<void> Ipv6::SendTo(const Hop& hop, Packet packet) {
  if (hop.is_local) return Loop(std::move(packet));
  if (hop.next.IsMulticast()) {
    return hop.link->interface().Send(std::move(packet), MacOfGroup(hop.next), wire::EtherType::kIpv6);
  }
  if (neighbors_ == nullptr) return Fail(Error::kUnreachable);
  return neighbors_->Send(std::move(packet), *hop.link, hop.next);
}

// `packet` begins with the transport's header; the fragments share its payload. Identifications are random: whoever
// sees one cannot guess another. [RFC8200] 4.5, [RFC7739] 5.3
kernel::Result<void> Ipv6::SendFragments(Packet packet, const wire::Ipv6& header, const Hop& hop, std::uint16_t mtu) {
  if (packet.info().checksum == PacketInfo::Checksum::kPartial && !FinishChecksum(packet)) {
    return Fail(Error::kTooLong);
  }
  constexpr std::size_t kHeaders = wire::kIpv6Size + wire::kIpv6FragmentSize;
  const std::size_t most = (mtu - kHeaders) / 8 * 8;
  const std::size_t own = packet.header().size();  // bytes that are no shared payload: they go into the first fragment
  CHECK(own <= most);
  wire::Ipv6Fragment fragment = {.next_header = header.next_header,
                                 .identification = static_cast<std::uint32_t>(context_.random().Next())};
  for (std::size_t offset = 0; offset < packet.size(); offset += most) {
    const std::size_t size = std::min(most, packet.size() - offset);
    const std::size_t copied = offset == 0 ? own : 0;
    Packet part = packet.CloneOf(offset + copied, size - copied);
    if (!part) return Fail(Error::kOutOfMemory);
    if (copied > 0) std::ranges::copy(packet.header(), part.Prepend(copied).begin());
    fragment.offset = static_cast<std::uint16_t>(offset);
    fragment.has_more = offset + size < packet.size();
    fragment.Write(part.Prepend(wire::kIpv6FragmentSize));
    wire::Ipv6 part_header = header;
    part_header.next_header = wire::IpProtocol::kFragment;
    part_header.payload_size = static_cast<std::uint16_t>(wire::kIpv6FragmentSize + size);
    part_header.Write(part.Prepend(wire::kIpv6Size));
    if (const auto sent = SendTo(hop, std::move(part)); !sent) return sent;
    ++counters_.fragments_sent;
  }
  return {};
}

// To ourselves: received in the next turn, never within the call that sends.
kernel::Result<void> Ipv6::Loop(Packet packet) {
  if (looped_.count() == kMostLooped) return Fail(Error::kWouldBlock);
  looped_.Push(std::move(packet));
  if (!IsRunning()) {
    context_.timers().Start(*this, context_.now());
    context_.RequestPoll();
  }
  return {};
}

void Ipv6::OnTimer(Timer& timer, kernel::Instant now) {
  auto& self = static_cast<Ipv6&>(timer);
  for (std::size_t i = 0; i < kLoopedAtOnce && !self.looped_.IsEmpty(); ++i) {
    Packet packet = self.looped_.Pop();
    ++self.counters_.received;
    const kernel::Result<wire::Ipv6> header = wire::Ipv6::Parse(packet.Peek(wire::kIpv6Size), packet.size());
    if (!header) {
      ++self.counters_.malformed;
      continue;
    }
    const Address* const address = self.addresses_.Find(header->destination);
    if (address == nullptr && !header->destination.IsLoopback()) {
      ++self.counters_.not_for_us;  // it went meanwhile
      continue;
    }
    Arrival arrival = {.link = address != nullptr ? address->link : self.links_, .header = *header};
    packet.DropFront(wire::kIpv6Size);
    if (wire::IsIpv6Extension(header->next_header)) {
      self.WalkChain(packet, arrival, {.next_header = header->next_header});
    } else {
      self.Deliver(packet, arrival, header->next_header, wire::Ipv6ChainStart().next_header_place, {});
    }
  }
  if (!self.looped_.IsEmpty() && !self.IsRunning()) self.context_.timers().Start(self, now);
}

}  // namespace net::ipv6
