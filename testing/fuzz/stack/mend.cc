#include "testing/fuzz/stack/mend.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/ethernet.h"
#include "net/wire/icmp.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"
#include "net/wire/ipv6.h"
#include "net/wire/ipv6_extensions.h"
#include "net/wire/tcp.h"
#include "net/wire/udp.h"

namespace fuzz {
namespace {

using net::wire::Checksum;
using net::wire::IpProtocol;
using net::wire::StoreBig;

// Where the sum stands, from the message's start.
std::optional<std::size_t> PlaceOf(IpProtocol protocol) {
  switch (protocol) {
    case IpProtocol::kTcp:
      return net::wire::kTcpChecksumPlace;
    case IpProtocol::kUdp:
      return net::wire::kUdpChecksumPlace;
    case IpProtocol::kIcmp:
    case IpProtocol::kIgmp:
    case IpProtocol::kIcmpv6:
      return net::wire::kIcmpChecksumPlace;
    default:
      return std::nullopt;
  }
}

void MendMessage(std::span<std::byte> message, IpProtocol protocol, const Checksum& pseudo_header) {
  const std::optional<std::size_t> place = PlaceOf(protocol);
  if (!place || message.size() < *place + 2) return;
  const bool has_pseudo_header = protocol != IpProtocol::kIcmp && protocol != IpProtocol::kIgmp;
  StoreBig(&message[*place], std::uint16_t{0});
  Checksum sum = has_pseudo_header ? pseudo_header : Checksum();
  sum.Add(message);
  std::uint16_t checksum = sum.Finish();
  if (protocol == IpProtocol::kUdp && checksum == 0) checksum = 0xffff;
  StoreBig(&message[*place], checksum);
}

void MendIpv4(std::span<std::byte> packet) {
  if (packet.size() < net::wire::kIpv4Size) return;
  const std::size_t header_size = std::to_integer<std::size_t>(packet[0] & std::byte{15}) * 4;
  if (header_size < net::wire::kIpv4Size || header_size > packet.size()) return;
  StoreBig(&packet[10], std::uint16_t{0});
  Checksum sum;
  sum.Add(packet.first(header_size));
  StoreBig(&packet[10], sum.Finish());
  const auto header = net::wire::Ipv4::Parse(packet, packet.size());
  if (!header || header->IsFragment()) return;
  MendMessage(packet.subspan(header_size, header->payload_size()), header->protocol,
              net::wire::PseudoHeader(header->source, header->destination, header->protocol, header->payload_size()));
}

void MendIpv6(std::span<std::byte> packet) {
  const auto header = net::wire::Ipv6::Parse(packet, packet.size());
  if (!header) return;
  const std::span<std::byte> payload = packet.subspan(net::wire::kIpv6Size, header->payload_size);
  const auto chain = net::wire::WalkIpv6Chain({.next_header = header->next_header}, payload);
  if (!chain || chain->size > payload.size() || (chain->fragment && !chain->fragment->IsAtomic())) return;
  const std::span<std::byte> message = payload.subspan(chain->size);
  MendMessage(message, chain->next_header,
              net::wire::PseudoHeader(header->source, header->destination, chain->next_header,
                                      static_cast<std::uint32_t>(message.size())));
}

}  // namespace

void MendChecksums(std::span<std::byte> frame) {
  const auto ethernet = net::wire::Ethernet::Parse(frame);
  if (!ethernet || frame.size() < ethernet->size()) return;
  const std::span<std::byte> packet = frame.subspan(ethernet->size());
  if (ethernet->type == net::wire::EtherType::kIpv4) MendIpv4(packet);
  if (ethernet->type == net::wire::EtherType::kIpv6) MendIpv6(packet);
}

}  // namespace fuzz
