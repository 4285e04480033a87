// Which port a connection comes from when the program does not say. [RFC6056] 3.3.4
#ifndef ENKEL_NET_TCP_PORTS_H_
#define ENKEL_NET_TCP_PORTS_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "net/random_source.h"
#include "net/wire/address.h"

namespace net::tcp {

inline constexpr std::uint16_t kFirstEphemeralPort = 49152;  // to 65535. [RFC6335] 6

// Algorithm 4, double-hash port selection: few collisions for a remote end, and no one else can guess.
class Ports {
 public:
  // A port of `local` for a connection to `remote` that `is_taken(user, port)` denies; nothing: all are taken. The next
  // one is usually free: those that were given last are the last to be tried again.
  std::optional<std::uint16_t> Choose(RandomSource& random, const IpAddress& local, const Endpoint& remote,
                                      bool (*is_taken)(void* user, std::uint16_t port), void* user);

 private:
  static constexpr std::size_t kCounters = 64;
  std::uint16_t counters_[kCounters] = {};
  // Who connects again does so to the same end, as a rule. No connection has these: port 0.
  IpAddress last_local_;
  Endpoint last_remote_;
  std::uint64_t last_hash_ = 0;
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_PORTS_H_
