#include "testing/sim/plain_ip.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "net/interface/interface.h"
#include "net/ip/ip.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/ethernet.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"
#include "net/wire/ipv6.h"

namespace sim {

using kernel::Error;
using kernel::Fail;
using kernel::Result;
using net::wire::EtherType;

net::MacAddress MacOf(std::uint16_t number) {
  return {{std::byte{2}, {}, {}, {}, static_cast<std::byte>(number >> 8), static_cast<std::byte>(number)}};
}

net::Ipv4Address Ipv4Of(std::uint16_t number) { return {0x0a00'0000u | number}; }

net::Ipv6Address Ipv6Of(std::uint16_t number) { return net::Ipv6Address::Of(0xfd00, 0, 0, 0, 0, 0, 0, number); }

PlainIp::PlainIp(net::Interface& interface, std::uint16_t number)
    : interface_(interface), number_(number), ours_{Ipv4Of(number), Ipv6Of(number)} {
  interface.Register(EtherType::kIpv4, *this);
  interface.Register(EtherType::kIpv6, *this);
}

bool PlainIp::IsOurs(const net::IpAddress& address) const { return std::ranges::contains(ours_, address); }

Result<net::Path> PlainIp::FindPath(const net::IpAddress& source, const net::IpAddress& destination, net::Interface*) {
  if (destination.IsUnspecified() || (!source.IsUnspecified() && !IsOurs(source))) return Fail(Error::kInvalidArgument);
  net::Path path = {.interface = &interface_,
                    .source = source,
                    .mtu = interface_.mtu(),
                    .largest_segment = interface_.largest_segment()};
  if (source.IsUnspecified()) path.source = destination.IsIpv4() ? net::IpAddress(Ipv4Of(number_)) : Ipv6Of(number_);
  return path;
}

// The neighbour's MAC address follows from the last two bytes of its address.
Result<void> PlainIp::Send(net::Packet packet, const net::IpSend& send) {
  Result<net::Path> path = FindPath(send.source, send.destination);
  if (!path) return Fail(path.error());
  const std::size_t size = packet.size();
  const bool is_ipv4 = send.destination.IsIpv4();
  const std::size_t header_size = is_ipv4 ? net::wire::kIpv4Size : net::wire::kIpv6Size;
  if (packet.info().segmentation == net::PacketInfo::Segmentation::kNone && size + header_size > interface_.mtu()) {
    return Fail(Error::kTooLong);
  }
  if (packet.info().checksum == net::PacketInfo::Checksum::kPartial) {
    packet.info().checksum_start = static_cast<std::uint16_t>(packet.info().checksum_start + header_size);
  }
  const std::uint8_t hop_limit = send.hop_limit == 0 ? 64 : send.hop_limit;
  if (is_ipv4) {
    net::wire::Ipv4{.traffic_class = send.traffic_class,
                    .total_size = static_cast<std::uint16_t>(size + header_size),
                    .identification = identification_++,
                    .time_to_live = hop_limit,
                    .protocol = send.protocol,
                    .source = path->source.ipv4(),
                    .destination = send.destination.ipv4()}
        .Write(packet.Prepend(header_size));
  } else {
    net::wire::Ipv6{.traffic_class = send.traffic_class,
                    .payload_size = static_cast<std::uint16_t>(size),
                    .next_header = send.protocol,
                    .hop_limit = hop_limit,
                    .source = path->source.ipv6(),
                    .destination = send.destination.ipv6()}
        .Write(packet.Prepend(header_size));
  }
  const auto& bytes = send.destination.ipv6().bytes;
  const auto neighbor =
      static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[14]) << 8 | std::to_integer<unsigned>(bytes[15]));
  return interface_.Send(std::move(packet), MacOf(neighbor), is_ipv4 ? EtherType::kIpv4 : EtherType::kIpv6);
}

void PlainIp::Register(net::wire::IpProtocol protocol, net::Transport& transport) {
  CHECK(transports_.emplace(protocol, &transport).second);
}

void PlainIp::Receive(net::Packet& packet, const net::FrameReceived& frame) {
  const auto version = packet.Peek(1);
  if (version.empty()) return;
  net::IpReceived received = {.interface = frame.interface};
  net::wire::IpProtocol protocol;
  std::size_t header_size;
  std::size_t size;
  if (std::to_integer<unsigned>(version[0]) >> 4 == 4) {
    const auto header = net::wire::Ipv4::Parse(packet.Peek(net::wire::kIpv4Size), packet.size());
    if (!header || header->header_size != net::wire::kIpv4Size || header->IsFragment()) return;
    received.source = header->source;
    received.destination = header->destination;
    received.traffic_class = header->traffic_class;
    received.hop_limit = header->time_to_live;
    protocol = header->protocol;
    header_size = header->header_size;
    size = header->payload_size();
  } else {
    const auto header = net::wire::Ipv6::Parse(packet.Peek(net::wire::kIpv6Size), packet.size());
    if (!header) return;
    received.source = header->source;
    received.destination = header->destination;
    received.traffic_class = header->traffic_class;
    received.hop_limit = header->hop_limit;
    protocol = header->next_header;
    header_size = net::wire::kIpv6Size;
    size = header->payload_size;
  }
  const auto transport = transports_.find(protocol);
  if (!IsOurs(received.destination) || transport == transports_.end()) return;
  packet.DropFront(header_size);
  packet.Truncate(size);
  if (packet.info().checksum == net::PacketInfo::Checksum::kPartial) {
    packet.info().checksum_start = static_cast<std::uint16_t>(packet.info().checksum_start - header_size);
  }
  transport->second->Receive(packet, received);
}

}  // namespace sim
