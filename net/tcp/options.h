// What a program may wish of a connection. All of it has a default that is right for most.
#ifndef ENKEL_NET_TCP_OPTIONS_H_
#define ENKEL_NET_TCP_OPTIONS_H_

#include <cstdint>

#include "kernel/base/time.h"

namespace net::tcp {

struct Options {
  bool has_no_delay = false;  // small segments go at once, not when all before them are acknowledged. [RFC1122] 4.2.3.4
  bool aborts_on_close = false;  // destroying the handle resets: "linger 0". Else it closes gracefully
  bool may_ecn = true;           // offers and accepts explicit congestion notification. [RFC3168]

  // An idle connection is probed after `keep_alive_idle`, then each interval, and dropped after so many probes without
  // an answer. 0: never, the default. [RFC9293] 3.8.4
  kernel::Duration keep_alive_idle = {};
  kernel::Duration keep_alive_interval = kernel::Duration::Seconds(75);
  std::uint8_t keep_alive_probes = 9;

  // Data that stays without acknowledgment for so long ends the connection. 0: the stack's own limit, 100 s or more of
  // retransmissions; a peer that answers probes with a closed window then never times out. [RFC9293] 3.8.3, [RFC5482]
  kernel::Duration user_timeout = {};

  // Bytes. What is written and not acknowledged, and what is received and not read, never exceed these; they grow up to
  // there as the path needs it, and the memory of all connections allows (budget.h).
  std::uint32_t send_limit = 4 * 1024 * 1024;
  std::uint32_t receive_limit = 6 * 1024 * 1024;

  std::uint16_t most_segment_size = 0;  // bytes: announces and sends no more than this. 0: what the path carries
  std::uint8_t traffic_class = 0;       // DSCP, in the upper 6 bits
  std::uint8_t hop_limit = 0;           // 0: IP's usual one
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_OPTIONS_H_
