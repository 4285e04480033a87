#include "net/icmp/ping.h"

#include <cstdint>
#include <utility>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/icmp/icmp.h"
#include "net/ip/ip.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/icmp.h"
#include "net/wire/ip_protocol.h"

namespace net::icmp {

kernel::Result<std::uint16_t> Ping::Send(Ipv4Address destination, Packet payload) {
  const std::uint16_t sequence = next_sequence_++;
  const wire::Icmp header = {.type = wire::IcmpType::kEcho,
                             .rest = static_cast<std::uint32_t>(identifier_) << 16 | sequence};
  header.Write(payload.Prepend(wire::kIcmpSize));
  payload.info() = {.checksum = PacketInfo::Checksum::kPartial, .checksum_field = wire::kIcmpChecksumPlace};
  const auto sent =
      icmp_.ip().Send(std::move(payload), {.destination = destination, .protocol = wire::IpProtocol::kIcmp});
  if (!sent) return kernel::Fail(sent.error());
  open_[sequence % kMostOpen] = {
      .is_open = true, .sequence = sequence, .destination = destination, .sent = icmp_.context().now()};
  return sequence;
}

void Ping::OnEchoReply(Packet& payload, std::uint16_t sequence, const IpReceived& received) {
  Open& open = open_[sequence % kMostOpen];
  if (!open.is_open || open.sequence != sequence || received.source != IpAddress(open.destination)) return;
  open.is_open = false;
  observer_.OnReply({.source = open.destination,
                     .sequence = sequence,
                     .time_to_live = received.hop_limit,
                     .size = payload.size(),
                     .round_trip = icmp_.context().now() - open.sent},
                    payload);
}

}  // namespace net::icmp
