// What two SYNs agree on. [RFC9293] 3.7.1, [RFC7323] 2, 3, [RFC2018] 2, [RFC3168] 6.1.1
#ifndef ENKEL_NET_TCP_NEGOTIATION_H_
#define ENKEL_NET_TCP_NEGOTIATION_H_

#include <cstdint>

#include "net/wire/tcp.h"

namespace net::tcp {

inline constexpr std::uint16_t kDefaultSegmentSizeIpv4 = 536;   // bytes, where a SYN has no option. [RFC9293] MUST-15
inline constexpr std::uint16_t kDefaultSegmentSizeIpv6 = 1220;  // [RFC9293] 3.7.1
// No peer, ICMP message or path makes segments smaller, which would cost us a packet for few bytes (CVE-2019-11479).
inline constexpr std::uint16_t kLeastSegmentSize = 536;  // bytes, but for paths with an MTU below 576
inline constexpr std::uint8_t kMostWindowShift = 14;     // [RFC7323] 2.3

// What our SYN, or SYN-ACK, offers.
struct Offer {
  std::uint16_t segment_size = 0;  // bytes: MSS_R, the path's MTU less fixed headers
  std::uint8_t window_shift = 0;   // for windows that we announce
  bool has_window_scale = true;
  bool has_timestamps = true;
  bool has_sack = true;
  bool has_ecn = true;
};

struct Negotiated {
  std::uint16_t send_segment_size = kDefaultSegmentSizeIpv4;  // what the peer takes, clamped; options not subtracted
  std::uint8_t send_window_shift = 0;                         // of windows in the peer's segments
  std::uint8_t receive_window_shift = 0;                      // of windows in ours
  bool has_timestamps = false;
  bool has_sack = false;
  bool has_ecn = false;
};

// The smallest shift with which a window of `most_window` bytes can be announced, at most kMostWindowShift.
std::uint8_t WindowShiftFor(std::uint32_t most_window);

// What is agreed when `theirs` came in a SYN with `their_flags` (with ACK: it answers ours). A window scale counts only
// if both have it; above 14 it counts as 14. An absurdly small segment size is raised to kLeastSegmentSize.
Negotiated Negotiate(const Offer& ours, const wire::TcpOptions& theirs, wire::TcpFlags their_flags, bool is_ipv4);

// The options of our SYN, or of the SYN-ACK that answers `agreed` (then only what was agreed); timestamps are the
// caller's to add.
wire::TcpOptions OptionsOfSyn(const Offer& ours);
wire::TcpOptions OptionsOfSynAck(const Offer& ours, const Negotiated& agreed, bool peer_scales);

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_NEGOTIATION_H_
