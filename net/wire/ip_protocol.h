// Numbers of what follows an IP header. [IANA-protocol-numbers]
#ifndef ENKEL_NET_WIRE_IP_PROTOCOL_H_
#define ENKEL_NET_WIRE_IP_PROTOCOL_H_

#include <cstdint>

namespace net::wire {

enum class IpProtocol : std::uint8_t {
  kHopByHop = 0,  // IPv6 extension header
  kIcmp = 1,
  kIgmp = 2,
  kTcp = 6,
  kUdp = 17,
  kRouting = 43,   // IPv6 extension header
  kFragment = 44,  // IPv6 extension header
  kIcmpv6 = 58,
  kNoNextHeader = 59,
  kDestinationOptions = 60,  // IPv6 extension header
};

}  // namespace net::wire

#endif  // ENKEL_NET_WIRE_IP_PROTOCOL_H_
