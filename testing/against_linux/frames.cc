#include "testing/against_linux/frames.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace against_linux {
namespace {

constexpr std::size_t kEthernetSize = 14;
constexpr std::size_t kIpv6Size = 40;

std::uint8_t ByteAt(const Bytes& bytes, std::size_t at) {
  return at < bytes.size() ? static_cast<std::uint8_t>(bytes[at]) : 0;
}
std::uint32_t WordAt(const Bytes& bytes, std::size_t at) { return ByteAt(bytes, at) * 256u + ByteAt(bytes, at + 1); }
std::uint32_t LongAt(const Bytes& bytes, std::size_t at) { return WordAt(bytes, at) << 16 | WordAt(bytes, at + 2); }

Bytes Byte(std::uint32_t value) { return Bytes(1, static_cast<char>(value)); }

void PutWord(Bytes& bytes, std::size_t at, std::uint16_t value) { bytes.replace(at, 2, Word(value)); }

Bytes PseudoHeader(const Bytes& source, const Bytes& destination, std::uint8_t protocol, std::size_t size) {
  return source + destination + Long(static_cast<std::uint32_t>(size)) + Long(protocol);
}

struct Ip {
  std::uint8_t protocol;
  Bytes payload;
  bool is_fragment;
};

std::optional<Ip> IpIn(const Bytes& frame) {
  const Bytes packet = frame.substr(kEthernetSize);
  if (WordAt(frame, 12) == kIpv4 && packet.size() >= 20) {
    const std::size_t header = (ByteAt(packet, 0) & 15u) * 4;
    const std::size_t size = WordAt(packet, 2);
    if (size < header || size > packet.size()) return {};
    return Ip{ByteAt(packet, 9), packet.substr(header, size - header), (WordAt(packet, 6) & 0x3fff) != 0};
  }
  if (WordAt(frame, 12) == kIpv6 && packet.size() >= kIpv6Size) {
    return Ip{ByteAt(packet, 6), packet.substr(kIpv6Size, WordAt(packet, 4)), ByteAt(packet, 6) == 44};
  }
  return {};
}

std::string CodeOf(const char* name, const Bytes& message) {
  return std::string(name) + " " + std::to_string(ByteAt(message, 0)) + "/" + std::to_string(ByteAt(message, 1));
}

std::string DescribeIcmp(const Bytes& message) {
  if (ByteAt(message, 0) == 0) return "echo of " + std::to_string(message.size() - 8);
  if (ByteAt(message, 0) == 12) return CodeOf("ICMP", message) + " at " + std::to_string(ByteAt(message, 4));
  return CodeOf("ICMP", message);
}

std::string DescribeIcmpv6(const Bytes& message) {
  const std::uint8_t type = ByteAt(message, 0);
  if (type == 129) return "echo of " + std::to_string(message.size() - 8);
  if (type == 4) return CodeOf("ICMPv6", message) + " at " + std::to_string(LongAt(message, 4));
  if (type == 135) return "";
  if (type == 136) return "advertisement";
  return CodeOf("ICMPv6", message);
}

}  // namespace

Bytes Word(std::uint32_t value) { return Byte(value >> 8) + Byte(value); }
Bytes Long(std::uint32_t value) { return Word(value >> 16) + Word(value); }

Bytes Hex(std::string_view digits) {
  Bytes bytes;
  std::string pair;
  for (const char digit : digits) {
    if (digit == ' ') continue;
    pair += digit;
    if (pair.size() < 2) continue;
    bytes += Byte(static_cast<std::uint32_t>(std::stoul(pair, nullptr, 16)));
    pair.clear();
  }
  return bytes;
}

Bytes MacOf(int host) { return Hex("020000000000").substr(0, 5) + Byte(static_cast<std::uint32_t>(host)); }
Bytes Ipv4Of(int host) { return Hex("0a0000") + Byte(static_cast<std::uint32_t>(host)); }
Bytes Ipv6Of(int host) { return Hex("fd00000000000000 00000000000000") + Byte(static_cast<std::uint32_t>(host)); }
Bytes SolicitedNodeOf(int host) {
  return Hex("ff02000000000000 00000001ff0000") + Byte(static_cast<std::uint32_t>(host));
}

std::uint16_t ChecksumOf(const Bytes& bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) sum += WordAt(bytes, i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

Bytes Frame(const Bytes& destination, std::uint16_t type, const Bytes& payload, const Bytes& source) {
  Bytes frame = destination + source + Word(type) + payload;
  if (frame.size() < 60) frame.resize(60);
  return frame;
}

Bytes Ipv4(const Bytes& payload, const Ipv4Fields& fields) {
  const std::size_t header_size = 20 + fields.options.size();
  Bytes header = Byte(fields.version * 16u + fields.header_words.value_or(static_cast<std::uint8_t>(header_size / 4))) +
                 Byte(0) + Word(fields.size.value_or(static_cast<std::uint16_t>(header_size + payload.size()))) +
                 Word(fields.identification) + Word(fields.fragment) + Byte(fields.time_to_live) +
                 Byte(fields.protocol) + Word(0) + fields.source + fields.destination + fields.options;
  PutWord(header, 10, static_cast<std::uint16_t>(ChecksumOf(header) + fields.checksum_error));
  return header + payload;
}

Bytes Ipv6(const Bytes& payload, const Ipv6Fields& fields) {
  return Long(6u << 28) + Word(fields.size.value_or(static_cast<std::uint16_t>(payload.size()))) + Byte(fields.next) +
         Byte(fields.hop_limit) + fields.source + fields.destination + payload;
}

Bytes Tcp(const TcpFields& fields, const Bytes& data, const Bytes& source, const Bytes& destination) {
  const std::uint32_t words = fields.header_words.value_or(static_cast<std::uint8_t>(5 + fields.options.size() / 4));
  Bytes segment = Word(fields.source_port) + Word(fields.destination_port) + Long(fields.sequence) +
                  Long(fields.acknowledgment) + Byte(words * 16) + Byte(fields.flags) + Word(fields.window) + Word(0) +
                  Word(fields.urgent) + fields.options + data;
  PutWord(segment, 16, ChecksumOf(PseudoHeader(source, destination, 6, segment.size()) + segment));
  return segment;
}

Bytes Udp(const UdpFields& fields, const Bytes& data, const Bytes& source, const Bytes& destination) {
  Bytes datagram = Word(fields.source_port) + Word(fields.destination_port) +
                   Word(fields.size.value_or(static_cast<std::uint16_t>(8 + data.size()))) + Word(0) + data;
  const std::uint16_t sum = ChecksumOf(PseudoHeader(source, destination, 17, datagram.size()) + datagram);
  PutWord(datagram, 6, fields.checksum.value_or(sum == 0 ? 0xffff : sum));
  return datagram;
}

Bytes Icmp(std::uint8_t type, std::uint8_t code, const Bytes& rest) {
  Bytes message = Byte(type) + Byte(code) + Word(0) + rest;
  PutWord(message, 2, ChecksumOf(message));
  return message;
}

Bytes Icmpv6(std::uint8_t type, std::uint8_t code, const Bytes& rest, const Bytes& source, const Bytes& destination) {
  Bytes message = Byte(type) + Byte(code) + Word(0) + rest;
  PutWord(message, 2, ChecksumOf(PseudoHeader(source, destination, 58, message.size()) + message));
  return message;
}

std::optional<Segment> SegmentIn(const Bytes& frame) {
  const auto ip = IpIn(frame);
  if (!ip || ip->protocol != 6 || ip->payload.size() < 20) return {};
  const Bytes& tcp = ip->payload;
  return Segment{.source_port = static_cast<std::uint16_t>(WordAt(tcp, 0)),
                 .destination_port = static_cast<std::uint16_t>(WordAt(tcp, 2)),
                 .sequence = LongAt(tcp, 4),
                 .acknowledgment = LongAt(tcp, 8),
                 .flags = ByteAt(tcp, 13),
                 .window = static_cast<std::uint16_t>(WordAt(tcp, 14)),
                 .text = tcp.size() - (ByteAt(tcp, 12) >> 4) * 4u};
}

Bytes AnswerOfNeighbor(const Bytes& frame) {
  const Bytes asker = frame.substr(6, 6);
  if (WordAt(frame, 12) == kArp) {
    const bool is_for_us = WordAt(frame, 20) == 1 && frame.substr(38, 4) == Ipv4Of(2);
    if (!is_for_us) return {};
    return Frame(asker, kArp,
                 Hex("00010800 06040002") + MacOf(2) + Ipv4Of(2) + frame.substr(22, 6) + frame.substr(28, 4));
  }
  const bool is_solicitation = WordAt(frame, 12) == kIpv6 && ByteAt(frame, 20) == 58 && ByteAt(frame, 54) == 135;
  if (!is_solicitation || frame.substr(62, 16) != Ipv6Of(2)) return {};
  const Bytes to = frame.substr(22, 16);
  const Bytes message = Icmpv6(136, 0, Long(0x6000'0000) + Ipv6Of(2) + Hex("0201") + MacOf(2), Ipv6Of(2), to);
  return Frame(asker, kIpv6, Ipv6(message, {.next = 58, .hop_limit = 255, .destination = to}));
}

std::string Describe(const Bytes& frame) {
  if (frame.substr(0, 6) != MacOf(2)) return "";
  if (WordAt(frame, 12) == kArp) return WordAt(frame, 20) == 2 ? "ARP reply" : "";
  const auto ip = IpIn(frame);
  if (!ip) return "something";
  if (ip->is_fragment) return "fragment";
  if (ip->protocol == 1) return DescribeIcmp(ip->payload);
  if (ip->protocol == 58) return DescribeIcmpv6(ip->payload);
  if (ip->protocol == 17) return "UDP";
  if (const auto segment = SegmentIn(frame)) {
    std::string text = "TCP ";
    for (const auto& [bit, letter] : {std::pair{0x01, 'F'}, {0x02, 'S'}, {0x04, 'R'}, {0x10, 'A'}}) {
      if ((segment->flags & bit) != 0) text += letter;
    }
    return text;
  }
  return "protocol " + std::to_string(ip->protocol);
}

}  // namespace against_linux
