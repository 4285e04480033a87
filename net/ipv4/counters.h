// What IPv4 counted.
#ifndef ENKEL_NET_IPV4_COUNTERS_H_
#define ENKEL_NET_IPV4_COUNTERS_H_

#include <cstdint>

namespace net::ipv4 {

// Packets since the stack was made. What is not delivered or forwarded is a drop, by its cause.
struct Counters {
  std::uint64_t received = 0;
  std::uint64_t malformed = 0;      // sizes that contradict each other, a wrong checksum
  std::uint64_t martian = 0;        // a source or destination that nothing on this wire can have
  std::uint64_t source_routed = 0;  // by an option of theirs
  std::uint64_t bad_options = 0;
  std::uint64_t not_for_us = 0;
  std::uint64_t tiny_fragments = 0;  // that hide a transport's header
  std::uint64_t unknown_protocol = 0;
  std::uint64_t delivered = 0;  // to a transport
  std::uint64_t forwarded = 0;
  std::uint64_t forward_refused = 0;
  std::uint64_t sent = 0;
  std::uint64_t fragments_sent = 0;
  std::uint64_t unresolved = 0;  // no neighbour has the next hop's address
};

}  // namespace net::ipv4

#endif  // ENKEL_NET_IPV4_COUNTERS_H_
