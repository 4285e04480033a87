// What stands between an IPv6 header and a transport's: extension headers and their options. [RFC8200] 4
//
// Hosts may refuse what no honest sender needs, and this one does: chains of more than kMostIpv6Chain bytes or
// kMostIpv6Extensions headers, more than kMostIpv6Options options in one, padding beyond what aligns. [RFC8504] 5.3
#ifndef ENKEL_NET_WIRE_IPV6_EXTENSIONS_H_
#define ENKEL_NET_WIRE_IPV6_EXTENSIONS_H_

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>

#include "net/wire/ip_protocol.h"
#include "net/wire/ipv6.h"

namespace net::wire {

inline constexpr std::size_t kMostIpv6Chain = 256;  // bytes
inline constexpr int kMostIpv6Extensions = 8;
inline constexpr int kMostIpv6Options = 8;

// Codes of ICMPv6's parameter problem. [RFC4443] 3.4, [RFC7112] 5
inline constexpr std::uint8_t kErroneousField = 0;
inline constexpr std::uint8_t kUnknownNextHeader = 1;
inline constexpr std::uint8_t kUnknownOption = 2;
inline constexpr std::uint8_t kIncompleteChain = 3;

// Why a packet goes no further, and who hears of it.
struct Ipv6Fault {
  enum class Answer : std::uint8_t {
    kNone,
    kProblem,             // a parameter problem, even when the packet was sent to a group
    kProblemUnlessGroup,  // not when it was sent to a group
  };

  Answer answer = Answer::kNone;
  std::uint8_t code = 0;
  std::uint16_t pointer = 0;  // bytes from the start of the IPv6 header
  bool is_truncated = false;  // the chain goes on behind the packet's end
};

// Where a walk begins: what the header before says, and where.
struct Ipv6ChainStart {
  IpProtocol next_header = IpProtocol::kTcp;
  std::uint16_t next_header_place = 6;  // bytes from the start of the IPv6 header, as all places
  std::uint16_t place = kIpv6Size;      // of the first header to walk over
  bool is_behind_fragment = false;      // of a whole datagram: no options for each hop, and no fragment, may follow
};

struct Ipv6Chain {
  IpProtocol next_header = IpProtocol::kTcp;  // what follows: a transport, an unknown one, or a fragment's payload
  std::uint16_t next_header_place = 0;        // where that stands
  std::uint16_t size = 0;                     // bytes of the headers that were walked over
  bool has_router_alert = false;              // [RFC2711]
  std::optional<Ipv6Fragment> fragment = {};  // the walk ends behind it, unless it is atomic
  std::uint16_t fragment_place = 0;
};

// Whether a walk goes on at a header of this kind.
constexpr bool IsIpv6Extension(IpProtocol next_header) {
  return next_header == IpProtocol::kHopByHop || next_header == IpProtocol::kRouting ||
         next_header == IpProtocol::kFragment || next_header == IpProtocol::kDestinationOptions;
}

// Walks over the extension headers. `bytes` are the packet's from start.place on, to its end or more
// than kMostIpv6Chain of them.
std::expected<Ipv6Chain, Ipv6Fault> WalkIpv6Chain(const Ipv6ChainStart& start, std::span<const std::byte> bytes);

}  // namespace net::wire

#endif  // ENKEL_NET_WIRE_IPV6_EXTENSIONS_H_
