// ICMP for IPv4: the header that all messages share. [RFC792]
#ifndef ENKEL_NET_WIRE_ICMP_H_
#define ENKEL_NET_WIRE_ICMP_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"

namespace net::wire {

inline constexpr std::size_t kIcmpSize = 8;           // bytes
inline constexpr std::size_t kIcmpChecksumPlace = 2;  // bytes from the header's start

enum class IcmpType : std::uint8_t {
  kEchoReply = 0,
  kUnreachable = 3,
  kSourceQuench = 4,  // deprecated [RFC6633]
  kRedirect = 5,
  kEcho = 8,
  kTimeExceeded = 11,
  kParameterProblem = 12,
  kTimestamp = 13,
  kTimestampReply = 14,
  kAddressMask = 17,  // deprecated [RFC6918]
  kAddressMaskReply = 18,
};

// Codes of kUnreachable. [RFC792], [RFC1122] 3.2.2.1, [RFC1812] 5.2.7.1
enum class IcmpUnreachable : std::uint8_t {
  kNetwork = 0,
  kHost = 1,
  kProtocol = 2,
  kPort = 3,
  kMustFragment = 4,
  kSourceRouteFailed = 5,
  kNetworkUnknown = 6,
  kHostUnknown = 7,
  kNetworkProhibited = 9,
  kHostProhibited = 10,
  kProhibited = 13,
};

// Codes of kTimeExceeded.
inline constexpr std::uint8_t kIcmpHops = 0;
inline constexpr std::uint8_t kIcmpReassembly = 1;

struct Icmp {
  IcmpType type = IcmpType::kEcho;
  std::uint8_t code = 0;
  std::uint16_t checksum = 0;
  std::uint32_t rest = 0;  // its meaning is the type's: identifier and sequence of an echo, the next link's MTU

  // Whether a message of this type tells of an error: never answered by another. Types that nobody knows count as such.
  // [RFC1122] 3.2.2
  bool IsError() const;

  std::uint16_t identifier() const { return static_cast<std::uint16_t>(rest >> 16); }
  std::uint16_t sequence() const { return static_cast<std::uint16_t>(rest); }

  // Checks no checksum. Errors: kMalformed (too short).
  static kernel::Result<Icmp> Parse(std::span<const std::byte> bytes);

  // `bytes` has kIcmpSize of them.
  void Write(std::span<std::byte> bytes) const;
};

}  // namespace net::wire

#endif  // ENKEL_NET_WIRE_ICMP_H_
