// IPv6 headers and their extension headers. [RFC8200]
#ifndef ENKEL_NET_WIRE_IPV6_H_
#define ENKEL_NET_WIRE_IPV6_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/wire/address.h"
#include "net/wire/checksum.h"
#include "net/wire/ip_protocol.h"

namespace net::wire {

inline constexpr std::size_t kIpv6Size = 40;          // bytes
inline constexpr std::size_t kIpv6FragmentSize = 8;   // bytes
inline constexpr std::size_t kIpv6MinimumMtu = 1280;  // [RFC8200] 5

struct Ipv6 {
  std::uint8_t traffic_class = 0;
  std::uint32_t flow_label = 0;    // 20 bits
  std::uint16_t payload_size = 0;  // bytes after this header, extension headers included
  IpProtocol next_header = IpProtocol::kTcp;
  std::uint8_t hop_limit = 64;
  Ipv6Address source;
  Ipv6Address destination;

  // `bytes` begins with a packet of `packet_size` bytes, padding included.
  // Errors: kMalformed (too short, another version, a payload beyond the end, a source that is a group).
  static kernel::Result<Ipv6> Parse(std::span<const std::byte> bytes, std::size_t packet_size);

  // `bytes` has kIpv6Size of them.
  void Write(std::span<std::byte> bytes) const;
};

// [RFC8200] 4.5
struct Ipv6Fragment {
  IpProtocol next_header = IpProtocol::kTcp;
  std::uint16_t offset = 0;  // bytes, a multiple of 8
  bool has_more = false;
  std::uint32_t identification = 0;

  // A whole datagram in one fragment: it is taken as it is, whatever else has its identification. [RFC6946]
  bool IsAtomic() const { return offset == 0 && !has_more; }

  // Errors: kMalformed (too short).
  static kernel::Result<Ipv6Fragment> Parse(std::span<const std::byte> bytes);
  void Write(std::span<std::byte> bytes) const;
};

// What the checksums of TCP, UDP and ICMPv6 cover besides their packet. [RFC8200] 8.1
constexpr Checksum PseudoHeader(const Ipv6Address& source, const Ipv6Address& destination, IpProtocol protocol,
                                std::uint32_t size) {
  Checksum sum;
  for (const Ipv6Address* address : {&source, &destination}) {
    for (std::size_t i = 0; i < address->bytes.size(); i += 4) sum.AddLong(LoadBig<std::uint32_t>(&address->bytes[i]));
  }
  sum.AddLong(size);
  sum.AddLong(static_cast<std::uint32_t>(protocol));
  return sum;
}

}  // namespace net::wire

#endif  // ENKEL_NET_WIRE_IPV6_H_
