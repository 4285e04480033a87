// IPv4 headers. [RFC791] 3.1
#ifndef ENKEL_NET_WIRE_IPV4_H_
#define ENKEL_NET_WIRE_IPV4_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/wire/address.h"
#include "net/wire/checksum.h"
#include "net/wire/ip_protocol.h"

namespace net::wire {

inline constexpr std::size_t kIpv4Size = 20;      // bytes of a header without options
inline constexpr std::size_t kMostIpv4Size = 60;  // with all that fit

struct Ipv4 {
  std::uint8_t header_size = kIpv4Size;  // bytes, a multiple of 4
  std::uint8_t traffic_class = 0;        // DSCP in the upper six bits, ECN in the lower two. [RFC2474], [RFC3168]
  std::uint16_t total_size = 0;          // bytes of header and payload
  std::uint16_t identification = 0;
  bool must_not_fragment = false;
  bool has_more_fragments = false;
  std::uint16_t fragment_offset = 0;  // bytes, a multiple of 8
  std::uint8_t time_to_live = 64;
  IpProtocol protocol = IpProtocol::kTcp;
  Ipv4Address source = {};
  Ipv4Address destination = {};

  bool IsFragment() const { return has_more_fragments || fragment_offset != 0; }
  std::uint16_t payload_size() const { return static_cast<std::uint16_t>(total_size - header_size); }

  // `bytes` begins with a packet of `packet_size` bytes, padding included; all of its header is in `bytes`, or there
  // are kMostIpv4Size of them. The checksum is checked. Errors: kMalformed (too short, another version, sizes that
  // contradict each other, wrong checksum, a fragment that would end beyond 65,535 or is not a multiple of 8 bytes long
  // and not the last).
  static kernel::Result<Ipv4> Parse(std::span<const std::byte> bytes, std::size_t packet_size);

  // The same for a header that an ICMP message quotes: its packet is cut off, and a router may have left its checksum
  // wrong, so neither is looked at. Errors: kMalformed.
  static kernel::Result<Ipv4> ParseQuoted(std::span<const std::byte> bytes);

  // Writes a header of kIpv4Size bytes, checksum included. `bytes` has so many.
  void Write(std::span<std::byte> bytes) const;
};

// What the checksums of TCP and UDP cover besides their packet. [RFC9293] 3.1
constexpr Checksum PseudoHeader(Ipv4Address source, Ipv4Address destination, IpProtocol protocol, std::uint16_t size) {
  Checksum sum;
  sum.AddLong(source.value);
  sum.AddLong(destination.value);
  sum.AddWord(static_cast<std::uint16_t>(protocol));
  sum.AddWord(size);
  return sum;
}

}  // namespace net::wire

#endif  // ENKEL_NET_WIRE_IPV4_H_
