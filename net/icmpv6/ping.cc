#include "net/icmpv6/ping.h"

#include <cstdint>
#include <utility>

#include "kernel/base/result.h"
#include "net/context.h"
#include "net/ip/ip.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/icmpv6.h"

namespace net::icmpv6 {

Ping* EchoReplies::Find(std::uint16_t identifier) const {
  Ping* ping = pings_;
  while (ping != nullptr && ping->identifier_ != identifier) ping = ping->next_;
  return ping;
}

void EchoReplies::Receive(Packet& packet, const wire::Icmpv6& header, const IpReceived& received) {
  Ping* const ping = Find(static_cast<std::uint16_t>(header.body >> 16));
  if (ping == nullptr) return;
  packet.DropFront(wire::kIcmpv6Size);
  ping->OnReply(packet, static_cast<std::uint16_t>(header.body), received);
}

Ping::Ping(EchoReplies& replies, Observer& observer) : replies_(replies), observer_(observer) {
  do {
    identifier_ = static_cast<std::uint16_t>(replies.icmpv6_.ipv6().context().random().Next());
  } while (replies.Find(identifier_) != nullptr);
  next_ = std::exchange(replies.pings_, this);
}

Ping::~Ping() {
  Ping** link = &replies_.pings_;
  while (*link != this) link = &(*link)->next_;
  *link = next_;
}

kernel::Result<std::uint16_t> Ping::Send(const Ipv6Address& destination, Packet payload) {
  const std::uint16_t sequence = next_sequence_++;
  const wire::Icmpv6 header = {.type = wire::Icmpv6Type::kEchoRequest,
                               .body = static_cast<std::uint32_t>(identifier_) << 16 | sequence};
  header.Write(payload.Prepend(wire::kIcmpv6Size));
  const auto sent = replies_.icmpv6_.Send(std::move(payload), {.destination = destination});
  if (!sent) return kernel::Fail(sent.error());
  open_[sequence % kMostOpen] = {.is_open = true,
                                 .sequence = sequence,
                                 .destination = destination,
                                 .sent = replies_.icmpv6_.ipv6().context().now()};
  return sequence;
}

void Ping::OnReply(Packet& payload, std::uint16_t sequence, const IpReceived& received) {
  Open& open = open_[sequence % kMostOpen];
  if (!open.is_open || open.sequence != sequence || received.source != IpAddress(open.destination)) return;
  open.is_open = false;
  observer_.OnReply({.source = open.destination,
                     .sequence = sequence,
                     .hop_limit = received.hop_limit,
                     .size = payload.size(),
                     .round_trip = replies_.icmpv6_.ipv6().context().now() - open.sent},
                    payload);
}

}  // namespace net::icmpv6
