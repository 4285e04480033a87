// Passing on what is for others, between links: a program that wants to be a router makes one. [RFC8200], [RFC4443]
#ifndef ENKEL_NET_IPV6_FORWARDER_H_
#define ENKEL_NET_IPV6_FORWARDER_H_

#include <cstdint>

#include "net/ipv6/ipv6.h"
#include "net/packet/packet.h"

namespace net::ipv6 {

struct ForwarderCounters {
  std::uint64_t forwarded = 0;
  std::uint64_t refused = 0;      // addresses that stay on their link, or are no host's
  std::uint64_t hop_limit = 0;    // came too far
  std::uint64_t unreachable = 0;  // no route
  std::uint64_t too_big = 0;      // for the next link
  std::uint64_t lost = 0;         // the next link did not take it
};

// Forwards from its construction to its destruction. Groups are not forwarded, and redirects are not sent.
class Forwarder final : private ForeignReceiver {
 public:
  explicit Forwarder(Ipv6& ipv6) : ipv6_(ipv6) { ipv6.SetForeignReceiver(this); }
  ~Forwarder() { ipv6_.SetForeignReceiver(nullptr); }
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  const ForwarderCounters& counters() const { return counters_; }

 private:
  void ReceiveForeign(Packet& packet, const Arrival& arrival) override;

  Ipv6& ipv6_;
  ForwarderCounters counters_;
};

}  // namespace net::ipv6

#endif  // ENKEL_NET_IPV6_FORWARDER_H_
