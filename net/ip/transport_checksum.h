// The checksum that TCP and UDP share, over packets of either version of IP.
#ifndef ENKEL_NET_IP_TRANSPORT_CHECKSUM_H_
#define ENKEL_NET_IP_TRANSPORT_CHECKSUM_H_

#include <cstddef>
#include <cstdint>

#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"
#include "net/wire/ipv6.h"

namespace net {

// Of `size` bytes of `protocol`. Both addresses are of the same version.
constexpr wire::Checksum PseudoHeader(const IpAddress& source, const IpAddress& destination, wire::IpProtocol protocol,
                                      std::size_t size) {
  if (destination.IsIpv4()) {
    return wire::PseudoHeader(source.ipv4(), destination.ipv4(), protocol, static_cast<std::uint16_t>(size));
  }
  return wire::PseudoHeader(source.ipv6(), destination.ipv6(), protocol, static_cast<std::uint32_t>(size));
}

// Whether a packet as IP delivers it carries its right checksum. Looks at the payload only if no device has.
inline bool HasRightChecksum(const Packet& packet, const IpAddress& source, const IpAddress& destination,
                             wire::IpProtocol protocol) {
  if (packet.info().checksum != PacketInfo::Checksum::kNone) return true;
  wire::Checksum sum = PseudoHeader(source, destination, protocol, packet.size());
  sum.AddSum(packet.Sum(0, packet.size()), packet.size());
  return sum.Sum() == 0xffff;
}

// Leaves the checksum of a packet that begins with the transport's header, and is whole, to the layers below, who leave
// it to the device where they can. `field` is its place, bytes from the front, in the packet's header part.
inline void LeaveChecksum(Packet& packet, const IpAddress& source, const IpAddress& destination,
                          wire::IpProtocol protocol, std::size_t field) {
  wire::StoreBig(&packet.header()[field], PseudoHeader(source, destination, protocol, packet.size()).Sum());
  PacketInfo& info = packet.info();
  info.checksum = PacketInfo::Checksum::kPartial;
  info.checksum_start = 0;
  info.checksum_field = static_cast<std::uint16_t>(field);
}

}  // namespace net

#endif  // ENKEL_NET_IP_TRANSPORT_CHECKSUM_H_
