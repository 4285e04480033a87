#include "net/icmpv6/icmpv6.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "net/ip/ip.h"
#include "net/ip/transport_checksum.h"
#include "net/ipv6/ipv6.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/icmpv6.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv6.h"

namespace net::icmpv6 {

using wire::Icmpv6Type;
using wire::IpProtocol;

namespace {

// Options for each hop: a router alert for listener discovery, and two bytes of padding. [RFC2711] 2.1
constexpr std::array<std::byte, 8> kRouterAlert = {static_cast<std::byte>(IpProtocol::kIcmpv6),
                                                   std::byte{0},
                                                   std::byte{5},
                                                   std::byte{2},
                                                   std::byte{0},
                                                   std::byte{0},
                                                   std::byte{1},
                                                   std::byte{0}};

}  // namespace

Icmpv6::Icmpv6(ipv6::Ipv6& ipv6) : ipv6_(ipv6), limiter_(ipv6.context().random()) {
  ipv6.Register(IpProtocol::kIcmpv6, *this);
  ipv6.SetReporter(this);
}

void Icmpv6::Register(Icmpv6Type type, MessageReceiver& receiver) {
  const std::size_t place = static_cast<std::size_t>(type) - kFirstType;
  CHECK(place < kTypes && type != Icmpv6Type::kEchoRequest && receivers_[place] == nullptr);
  receivers_[place] = &receiver;
}

Transport::Verdict Icmpv6::Receive(Packet& packet, const IpReceived& received) {
  ++counters_.received;
  const kernel::Result<wire::Icmpv6> header = wire::Icmpv6::Parse(packet.Peek(wire::kIcmpv6Size));
  if (!header) {
    ++counters_.malformed;
    return Verdict::kDone;
  }
  if (!HasRightChecksum(packet, received.source, received.destination, IpProtocol::kIcmpv6)) {
    ++counters_.wrong_checksum;
    return Verdict::kDone;
  }
  if (header->IsError()) {
    ReceiveError(packet, *header, received);
  } else if (header->type == Icmpv6Type::kEchoRequest) {
    AnswerEcho(packet, *header, received);
  } else {
    const std::size_t place = static_cast<std::size_t>(header->type) - kFirstType;
    MessageReceiver* const receiver = place < kTypes ? receivers_[place] : nullptr;
    if (receiver == nullptr) {
      ++counters_.unknown_type;  // silently. [RFC4443] 2.4 (b)
      return Verdict::kDone;
    }
    receiver->Receive(packet, *header, received);
  }
  return Verdict::kDone;
}

// The payload goes back as it is. [RFC4443] 4.2
void Icmpv6::AnswerEcho(Packet& packet, const wire::Icmpv6& header, const IpReceived& received) {
  const Ipv6Address& source = received.source.ipv6();
  const bool is_from_wire = !ipv6_.IsOurs(received.source) || ipv6_.IsOurs(received.destination);
  if (source.IsUnspecified() || !is_from_wire) {
    ++counters_.malformed;
    return;
  }
  // To a group: many answer at once, so nobody may ask often.
  if (received.is_group && !limiter_.Take(ipv6_.context().now())) {
    ++counters_.limited;
    return;
  }
  packet.DropFront(wire::kIcmpv6Size);
  packet.info() = {};
  wire::Icmpv6{.type = Icmpv6Type::kEchoReply, .code = 0, .checksum = 0, .body = header.body}.Write(
      packet.Prepend(wire::kIcmpv6Size));
  const bool may_be_source = !received.destination.IsMulticast();
  const IpSend send = {.source = may_be_source ? received.destination : IpAddress(),
                       .destination = received.source,
                       .protocol = IpProtocol::kIcmpv6,
                       .traffic_class = received.traffic_class,
                       .interface = source.IsLinkLocal() ? received.interface : nullptr};
  if (Send(std::move(packet), send)) ++counters_.echoes;
}

kernel::Result<void> Icmpv6::Send(Packet message, const IpSend& send) {
  IpSend chosen = send;
  if (send.source.IsUnspecified()) {
    // The checksum covers the source, so it is chosen here. Neighbour discovery sends from no address, too: by Ipv6.
    const kernel::Result<Path> path = ipv6_.FindPath({}, send.destination, send.interface);
    if (!path) return kernel::Fail(path.error());
    chosen.source = path->source;
  }
  chosen.protocol = IpProtocol::kIcmpv6;
  LeaveChecksum(message, chosen.source, chosen.destination, IpProtocol::kIcmpv6, wire::kIcmpv6ChecksumPlace);
  return ipv6_.Send(std::move(message), chosen);
}

kernel::Result<void> Icmpv6::SendLocal(Packet message, const Local& local) {
  wire::Checksum sum =
      PseudoHeader(IpAddress(local.source), IpAddress(local.destination), IpProtocol::kIcmpv6, message.size());
  const std::span<std::byte> checksum = message.header().subspan(wire::kIcmpv6ChecksumPlace);
  wire::StoreBig(checksum.data(), std::uint16_t{0});
  sum.AddSum(message.Sum(0, message.size()), message.size());
  wire::StoreBig(checksum.data(), sum.Finish());
  if (local.has_router_alert) {
    std::ranges::copy(kRouterAlert, message.Prepend(kRouterAlert.size()).begin());
  }
  const wire::Ipv6 header = {.payload_size = static_cast<std::uint16_t>(message.size()),
                             .next_header = local.has_router_alert ? IpProtocol::kHopByHop : IpProtocol::kIcmpv6,
                             .hop_limit = local.hop_limit,
                             .source = local.source,
                             .destination = local.destination};
  header.Write(message.Prepend(wire::kIpv6Size));
  return ipv6_.SendTo({.link = &local.link, .next = local.destination}, std::move(message));
}

// Nobody reports anything to ICMPv6 itself.
void Icmpv6::OnError(const IpError&, std::span<const std::byte>) {}

}  // namespace net::icmpv6
