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

 private:
  static kernel::Result<Ipv4> ParseSlowly(std::span<const std::byte> bytes, std::size_t packet_size);
};

// What a header without options adds up to; 0xffff if its checksum is right. `header` has kIpv4Size bytes.
inline std::uint16_t SumIpv4Header(const std::byte* header) {
  std::uint64_t words[2];
  std::uint32_t last;
  __builtin_memcpy(words, header, sizeof(words));
  __builtin_memcpy(&last, header + sizeof(words), sizeof(last));
  Checksum sum;
  sum.AddEven((words[0] & 0xffff'ffff) + (words[0] >> 32) + (words[1] & 0xffff'ffff) + (words[1] >> 32) + last);
  return sum.Sum();
}

// Nearly all packets are whole and have no options.
inline kernel::Result<Ipv4> Ipv4::Parse(std::span<const std::byte> bytes, std::size_t packet_size) {
  constexpr std::uint16_t kMustNotFragment = 0x4000;
  constexpr std::byte kUsual{0x45};  // the version, and a header of 20 bytes
  if (bytes.size() < kIpv4Size) return kernel::Fail(kernel::Error::kMalformed);
  const std::byte* const at = bytes.data();
  const auto fragment = LoadBig<std::uint16_t>(at + 6);
  if (at[0] != kUsual || (fragment & ~kMustNotFragment) != 0) [[unlikely]] {
    // Copied, so that the usual one can stay in registers.
    const kernel::Result<Ipv4> unusual = ParseSlowly(bytes, packet_size);
    if (!unusual) return kernel::Fail(unusual.error());
    return Ipv4(*unusual);
  }
  const auto total_size = LoadBig<std::uint16_t>(at + 2);
  if (total_size < kIpv4Size || total_size > packet_size || SumIpv4Header(at) != 0xffff) {
    return kernel::Fail(kernel::Error::kMalformed);
  }
  return Ipv4{.traffic_class = static_cast<std::uint8_t>(at[1]),
              .total_size = total_size,
              .identification = LoadBig<std::uint16_t>(at + 4),
              .must_not_fragment = fragment != 0,
              .time_to_live = static_cast<std::uint8_t>(at[8]),
              .protocol = static_cast<IpProtocol>(at[9]),
              .source = Ipv4Address::Load(at + 12),
              .destination = Ipv4Address::Load(at + 16)};
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
