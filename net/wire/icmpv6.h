// The header that all ICMPv6 messages begin with. [RFC4443]
#ifndef ENKEL_NET_WIRE_ICMPV6_H_
#define ENKEL_NET_WIRE_ICMPV6_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"

namespace net::wire {

inline constexpr std::size_t kIcmpv6Size = 8;           // bytes
inline constexpr std::size_t kIcmpv6ChecksumPlace = 2;  // bytes from the header's start

// [RFC4443] 2.1, [RFC4861] 4, [RFC3810] 5, [RFC2710] 3
enum class Icmpv6Type : std::uint8_t {
  kDestinationUnreachable = 1,
  kPacketTooBig = 2,
  kTimeExceeded = 3,
  kParameterProblem = 4,
  kEchoRequest = 128,
  kEchoReply = 129,
  kListenerQuery = 130,
  kListenerReport = 131,
  kListenerDone = 132,
  kRouterSolicitation = 133,
  kRouterAdvertisement = 134,
  kNeighborSolicitation = 135,
  kNeighborAdvertisement = 136,
  kRedirect = 137,
  kListenerReportV2 = 143,
};

// Codes of kDestinationUnreachable. [RFC4443] 3.1
inline constexpr std::uint8_t kIcmpv6NoRoute = 0;
inline constexpr std::uint8_t kIcmpv6Prohibited = 1;
inline constexpr std::uint8_t kIcmpv6BeyondScope = 2;
inline constexpr std::uint8_t kIcmpv6AddressUnreachable = 3;
inline constexpr std::uint8_t kIcmpv6PortUnreachable = 4;

// Codes of kTimeExceeded. [RFC4443] 3.3
inline constexpr std::uint8_t kIcmpv6HopLimitExceeded = 0;
inline constexpr std::uint8_t kIcmpv6ReassemblyTimeExceeded = 1;

struct Icmpv6 {
  Icmpv6Type type = Icmpv6Type::kEchoRequest;
  std::uint8_t code = 0;
  std::uint16_t checksum = 0;
  std::uint32_t body = 0;  // by type: a path's MTU, a pointer, an echo's identifier and sequence number

  // Below 128 are errors: never answered by one. [RFC4443] 2.1
  bool IsError() const { return static_cast<std::uint8_t>(type) < 128; }

  // Checks no checksum. Errors: kMalformed (too short).
  static kernel::Result<Icmpv6> Parse(std::span<const std::byte> bytes);

  // `bytes` has kIcmpv6Size of them.
  void Write(std::span<std::byte> bytes) const;
};

}  // namespace net::wire

#endif  // ENKEL_NET_WIRE_ICMPV6_H_
