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

namespace net {

// Of `size` bytes of `protocol`. Both addresses are of the same version.
// The ffff of a mapped IPv4 address counts as nothing in this arithmetic, so both versions have one form.
inline wire::Checksum PseudoHeader(const IpAddress& source, const IpAddress& destination, wire::IpProtocol protocol,
                                   std::size_t size) {
  const std::uint64_t addresses =
      wire::AddWords<2>(wire::AddWords<2>(0, source.ipv6().bytes.data()), destination.ipv6().bytes.data());
  wire::Checksum sum;
  sum.AddEven((addresses & 0xffff'ffff) + (addresses >> 32));
  sum.AddWord(static_cast<std::uint16_t>(protocol));
  sum.AddLong(static_cast<std::uint32_t>(size));
  return sum;
}

// Whether a packet as IP delivers it carries its right checksum. Looks at the payload only if no device has.
inline bool HasRightChecksum(const Packet& packet, const IpAddress& source, const IpAddress& destination,
                             wire::IpProtocol protocol) {
  if (packet.info().checksum != PacketInfo::Checksum::kNone) return true;
  wire::Checksum sum = PseudoHeader(source, destination, protocol, packet.size());
  sum.AddEven(packet.Sum(0, packet.size()));
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
