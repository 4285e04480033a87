// What TCP counts, each cause by itself. Names follow the MIB where it has them. [RFC4022]
#ifndef ENKEL_NET_TCP_COUNTERS_H_
#define ENKEL_NET_TCP_COUNTERS_H_

#include <cstdint>

namespace net::tcp {

// Since the stack was made. Plain numbers: one core.
struct Counters {
  std::uint64_t active_opens = 0;   // SYN-SENT from CLOSED
  std::uint64_t passive_opens = 0;  // connections that came to a listener and were established
  std::uint64_t attempt_fails = 0;  // handshakes that ended in CLOSED
  std::uint64_t established_resets = 0;
  std::uint64_t in_segments = 0;
  std::uint64_t out_segments =
      0;  // retransmissions not counted, as the MIB has it; a large segment counts as its pieces
  std::uint64_t retransmitted_segments = 0;
  std::uint64_t in_errors = 0;  // checksum or header
  std::uint64_t out_resets = 0;

  // Received and dropped, by cause.
  std::uint64_t bad_checksum = 0;
  std::uint64_t malformed = 0;
  std::uint64_t to_group = 0;          // to or from a group or broadcast address. [RFC9293] MUST-57, MUST-63
  std::uint64_t from_itself = 0;       // source and destination are equal ("LAND")
  std::uint64_t out_of_window = 0;     // acknowledged and dropped. [RFC9293] 3.10.7.4, first
  std::uint64_t old_timestamp = 0;     // [RFC7323] 5.3
  std::uint64_t unacceptable_ack = 0;  // [RFC5961] 5
  std::uint64_t without_ack = 0;
  std::uint64_t blind_reset = 0;  // RST in the window, but not at its left edge. [RFC5961] 3
  std::uint64_t blind_syn = 0;    // [RFC5961] 4
  std::uint64_t after_close =
      0;  // data for a program that closed: answered by RST. [RFC9293] 3.10.7.4 / [RFC1122] 4.2.2.13
  std::uint64_t no_listener = 0;         // answered by RST
  std::uint64_t out_of_order_drops = 0;  // no room for what came too early
  std::uint64_t no_memory = 0;           // a pool or the budget had nothing left
  std::uint64_t backlog_full = 0;        // a handshake was over, and nobody accepted the ones before
  std::uint64_t bad_cookie = 0;
  std::uint64_t early_data = 0;  // perhaps behind the segment that brings a cookie back: dropped, it comes again

  // Events.
  std::uint64_t challenges = 0;          // challenge ACKs sent. [RFC5961]
  std::uint64_t limited_challenges = 0;  // and those that the limit held back. [RFC5961] 7
  std::uint64_t timeouts = 0;            // RTO
  std::uint64_t tail_loss_probes = 0;    // [RFC8985] 7
  std::uint64_t fast_recoveries = 0;
  std::uint64_t spurious_recoveries = 0;  // found out to be none, and undone
  std::uint64_t duplicate_segments = 0;   // data that we had already
  std::uint64_t duplicate_sacks = 0;      // the peer had it already. [RFC2883]
  std::uint64_t window_probes = 0;
  std::uint64_t keep_alives = 0;
  std::uint64_t delayed_acks = 0;
  std::uint64_t congestion_echoes = 0;  // [RFC3168]
  std::uint64_t cookies_sent = 0;
  std::uint64_t cookies_accepted = 0;
  std::uint64_t icmp_ignored = 0;  // about no segment that we have on the way. [RFC5927]
  std::uint64_t icmp_soft = 0;
  std::uint64_t icmp_hard = 0;
  std::uint64_t path_mtu_reductions = 0;
  std::uint64_t black_holes = 0;  // segments made smaller after time-outs, with no word from ICMP
  std::uint64_t size_probes = 0;  // larger ones tried, some time after that
  std::uint64_t time_waits = 0;
  std::uint64_t time_waits_reused = 0;  // by a new SYN. [RFC6191]
  std::uint64_t time_waits_evicted = 0;
  std::uint64_t dropped_by_user_timeout = 0;
  std::uint64_t dropped_by_keep_alive = 0;
  std::uint64_t pressure_shrinks = 0;  // windows that the budget kept small
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_COUNTERS_H_
