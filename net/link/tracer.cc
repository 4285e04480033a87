#include "net/link/tracer.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "kernel/base/text.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/address_text.h"
#include "net/wire/arp.h"
#include "net/wire/ethernet.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"
#include "net/wire/ipv6.h"
#include "net/wire/tcp.h"
#include "net/wire/udp.h"

namespace net::link {
namespace {

using kernel::TextWriter;
using wire::IpProtocol;
using Bytes = std::span<const std::byte>;

constexpr std::size_t kMostLine = 200;  // characters

void Say(const IpAddress& address, TextWriter& line) {
  std::array<char, wire::kMostAddressText> text;
  line << std::string_view(text.data(), wire::WriteAddress(address, text));
}

void Say(const MacAddress& address, TextWriter& line) {
  std::string_view separator = "";
  for (const std::byte byte : address.bytes) {
    line << separator << kernel::Digits(static_cast<std::uint8_t>(byte), 16, 2).text();
    separator = ":";
  }
}

// Ports stand behind the addresses; 0: there are none.
struct Ends {
  IpAddress source;
  IpAddress destination;
};

void Say(const Ends& ends, std::uint16_t source_port, std::uint16_t destination_port, TextWriter& line) {
  const auto say = [&](const IpAddress& address, std::uint16_t port) {
    const bool needs_brackets = port != 0 && !address.IsIpv4();
    if (needs_brackets) line << "[";
    Say(address, line);
    if (needs_brackets) line << "]";
    if (port != 0) line << ":" << port;
  };
  say(ends.source, source_port);
  line << " > ";
  say(ends.destination, destination_port);
}

void Say(wire::TcpFlags flags, TextWriter& line) {
  constexpr std::string_view kLetters = "FSRPAUEC";
  for (std::size_t i = 0; i < kLetters.size(); ++i) {
    if ((flags.bits >> i & 1) != 0) line << kLetters[i];
  }
}

void DescribeTcp(const Ends& ends, Bytes head, std::size_t size, TextWriter& line) {
  const auto header = wire::Tcp::Parse(head, size);
  if (!header) {
    Say(ends, 0, 0, line);
    line << " tcp, malformed";
    return;
  }
  Say(ends, header->source_port, header->destination_port, line);
  line << " tcp ";
  Say(header->flags, line);
  line << " seq " << header->sequence << " ack " << header->acknowledgment << " win " << header->window << ", "
       << size - header->header_size << " bytes";
}

void DescribeUdp(const Ends& ends, Bytes head, std::size_t size, TextWriter& line) {
  const auto header = wire::Udp::Parse(head, size);
  if (!header) {
    Say(ends, 0, 0, line);
    line << " udp, malformed";
    return;
  }
  Say(ends, header->source_port, header->destination_port, line);
  line << " udp, " << header->size - wire::kUdpSize << " bytes";
}

// `head` is of what IP carries, `size` bytes of it.
void DescribeTransport(const Ends& ends, IpProtocol protocol, Bytes head, std::size_t size, TextWriter& line) {
  if (protocol == IpProtocol::kTcp) return DescribeTcp(ends, head, size, line);
  if (protocol == IpProtocol::kUdp) return DescribeUdp(ends, head, size, line);
  Say(ends, 0, 0, line);
  const bool is_icmp = protocol == IpProtocol::kIcmp || protocol == IpProtocol::kIcmpv6;
  if (is_icmp && head.size() >= 2) {
    line << (protocol == IpProtocol::kIcmp ? " icmp " : " icmpv6 ") << static_cast<std::uint8_t>(head[0]) << "/"
         << static_cast<std::uint8_t>(head[1]) << ", " << size << " bytes";
    return;
  }
  line << " protocol " << static_cast<std::uint8_t>(protocol) << ", " << size << " bytes";
}

void DescribeIpv4(Bytes head, std::size_t size, TextWriter& line) {
  const auto header = wire::Ipv4::Parse(head, size);
  if (!header) {
    line << "ipv4, malformed";
    return;
  }
  const Ends ends = {header->source, header->destination};
  if (header->IsFragment()) {
    Say(ends, 0, 0, line);
    line << " fragment of " << header->identification << " at " << header->fragment_offset << ", "
         << header->payload_size() << " bytes";
    return;
  }
  const Bytes rest = head.subspan(std::min<std::size_t>(header->header_size, head.size()));
  DescribeTransport(ends, header->protocol, rest, header->payload_size(), line);
}

void DescribeIpv6(Bytes head, std::size_t size, TextWriter& line) {
  const auto header = wire::Ipv6::Parse(head, size);
  if (!header) {
    line << "ipv6, malformed";
    return;
  }
  DescribeTransport({header->source, header->destination}, header->next_header, head.subspan(wire::kIpv6Size),
                    header->payload_size, line);
}

void DescribeArp(Bytes head, TextWriter& line) {
  const auto arp = wire::Arp::Parse(head);
  if (!arp) {
    line << "arp, malformed";
    return;
  }
  if (arp->operation == wire::Arp::Operation::kRequest) {
    line << "arp who has ";
    Say(arp->target, line);
    line << ", asks ";
    Say(arp->sender, line);
    return;
  }
  line << "arp ";
  Say(arp->sender, line);
  line << " is at ";
  Say(arp->sender_mac, line);
}

}  // namespace

void DescribeFrame(Bytes head, std::size_t size, TextWriter& line) {
  const auto ethernet = wire::Ethernet::Parse(head);
  if (!ethernet) {
    line << "no Ethernet, " << size << " bytes";
    return;
  }
  if (ethernet->vlan) line << "vlan " << *ethernet->vlan << " ";
  const Bytes rest = head.subspan(ethernet->size());
  const std::size_t rest_size = size - ethernet->size();
  switch (ethernet->type) {
    case wire::EtherType::kIpv4:
      return DescribeIpv4(rest, rest_size, line);
    case wire::EtherType::kIpv6:
      return DescribeIpv6(rest, rest_size, line);
    case wire::EtherType::kArp:
      return DescribeArp(rest, line);
    default:
      break;
  }
  Say(ethernet->source, line);
  line << " > ";
  Say(ethernet->destination, line);
  line << " type " << kernel::Hex(static_cast<std::uint16_t>(ethernet->type)) << ", " << rest_size << " bytes";
}

void Tracer::Trace(char direction, const Packet& packet) {
  std::array<std::byte, kMostTraced> head;
  const std::size_t count = packet.CopyTo(0, head);
  std::array<char, kMostLine> text;
  TextWriter line(text);
  line << direction << " " << now_ << " ";
  DescribeFrame(std::span(head).first(count), packet.size(), line);
  sink_.Write(line.text());
}

std::size_t Tracer::Receive(std::uint16_t queue, std::span<Packet> packets) {
  const std::size_t count = device().Receive(queue, packets);
  for (const Packet& packet : packets.first(count)) Trace('<', packet);
  return count;
}

bool Tracer::Transmit(std::uint16_t queue, Packet packet) {
  Trace('>', packet);
  return device().Transmit(queue, std::move(packet));
}

}  // namespace net::link
