#include "net/ipv6/forwarder.h"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "kernel/base/result.h"
#include "net/ipv6/ipv6.h"
#include "net/packet/packet.h"
#include "net/wire/icmpv6.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv6.h"
#include "net/wire/tcp.h"
#include "net/wire/udp.h"

namespace net::ipv6 {
namespace {

using wire::Icmpv6Type;

// A device, or another layer of ours, may have left the checksum to the one that sends: where it stands, that one has
// to be told. False: it is not known where.
bool LeaveChecksumAgain(Packet& packet, wire::IpProtocol protocol) {
  PacketInfo& info = packet.info();
  const bool is_partial = info.checksum == PacketInfo::Checksum::kPartial;
  info = {};
  if (!is_partial) return true;
  info.checksum = PacketInfo::Checksum::kPartial;
  info.checksum_start = wire::kIpv6Size;
  switch (protocol) {
    case wire::IpProtocol::kTcp:
      info.checksum_field = wire::kTcpChecksumPlace;
      return true;
    case wire::IpProtocol::kUdp:
      info.checksum_field = wire::kUdpChecksumPlace;
      return true;
    case wire::IpProtocol::kIcmpv6:
      info.checksum_field = wire::kIcmpv6ChecksumPlace;
      return true;
    default:
      return false;
  }
}

}  // namespace

void Forwarder::ReceiveForeign(Packet& packet, const Arrival& arrival) {
  const wire::Ipv6& header = arrival.header;
  if (header.source.IsUnspecified() || header.source.IsLinkLocal() || header.destination.IsLinkLocal()) {
    ++counters_.refused;
    if (header.source.IsLinkLocal() && !header.destination.IsLinkLocal()) {
      ipv6_.Report({.type = Icmpv6Type::kDestinationUnreachable, .code = wire::kIcmpv6BeyondScope}, arrival, {},
                   packet);
    }
    return;
  }
  if (header.hop_limit <= 1) {
    ++counters_.hop_limit;
    ipv6_.Report({.type = Icmpv6Type::kTimeExceeded, .code = wire::kIcmpv6HopLimitExceeded}, arrival, {}, packet);
    return;
  }
  const kernel::Result<Hop> hop = ipv6_.FindHop({}, header.destination, nullptr);
  if (!hop || hop->is_local) {
    ++counters_.unreachable;
    ipv6_.Report({.type = Icmpv6Type::kDestinationUnreachable, .code = wire::kIcmpv6NoRoute}, arrival, {}, packet);
    return;
  }
  if (packet.size() > hop->link->mtu()) {
    ++counters_.too_big;
    ipv6_.Report({.type = Icmpv6Type::kPacketTooBig, .code = 0, .body = hop->link->mtu(), .is_also_for_groups = true},
                 arrival, {}, packet);
    return;
  }
  if (!LeaveChecksumAgain(packet, header.next_header)) {
    ++counters_.lost;
    return;
  }
  packet.DropFront(wire::kIpv6Size);  // its bytes may be shared: they are written anew
  wire::Ipv6 next = header;
  --next.hop_limit;
  next.Write(packet.Prepend(wire::kIpv6Size));
  ++(ipv6_.SendTo(*hop, std::move(packet)) ? counters_.forwarded : counters_.lost);
}

}  // namespace net::ipv6
