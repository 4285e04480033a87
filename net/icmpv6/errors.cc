// Errors, those that we report and those that others do. [RFC4443] 2.4, 3
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "kernel/base/result.h"
#include "net/icmpv6/icmpv6.h"
#include "net/ip/ip.h"
#include "net/ipv6/ipv6.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/wire/icmpv6.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv6.h"
#include "net/wire/ipv6_extensions.h"

namespace net::icmpv6 {
namespace {

using wire::Icmpv6Type;
using wire::IpProtocol;

// As much of a packet as the smallest link carries with the report's headers. [RFC4443] 3.1
constexpr std::size_t kMostQuoted = wire::kIpv6MinimumMtu - wire::kIpv6Size - wire::kIcmpv6Size;

constexpr std::size_t kLeastQuoted = 8;     // bytes of a transport's header that tell a flow
constexpr std::size_t kTransportPart = 64;  // bytes of a transport's header that are handed on

// Whether a packet is itself such a message, or a redirect: about these no error is sent. One that ends before its
// transport's header is none: no host sends its own messages so. [RFC4443] 2.4 (e.1, e.2)
bool IsAboutError(const wire::Ipv6& header, std::span<const std::byte> headers, const Packet& rest) {
  std::array<std::byte, wire::kIpv6Size + wire::kMostIpv6Chain + 2> bytes;
  const std::size_t known = std::min(headers.size(), bytes.size());
  std::copy_n(headers.begin(), known, bytes.begin());
  const std::size_t count = known + rest.CopyTo(0, std::span(bytes).subspan(known));
  if (count < wire::kIpv6Size) return true;
  const std::span<const std::byte> behind = std::span(bytes).subspan(wire::kIpv6Size, count - wire::kIpv6Size);
  std::size_t size = 0;
  IpProtocol protocol = header.next_header;
  for (int i = 0; wire::IsIpv6Extension(protocol) && i < wire::kMostIpv6Extensions; ++i) {
    if (behind.size() - size < wire::kIpv6FragmentSize) return false;
    const bool is_fragment = protocol == IpProtocol::kFragment;
    if (is_fragment && wire::Ipv6Fragment::Parse(behind.subspan(size))->offset != 0) return false;
    protocol = static_cast<IpProtocol>(behind[size]);
    size += is_fragment ? wire::kIpv6FragmentSize : (static_cast<std::size_t>(behind[size + 1]) + 1) * 8;
    if (size > behind.size()) return false;
  }
  if (protocol != IpProtocol::kIcmpv6) return false;
  if (size == behind.size()) return true;
  const auto type = static_cast<Icmpv6Type>(behind[size]);
  return static_cast<std::uint8_t>(type) < 128 || type == Icmpv6Type::kRedirect;
}

std::optional<IpError::Kind> KindOf(const wire::Icmpv6& header) {
  using Kind = IpError::Kind;
  switch (header.type) {
    case Icmpv6Type::kDestinationUnreachable:
      switch (header.code) {
        case wire::kIcmpv6NoRoute:
        case wire::kIcmpv6BeyondScope:
          return Kind::kNetworkUnreachable;
        case wire::kIcmpv6AddressUnreachable:
          return Kind::kHostUnreachable;
        case wire::kIcmpv6PortUnreachable:
          return Kind::kPortUnreachable;
        default:
          return Kind::kProhibited;
      }
    case Icmpv6Type::kPacketTooBig:
      return Kind::kTooBig;
    case Icmpv6Type::kTimeExceeded:
      return Kind::kTimeExceeded;
    case Icmpv6Type::kParameterProblem:
      return header.code == wire::kUnknownNextHeader ? Kind::kProtocolUnreachable : Kind::kParameterProblem;
    default:
      return std::nullopt;
  }
}

}  // namespace

void Icmpv6::Report(const ipv6::Problem& problem, const ipv6::Arrival& arrival, std::span<const std::byte> headers,
                    const Packet& rest) {
  const wire::Ipv6& header = arrival.header;
  const bool is_about_group = arrival.is_group && !problem.is_also_for_groups;
  if (is_about_group || header.source.IsUnspecified() || header.source.IsMulticast() ||
      IsAboutError(header, headers, rest)) {
    ++counters_.not_reported;
    return;
  }
  Context& context = ipv6_.context();
  if (!limiter_.Take(context.now())) {
    ++counters_.limited;
    return;
  }
  Packet message = context.packets().Take();
  Buffer buffer = context.buffers().Take();
  if (!message || !buffer) {
    ++counters_.limited;
    return;
  }
  const std::span<std::byte> quoted(buffer.data(), std::min(kMostQuoted, buffer.capacity()));
  const std::size_t before = std::min(headers.size(), quoted.size());
  std::copy_n(headers.begin(), before, quoted.begin());
  const std::size_t size = before + rest.CopyTo(0, quoted.subspan(before));
  if (!message.Append(std::move(buffer), 0, size)) return;
  wire::Icmpv6{.type = problem.type, .code = problem.code, .checksum = 0, .body = problem.body}.Write(
      message.Prepend(wire::kIcmpv6Size));
  const bool was_for_us = !header.destination.IsMulticast() && ipv6_.IsOurs(header.destination);
  const IpSend send = {.source = was_for_us ? IpAddress(header.destination) : IpAddress(),
                       .destination = header.source,
                       .interface = header.source.IsLinkLocal() ? &arrival.link->interface() : nullptr};
  if (Send(std::move(message), send)) ++counters_.reported;
}

void Icmpv6::ReceiveError(const Packet& packet, const wire::Icmpv6& header, const IpReceived& received) {
  std::array<std::byte, wire::kIpv6Size + wire::kMostIpv6Chain + kTransportPart> bytes;
  const std::size_t count = packet.CopyTo(wire::kIcmpv6Size, bytes);
  const std::span<const std::byte> quoted = std::span(bytes).first(count);
  const std::size_t whole = packet.size() - wire::kIcmpv6Size;
  // The quoted packet may be cut: only its header has to be there, whatever it says of its size.
  const kernel::Result<wire::Ipv6> about =
      wire::Ipv6::Parse(quoted, whole < wire::kIpv6Size ? whole : wire::kIpv6Size + std::size_t{UINT16_MAX});
  const std::optional<IpError::Kind> kind = KindOf(header);
  if (!about || !kind) {
    ++counters_.malformed;
    return;
  }
  const auto chain = wire::WalkIpv6Chain({.next_header = about->next_header}, quoted.subspan(wire::kIpv6Size));
  const bool is_first = chain && (!chain->fragment || chain->fragment->offset == 0);
  if (!ipv6_.IsOurs(about->source) || !is_first) {
    ++counters_.foreign_errors;
    return;
  }
  const std::span<const std::byte> transport_header = quoted.subspan(wire::kIpv6Size + chain->size);
  Transport* const transport = ipv6_.TransportOf(chain->next_header);
  if (transport == nullptr || transport_header.size() < kLeastQuoted) {
    ++counters_.foreign_errors;
    return;
  }
  ++counters_.errors;
  const bool is_too_big = *kind == IpError::Kind::kTooBig;
  transport->OnError({.kind = *kind,
                      .source = about->source,
                      .destination = about->destination,
                      .reporter = received.source,
                      .mtu = is_too_big ? header.body : 0},
                     transport_header.first(std::min(transport_header.size(), kTransportPart)));
}

}  // namespace net::icmpv6
