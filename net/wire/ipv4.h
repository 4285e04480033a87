// IPv4 headers. [RFC791] 3.1
#ifndef ENKEL_NET_WIRE_IPV4_H_
#define ENKEL_NET_WIRE_IPV4_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/wire/address.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"
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

  // What nearly all headers are: right, without options, of a whole packet. `header` has kIpv4Size bytes. LoadUsual is
  // what Parse makes of one.
  static bool IsUsual(const std::byte* header, std::size_t packet_size);
  static Ipv4 LoadUsual(const std::byte* header);

  friend bool operator==(const Ipv4&, const Ipv4&) = default;
};

// What a header without options adds up to; 0xffff if its checksum is right. `header` has kIpv4Size bytes.
inline std::uint16_t SumIpv4Header(const std::byte* header) {
  std::uint32_t last;
  __builtin_memcpy(&last, header + 16, sizeof(last));
  Checksum sum;
  sum.AddEven(AddWords<2>(last, header));
  return sum.Sum();
}

inline bool Ipv4::IsUsual(const std::byte* header, std::size_t packet_size) {
  constexpr std::byte kUsual{0x45};  // the version, and a header of 20 bytes
  constexpr std::uint16_t kMustNotFragment = 0x4000;
  const auto total_size = LoadBig<std::uint16_t>(header + 2);
  return header[0] == kUsual && (LoadBig<std::uint16_t>(header + 6) & ~kMustNotFragment) == 0 &&
         total_size >= kIpv4Size && total_size <= packet_size && SumIpv4Header(header) == 0xffff;
}

inline Ipv4 Ipv4::LoadUsual(const std::byte* header) {
  return {.traffic_class = static_cast<std::uint8_t>(header[1]),
          .total_size = LoadBig<std::uint16_t>(header + 2),
          .identification = LoadBig<std::uint16_t>(header + 4),
          .must_not_fragment = header[6] != std::byte{0},
          .time_to_live = static_cast<std::uint8_t>(header[8]),
          .protocol = static_cast<IpProtocol>(header[9]),
          .source = Ipv4Address::Load(header + 12),
          .destination = Ipv4Address::Load(header + 16)};
}

inline void Ipv4::Write(std::span<std::byte> bytes) const {
  std::byte* const to = bytes.first(kIpv4Size).data();
  const auto flags = static_cast<std::uint16_t>((must_not_fragment ? 0x4000 : 0) | (has_more_fragments ? 0x2000 : 0));
  StoreBig(to, std::uint64_t{0x45} << 56 | std::uint64_t{traffic_class} << 48 | std::uint64_t{total_size} << 32 |
                   std::uint32_t{identification} << 16 | flags | fragment_offset / 8);
  StoreBig(to + 8,
           std::uint64_t{time_to_live} << 56 | std::uint64_t{static_cast<std::uint8_t>(protocol)} << 48 | source.value);
  StoreBig(to + 16, destination.value);
  StoreBig(to + 10, static_cast<std::uint16_t>(~SumIpv4Header(to)));
}

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
