#include "net/icmp/icmp.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "net/context.h"
#include "net/ip/ip.h"
#include "net/ipv4/error_reporter.h"
#include "net/ipv4/ipv4.h"
#include "net/packet/packet.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/ethernet.h"
#include "net/wire/icmp.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"

namespace net::icmp {
namespace {

using ipv4::ErrorKind;
using wire::IcmpType;
using wire::IcmpUnreachable;

constexpr std::size_t kQuotedTransport = 8;  // bytes of a transport's header that every message quotes

// The most that a message quotes: with its own headers 576 bytes, which every host takes. [RFC1812] 4.3.2.3
constexpr std::size_t kMostQuoted = 576 - wire::kIpv4Size - wire::kIcmpSize;

bool HasRightChecksum(const Packet& packet) {
  if (packet.info().checksum != PacketInfo::Checksum::kNone) return true;
  wire::Checksum sum;
  sum.AddSum(packet.Sum(0, packet.size()), packet.size());
  return sum.Sum() == 0xffff;
}

// What an error message says about a packet of ours; nothing: not an error that concerns anybody.
std::optional<IpError::Kind> KindOf(const wire::Icmp& header) {
  if (header.type == IcmpType::kTimeExceeded) return IpError::Kind::kTimeExceeded;
  if (header.type == IcmpType::kParameterProblem) return IpError::Kind::kParameterProblem;
  if (header.type != IcmpType::kUnreachable) return std::nullopt;
  switch (static_cast<IcmpUnreachable>(header.code)) {
    case IcmpUnreachable::kProtocol:
      return IpError::Kind::kProtocolUnreachable;
    case IcmpUnreachable::kPort:
      return IpError::Kind::kPortUnreachable;
    case IcmpUnreachable::kMustFragment:
      return IpError::Kind::kTooBig;
    case IcmpUnreachable::kNetwork:
    case IcmpUnreachable::kNetworkUnknown:
      return IpError::Kind::kNetworkUnreachable;
    case IcmpUnreachable::kNetworkProhibited:
    case IcmpUnreachable::kHostProhibited:
    case IcmpUnreachable::kProhibited:
      return IpError::Kind::kProhibited;
    default:
      return IpError::Kind::kHostUnreachable;
  }
}

wire::Icmp MessageFor(ErrorKind kind, std::uint32_t value) {
  const auto unreachable = [&](IcmpUnreachable code, std::uint32_t rest = 0) {
    return wire::Icmp{.type = IcmpType::kUnreachable, .code = static_cast<std::uint8_t>(code), .rest = rest};
  };
  switch (kind) {
    case ErrorKind::kNetworkUnreachable:
      return unreachable(IcmpUnreachable::kNetwork);
    case ErrorKind::kHostUnreachable:
      return unreachable(IcmpUnreachable::kHost);
    case ErrorKind::kProtocolUnreachable:
      return unreachable(IcmpUnreachable::kProtocol);
    case ErrorKind::kPortUnreachable:
      return unreachable(IcmpUnreachable::kPort);
    case ErrorKind::kMustFragment:
      return unreachable(IcmpUnreachable::kMustFragment, value);  // [RFC1191] 4
    case ErrorKind::kProhibited:
      return unreachable(IcmpUnreachable::kProhibited);
    case ErrorKind::kHopsExceeded:
      return {.type = IcmpType::kTimeExceeded, .code = wire::kIcmpHops};
    case ErrorKind::kReassemblyExceeded:
      return {.type = IcmpType::kTimeExceeded, .code = wire::kIcmpReassembly};
    case ErrorKind::kParameterProblem:
      return {.type = IcmpType::kParameterProblem, .rest = value << 24};
  }
  return unreachable(IcmpUnreachable::kHost);
}

// Puts a header before a message and leaves the sum over both to whoever can compute it.
void PrependHeader(Packet& packet, const wire::Icmp& header) {
  header.Write(packet.Prepend(wire::kIcmpSize));
  packet.info() = {.checksum = PacketInfo::Checksum::kPartial, .checksum_field = wire::kIcmpChecksumPlace};
}

}  // namespace

Icmp::Icmp(Context& context, ipv4::Ipv4& ipv4) : context_(context), ipv4_(ipv4), limiter_(context.random()) {
  ipv4_.Register(wire::IpProtocol::kIcmp, *this);
  ipv4_.UseErrorReporter(*this);
}

std::uint16_t Icmp::Add(EchoListener& listener) {
  const auto is_taken = [&](std::uint16_t identifier) {
    const EchoListener* other = listeners_;
    while (other != nullptr && other->identifier_ != identifier) other = other->next_;
    return other != nullptr;
  };
  do {
    listener.identifier_ = static_cast<std::uint16_t>(context_.random().Next());
  } while (is_taken(listener.identifier_));
  listener.next_ = std::exchange(listeners_, &listener);
  return listener.identifier_;
}

void Icmp::Remove(EchoListener& listener) {
  for (EchoListener** place = &listeners_; *place != nullptr; place = &(*place)->next_) {
    if (*place != &listener) continue;
    *place = std::exchange(listener.next_, nullptr);
    return;
  }
}

Transport::Verdict Icmp::Receive(Packet& packet, const IpReceived& received) {
  ++counters_.received;
  const auto header = wire::Icmp::Parse(packet.Peek(wire::kIcmpSize));
  if (!header) {
    ++counters_.malformed;
  } else if (!HasRightChecksum(packet)) {
    ++counters_.wrong_checksum;
  } else if (header->type == IcmpType::kEcho) {
    ReceiveEcho(packet, *header, received);
  } else if (header->type == IcmpType::kEchoReply) {
    ReceiveEchoReply(packet, *header, received);
  } else if (KindOf(*header)) {
    ReceiveError(packet, *header, received);
  } else {
    ++counters_.unknown;
  }
  return Verdict::kDone;
}

// The payload goes back in the buffers that it came in. Who asks everybody gets no answer: that would make a flood of
// one packet. [RFC1122] 3.2.2.6
void Icmp::ReceiveEcho(Packet& packet, const wire::Icmp& header, const IpReceived& received) {
  if (received.is_group || header.code != 0) {
    ++counters_.echoes_ignored;
    return;
  }
  const bool was_summed = packet.info().checksum != PacketInfo::Checksum::kPartial;
  packet.DropFront(wire::kIcmpSize);
  wire::Icmp reply = header;
  reply.type = IcmpType::kEchoReply;
  reply.checksum = 0;
  PrependHeader(packet, reply);
  if (was_summed) {
    // Only the type changed. [RFC1624]
    constexpr auto kEchoWord = static_cast<std::uint16_t>(static_cast<std::uint16_t>(IcmpType::kEcho) << 8);
    wire::StoreBig(&packet.header()[wire::kIcmpChecksumPlace], wire::UpdateChecksum(header.checksum, kEchoWord, 0));
    packet.info().checksum = PacketInfo::Checksum::kNone;
  }
  const auto sent = ipv4_.Send(std::move(packet), {.source = received.destination,
                                                   .destination = received.source,
                                                   .protocol = wire::IpProtocol::kIcmp,
                                                   .traffic_class = received.traffic_class});
  ++(sent ? counters_.echoes : counters_.echoes_ignored);
}

void Icmp::ReceiveEchoReply(Packet& packet, const wire::Icmp& header, const IpReceived& received) {
  for (EchoListener* listener = listeners_; listener != nullptr; listener = listener->next_) {
    if (listener->identifier_ != header.identifier()) continue;
    ++counters_.replies;
    packet.DropFront(wire::kIcmpSize);
    listener->OnEchoReply(packet, header.sequence(), received);
    return;
  }
  ++counters_.unknown;
}

// Believed only as far as this: the quoted packet has an address of ours as its source. Whether it was ever sent, its
// transport knows. [RFC5927] 4.1
void Icmp::ReceiveError(Packet& packet, const wire::Icmp& header, const IpReceived& received) {
  packet.DropFront(wire::kIcmpSize);
  std::span<const std::byte> quoted = packet.Peek(wire::kIpv4Size);
  if (!quoted.empty()) {
    const std::size_t header_size = 4 * (static_cast<std::size_t>(quoted[0]) & 0xf);
    quoted = packet.Peek(header_size + kQuotedTransport);
  }
  const auto about = wire::Ipv4::ParseQuoted(quoted);
  if (!about) {
    ++counters_.malformed;
    return;
  }
  Transport* const transport = ipv4_.FindTransport(about->protocol);
  if (received.is_group || about->fragment_offset != 0 || transport == nullptr || transport == this ||
      !ipv4_.IsOurs(about->source)) {
    ++counters_.errors_ignored;
    return;
  }
  ++counters_.errors;
  const IpError error = {.kind = *KindOf(header),
                         .source = about->source,
                         .destination = about->destination,
                         .reporter = received.source,
                         .mtu = *KindOf(header) == IpError::Kind::kTooBig ? header.rest & 0xffff : 0};
  transport->OnError(error, quoted.subspan(about->header_size));
}

// [RFC1122] 3.2.2: never about an error, to more than one host, or for a later fragment.
bool Icmp::MayReport(Packet& packet, const wire::Ipv4& header) {
  // What we sent to ourselves may have loopback addresses.
  const bool is_our_own = ipv4_.IsOurs(header.source) && ipv4_.IsOurs(header.destination);
  if (!is_our_own && (!header.source.IsHost() || !header.destination.IsHost())) return false;
  if (header.fragment_offset != 0) return false;
  if (header.protocol != wire::IpProtocol::kIcmp) return true;
  const std::span<const std::byte> bytes = packet.Peek(header.header_size + std::size_t{1});
  return !bytes.empty() && !wire::Icmp{.type = static_cast<IcmpType>(bytes.back())}.IsError();
}

void Icmp::Report(ErrorKind kind, std::uint32_t value, Packet packet) {
  std::span<const std::byte> bytes = packet.Peek(wire::kIpv4Size);
  if (bytes.empty()) return;
  const std::size_t header_size = 4 * (static_cast<std::size_t>(bytes[0]) & 0xf);
  bytes = packet.Peek(header_size);
  const auto header = wire::Ipv4::ParseQuoted(bytes);
  if (!header || !MayReport(packet, *header)) {
    ++counters_.forbidden_errors;
    return;
  }
  if (!limiter_.Take(context_.now())) {
    ++counters_.limited_errors;
    return;
  }
  // What the message quotes keeps its buffers; the header part is copied before them.
  const std::size_t front_size = packet.header().size();
  if (front_size + wire::kIcmpSize + wire::kIpv4Size + wire::kTaggedEthernetSize > kHeadroom) return;
  std::array<std::byte, kHeadroom> front;
  std::ranges::copy(packet.header(), front.begin());
  const std::size_t quoted = std::min(packet.size(), kMostQuoted);
  Packet message = packet.CloneOf(front_size, quoted - std::min(quoted, front_size));
  if (!message) return;
  std::ranges::copy(std::span(front).first(front_size), message.Prepend(front_size).begin());
  PrependHeader(message, MessageFor(kind, value));
  // From the address that the packet was for, if it is ours: whoever sent it knows that one.
  const IpAddress destination = header->destination;
  const auto sent = ipv4_.Send(std::move(message), {.source = ipv4_.IsOurs(destination) ? destination : IpAddress(),
                                                    .destination = header->source,
                                                    .protocol = wire::IpProtocol::kIcmp,
                                                    .traffic_class = 0xc0});  // [RFC1812] 4.3.2.5
  if (sent) ++counters_.sent_errors;
}

}  // namespace net::icmp
