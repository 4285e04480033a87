// Frames of a script, made byte by byte so that each can be wrong in its own way, and what came back in a few words.
#ifndef ENKEL_TESTING_AGAINST_LINUX_FRAMES_H_
#define ENKEL_TESTING_AGAINST_LINUX_FRAMES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace against_linux {

// Bytes of a frame or a part of one. A string: they are put together, cut and compared.
using Bytes = std::string;

Bytes Word(std::uint32_t value);  // 16 bits, big endian
Bytes Long(std::uint32_t value);  // 32 bits
Bytes Hex(std::string_view digits);

inline constexpr std::uint16_t kIpv4 = 0x0800;
inline constexpr std::uint16_t kArp = 0x0806;
inline constexpr std::uint16_t kIpv6 = 0x86dd;

// The script is host 2 of the network 10.0.0.0/24, fd00::/64; the subject is host 1.
Bytes MacOf(int host);
Bytes Ipv4Of(int host);
Bytes Ipv6Of(int host);
Bytes SolicitedNodeOf(int host);  // the group

// One's complement, over bytes padded to an even number.
std::uint16_t ChecksumOf(const Bytes& bytes);

Bytes Frame(const Bytes& destination, std::uint16_t type, const Bytes& payload, const Bytes& source = MacOf(2));

struct Ipv4Fields {
  std::uint8_t protocol = 6;
  std::uint8_t version = 4;
  std::optional<std::uint8_t> header_words = {};  // as it stands, where it is not the truth
  std::optional<std::uint16_t> size = {};
  std::uint16_t identification = 1;
  std::uint16_t fragment = 0;  // flags and offset, as it stands
  std::uint8_t time_to_live = 64;
  std::uint16_t checksum_error = 0;
  Bytes source = Ipv4Of(2);
  Bytes destination = Ipv4Of(1);
  Bytes options = {};
};
Bytes Ipv4(const Bytes& payload, const Ipv4Fields& fields);

struct Ipv6Fields {
  std::uint8_t next = 6;
  std::optional<std::uint16_t> size = {};
  std::uint8_t hop_limit = 64;
  Bytes source = Ipv6Of(2);
  Bytes destination = Ipv6Of(1);
};
Bytes Ipv6(const Bytes& payload, const Ipv6Fields& fields);

// Transports with their checksums, `source` and `destination` being addresses of either version.
struct TcpFields {
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgment = 0;
  std::uint8_t flags = 0;
  std::uint16_t window = 65535;
  std::uint16_t urgent = 0;
  std::optional<std::uint8_t> header_words = {};
  Bytes options = {};
};
Bytes Tcp(const TcpFields& fields, const Bytes& data, const Bytes& source, const Bytes& destination);

struct UdpFields {
  std::uint16_t source_port = 4000;
  std::uint16_t destination_port = 9;
  std::optional<std::uint16_t> size = {};
  std::optional<std::uint16_t> checksum = {};
};
Bytes Udp(const UdpFields& fields, const Bytes& data, const Bytes& source, const Bytes& destination);

Bytes Icmp(std::uint8_t type, std::uint8_t code, const Bytes& rest);
Bytes Icmpv6(std::uint8_t type, std::uint8_t code, const Bytes& rest, const Bytes& source = Ipv6Of(2),
             const Bytes& destination = Ipv6Of(1));

// A TCP segment that the subject sent.
struct Segment {
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgment = 0;
  std::uint8_t flags = 0;
  std::uint16_t window = 0;
  std::size_t text = 0;  // bytes
};
std::optional<Segment> SegmentIn(const Bytes& frame);

// The answer that a frame asks of the script as a host: to ARP and to neighbour discovery for its addresses. Empty:
// none.
Bytes AnswerOfNeighbor(const Bytes& frame);

// "ICMP 3/1", "TCP RA", "echo of 56", ...; empty for what every host says by itself.
std::string Describe(const Bytes& frame);

}  // namespace against_linux

#endif  // ENKEL_TESTING_AGAINST_LINUX_FRAMES_H_
