// Makes a router of a host: packets for others go on their way. Linked, and done, only where the program asks for it.
// [RFC1812]
#ifndef ENKEL_NET_IPV4_FORWARDER_H_
#define ENKEL_NET_IPV4_FORWARDER_H_

#include <cstdint>

#include "net/interface/interface.h"
#include "net/ipv4/error_reporter.h"
#include "net/ipv4/ipv4.h"
#include "net/packet/packet.h"
#include "net/wire/ipv4.h"

namespace net::ipv4 {

// No redirects are sent, no options are processed, no groups are routed. Fragments that it makes carry no options.
class Forwarder final : public PacketForwarder {
 public:
  // `reporter` tells senders what went wrong; null: nobody is told.
  Forwarder(Ipv4& ipv4, ErrorReporter* reporter) : ipv4_(ipv4), reporter_(reporter) { ipv4.UseForwarder(*this); }

  void Forward(Packet& packet, const wire::Ipv4& header, const FrameReceived& frame) override;

 private:
  void Refuse(ErrorKind kind, std::uint32_t value, Packet& packet);

  Ipv4& ipv4_;
  ErrorReporter* reporter_;
};

}  // namespace net::ipv4

#endif  // ENKEL_NET_IPV4_FORWARDER_H_
