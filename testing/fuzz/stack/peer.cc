#include "testing/fuzz/stack/peer.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <vector>

#include "kernel/base/result.h"
#include "net/wire/address.h"
#include "net/wire/arp.h"
#include "net/wire/ethernet.h"
#include "net/wire/icmpv6.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"
#include "net/wire/ipv6.h"
#include "net/wire/ipv6_extensions.h"
#include "net/wire/ndp.h"
#include "net/wire/tcp.h"
#include "net/wire/udp.h"
#include "testing/fuzz/stack/steps.h"
#include "testing/sim/cable.h"
#include "testing/sim/offload.h"
#include "testing/sim/plain_ip.h"

namespace fuzz {
namespace {

using net::wire::IpProtocol;
using Bytes = std::vector<std::byte>;

constexpr std::size_t kMtu = 1500;  // bytes of the host's card

Bytes EthernetFrame(const net::MacAddress& destination, net::wire::EtherType type, std::size_t size) {
  Bytes frame(net::wire::kEthernetSize + size);
  net::wire::Ethernet{.destination = destination, .source = sim::MacOf(Peer::kOwnNumber), .type = type}.Write(frame);
  return frame;
}

bool HasChecksum(IpProtocol protocol) {
  return protocol == IpProtocol::kTcp || protocol == IpProtocol::kUdp || protocol == IpProtocol::kIcmpv6;
}

}  // namespace

void Require(bool promise, int line, const char* file) {
  if (promise) return;
  std::fprintf(stderr, "%s:%d: a promise is broken\n", file, line);
  std::abort();
}

void Peer::Arrive(const sim::Frame& frame) {
  ++frames_;
  const auto ethernet = net::wire::Ethernet::Parse(frame.bytes);
  Require(ethernet && ethernet->source == sim::MacOf(kHostNumber) && !ethernet->vlan);
  Require(frame.bytes.size() <= net::wire::kEthernetSize + kMtu);
  const auto packet = std::span(frame.bytes).subspan(ethernet->size());
  switch (ethernet->type) {
    case net::wire::EtherType::kArp:
      return TakeArp(packet);
    case net::wire::EtherType::kIpv4:
      return TakeIpv4(frame.bytes, packet);
    case net::wire::EtherType::kIpv6:
      return TakeIpv6(frame.bytes, packet);
    default:
      Require(false);
  }
}

void Peer::TakeArp(std::span<const std::byte> packet) {
  const auto arp = net::wire::Arp::Parse(packet);
  Require(arp && arp->sender_mac == sim::MacOf(kHostNumber));
  if (arp->operation != net::wire::Arp::Operation::kRequest) return;
  answer_ = EthernetFrame(arp->sender_mac, net::wire::EtherType::kArp, net::wire::kArpSize);
  net::wire::Arp{.operation = net::wire::Arp::Operation::kReply,
                 .sender_mac = sim::MacOf(kOwnNumber),
                 .sender = arp->target,
                 .target_mac = arp->sender_mac,
                 .target = arp->sender}
      .Write(std::span(answer_).subspan(net::wire::kEthernetSize));
}

void Peer::TakeIpv4(std::span<const std::byte> frame, std::span<const std::byte> packet) {
  const auto header = net::wire::Ipv4::Parse(packet, packet.size());
  Require(header && !header->source.IsMulticast() && !header->source.IsBroadcast() &&
          !header->destination.IsUnspecified());
  if (header->IsFragment()) return;
  Require(!HasChecksum(header->protocol) || sim::HasRightChecksum(frame));
  TakeTransport(header->protocol, packet.subspan(header->header_size, header->payload_size()),
                {.source = header->source, .destination = header->destination});
}

void Peer::TakeIpv6(std::span<const std::byte> frame, std::span<const std::byte> packet) {
  const auto header = net::wire::Ipv6::Parse(packet, packet.size());
  Require(header && !header->source.IsMulticast() && !header->destination.IsUnspecified());
  const auto payload = packet.subspan(net::wire::kIpv6Size, header->payload_size);
  const auto chain = net::wire::WalkIpv6Chain({.next_header = header->next_header}, payload);
  Require(chain.has_value());
  if (chain->fragment) return;
  Require(chain->size > 0 || !HasChecksum(chain->next_header) || sim::HasRightChecksum(frame));
  TakeTransport(chain->next_header, payload.subspan(chain->size),
                {.source = header->source, .destination = header->destination});
}

void Peer::TakeTransport(IpProtocol protocol, std::span<const std::byte> message, const Addresses& addresses) {
  if (protocol == IpProtocol::kTcp) TakeSegment(message, addresses);
  if (protocol == IpProtocol::kUdp) TakeDatagram(message, addresses);
  if (protocol == IpProtocol::kIcmpv6) TakeSolicitation(message, addresses);
}

void Peer::TakeSolicitation(std::span<const std::byte> message, const Addresses& addresses) {
  const auto icmp = net::wire::Icmpv6::Parse(message);
  Require(icmp.has_value());
  if (icmp->type != net::wire::Icmpv6Type::kNeighborSolicitation) return;
  const auto question = net::wire::NeighborSolicitation::Parse(message);
  Require(question.has_value());
  if (addresses.source.IsUnspecified()) return;  // whether somebody has its address: an answer would take it away
  net::wire::NeighborAdvertisement answer = {.is_solicited = true, .overrides = true, .target = question->target};
  answer.options.target_mac = sim::MacOf(kOwnNumber);
  Bytes bytes(answer.size());
  answer.Write(bytes);
  bytes[0] = static_cast<std::byte>(net::wire::Icmpv6Type::kNeighborAdvertisement);
  answer_ = FrameOf(question->target, addresses.source, IpProtocol::kIcmpv6, bytes, 255);
}

void Peer::TakeSegment(std::span<const std::byte> message, const Addresses& addresses) {
  const auto header = net::wire::Tcp::Parse(message, message.size());
  Require(header.has_value());
  if (header->flags.Has(net::wire::kRst)) return;
  const net::Endpoint host = {.address = addresses.source, .port = header->source_port};
  const net::Endpoint peer = {.address = addresses.destination, .port = header->destination_port};
  auto flow = std::ranges::find_if(
      flows_, [&](const Flow& each) { return each.is_used && each.host == host && each.peer == peer; });
  if (flow == flows_.end()) flow = flows_.begin() + static_cast<std::ptrdiff_t>(next_flow_++ % flows_.size());
  const auto options =
      net::wire::TcpOptions::Parse(message.subspan(net::wire::kTcpSize, header->header_size - net::wire::kTcpSize));
  *flow = {.host = host,
           .peer = peer,
           .end = header->sequence + static_cast<std::uint32_t>(message.size() - header->header_size) +
                  (header->flags.Has(net::wire::kSyn) ? 1u : 0u) + (header->flags.Has(net::wire::kFin) ? 1u : 0u),
           .acknowledgment = header->acknowledgment,
           .stamp = options.timestamps ? options.timestamps->value : 0,
           .is_used = true};
}

void Peer::TakeDatagram(std::span<const std::byte> message, const Addresses& addresses) {
  const auto header = net::wire::Udp::Parse(message, message.size());
  Require(header && header->size == message.size());
  datagram_source_ = {.address = addresses.source, .port = header->source_port};
  datagram_destination_ = {.address = addresses.destination, .port = header->destination_port};
  const auto payload = message.subspan(net::wire::kUdpSize);
  datagram_.assign(payload.begin(), payload.end());
}

std::vector<std::byte> Peer::FrameOf(const net::IpAddress& source, const net::IpAddress& destination,
                                     IpProtocol protocol, std::span<const std::byte> message, std::uint8_t hop_limit) {
  const bool is_ipv4 = destination.IsIpv4();
  const std::size_t header_size = is_ipv4 ? net::wire::kIpv4Size : net::wire::kIpv6Size;
  Bytes frame =
      EthernetFrame(sim::MacOf(kHostNumber), is_ipv4 ? net::wire::EtherType::kIpv4 : net::wire::EtherType::kIpv6,
                    header_size + message.size());
  const auto packet = std::span(frame).subspan(net::wire::kEthernetSize);
  if (is_ipv4) {
    net::wire::Ipv4{.total_size = static_cast<std::uint16_t>(packet.size()),
                    .time_to_live = hop_limit,
                    .protocol = protocol,
                    .source = source.ipv4(),
                    .destination = destination.ipv4()}
        .Write(packet);
  } else {
    net::wire::Ipv6{.payload_size = static_cast<std::uint16_t>(message.size()),
                    .next_header = protocol,
                    .hop_limit = hop_limit,
                    .source = source.ipv6(),
                    .destination = destination.ipv6()}
        .Write(packet);
  }
  std::ranges::copy(message, packet.begin() + static_cast<std::ptrdiff_t>(header_size));
  return frame;
}

std::vector<std::byte> Peer::Segment(Input& input) const {
  const std::uint8_t how = input.Byte();
  const Flow& flow = flows_[input.Byte() % flows_.size()];
  if (!flow.is_used) return {};
  net::wire::Tcp header = {.source_port = flow.peer.port,
                           .destination_port = flow.host.port,
                           .sequence = flow.acknowledgment,
                           .acknowledgment = flow.end,
                           .flags = {input.Byte()},
                           .window = 0x7fff};
  if ((how & 1) != 0) header.sequence += static_cast<std::uint32_t>(static_cast<std::int8_t>(input.Byte()));
  if ((how & 2) != 0) header.acknowledgment += static_cast<std::uint32_t>(static_cast<std::int8_t>(input.Byte()) * 8);
  if ((how & 4) != 0) header.window = input.Short();
  if ((how & 8) != 0) header.urgent_pointer = input.Byte();
  net::wire::TcpOptions options;
  if (header.flags.Has(net::wire::kSyn)) {
    options.maximum_segment_size = 1460;
    options.window_scale = input.Byte();
    options.may_sack = true;
  }
  if (flow.stamp != 0 && (how & 16) == 0) options.timestamps = {.value = input.Long(), .echo = flow.stamp};
  if ((how & 32) != 0 && !header.flags.Has(net::wire::kSyn)) {
    options.sack_count = 1;
    const std::uint32_t right = flow.end - input.Byte() * 8u;
    options.sacks[0] = {.left = right - input.Byte() * 8u, .right = right};
  }
  header.header_size = static_cast<std::uint8_t>(net::wire::kTcpSize + options.size());
  Bytes message(header.header_size + ((how & 64) != 0 ? input.Byte() * 5u : 0));
  header.Write(message);
  options.Write(std::span(message).subspan(net::wire::kTcpSize));
  return FrameOf(flow.peer.address, flow.host.address, IpProtocol::kTcp, message);
}

std::vector<std::byte> Peer::Reply(Input& input) const {
  const std::uint8_t how = input.Byte();
  Bytes payload = input.Take(input.Short());
  if (datagram_.empty()) return {};
  const auto keep = [&](std::size_t first, std::size_t end) {
    if (first > end || end > datagram_.size() || end > payload.size()) return;
    std::copy(datagram_.begin() + static_cast<std::ptrdiff_t>(first),
              datagram_.begin() + static_cast<std::ptrdiff_t>(end),
              payload.begin() + static_cast<std::ptrdiff_t>(first));
  };
  if ((how & 1) != 0) keep(0, 2);                  // DNS: the identifier
  if ((how & 2) != 0) keep(12, datagram_.size());  // the question
  if ((how & 4) != 0) keep(4, 8);                  // DHCP: the transaction
  if ((how & 8) != 0) keep(28, 44);                // the hardware address
  Bytes message(net::wire::kUdpSize + payload.size());
  net::wire::Udp{.source_port = datagram_destination_.port,
                 .destination_port = datagram_source_.port,
                 .size = static_cast<std::uint16_t>(message.size())}
      .Write(message);
  std::ranges::copy(payload, message.begin() + net::wire::kUdpSize);
  net::IpAddress source = datagram_destination_.address;
  net::IpAddress destination = datagram_source_.address;
  if (source.IsIpv4() && source.ipv4().IsBroadcast()) source = sim::Ipv4Of(kOwnNumber);
  if (source.IsMulticast()) source = sim::Ipv6Of(kOwnNumber);
  if (destination.IsUnspecified()) destination = net::Ipv4Address{0xffff'ffff};
  if (source.IsIpv4() != destination.IsIpv4()) return {};
  return FrameOf(source, destination, IpProtocol::kUdp, message);
}

}  // namespace fuzz
