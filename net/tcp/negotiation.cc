#include "net/tcp/negotiation.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "net/wire/tcp.h"

namespace net::tcp {

std::uint8_t WindowShiftFor(std::uint32_t most_window) {
  constexpr int kFieldBits = 16;
  return static_cast<std::uint8_t>(std::clamp<int>(std::bit_width(most_window) - kFieldBits, 0, kMostWindowShift));
}

Negotiated Negotiate(const Offer& ours, const wire::TcpOptions& theirs, wire::TcpFlags their_flags, bool is_ipv4) {
  const std::uint16_t without_option = is_ipv4 ? kDefaultSegmentSizeIpv4 : kDefaultSegmentSizeIpv6;
  const std::uint16_t segment_size = std::max(theirs.maximum_segment_size.value_or(without_option), kLeastSegmentSize);
  Negotiated agreed = {.send_segment_size = std::min(segment_size, ours.segment_size),
                       .has_timestamps = ours.has_timestamps && theirs.timestamps.has_value(),
                       .has_sack = ours.has_sack && theirs.may_sack};
  if (ours.has_window_scale && theirs.window_scale) {
    agreed.send_window_shift = std::min(*theirs.window_scale, kMostWindowShift);
    agreed.receive_window_shift = ours.window_shift;
  }
  // A SYN asks with both bits, its answer agrees with one: an echo of the SYN's bits is no answer. [RFC3168] 6.1.1
  const bool is_answer = their_flags.Has(wire::kAck);
  agreed.has_ecn = ours.has_ecn && their_flags.Has(wire::kEce) && their_flags.Has(wire::kCwr) == !is_answer;
  return agreed;
}

wire::TcpOptions OptionsOfSyn(const Offer& ours) {
  wire::TcpOptions options;
  options.maximum_segment_size = ours.segment_size;
  if (ours.has_window_scale) options.window_scale = ours.window_shift;
  options.may_sack = ours.has_sack;
  return options;
}

wire::TcpOptions OptionsOfSynAck(const Offer& ours, const Negotiated& agreed, bool peer_scales) {
  wire::TcpOptions options;
  options.maximum_segment_size = ours.segment_size;
  if (ours.has_window_scale && peer_scales) options.window_scale = agreed.receive_window_shift;
  options.may_sack = agreed.has_sack;
  return options;
}

}  // namespace net::tcp
