// A keyed hash of a connection's two ends: what sequence numbers, ports, cookies and tables are made from.
#ifndef ENKEL_NET_TCP_ENDS_H_
#define ENKEL_NET_TCP_ENDS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "net/random_source.h"
#include "net/wire/address.h"
#include "net/wire/endian.h"

namespace net::tcp {

// Each use has values of its own, from which nobody learns those of another.
enum class HashUse : std::uint8_t { kTable, kOrigins, kPort, kCookie };

// Unpredictable without the source's secret; the same for the same arguments. `more` is what else it depends on.
inline std::uint64_t HashOfEnds(RandomSource& random, HashUse use, const Endpoint& local, const Endpoint& remote,
                                std::uint64_t more) {
  std::array<std::byte, 48> bytes = {};
  bytes[0] = static_cast<std::byte>(use);
  wire::StoreBig(&bytes[2], local.port);
  wire::StoreBig(&bytes[4], remote.port);
  wire::StoreBig(&bytes[8], more);
  local.address.ipv6().Store(&bytes[16]);
  remote.address.ipv6().Store(&bytes[32]);
  return random.Hash(bytes);
}
inline std::uint64_t HashOfEnds(RandomSource& random, HashUse use, const Endpoint& local, const Endpoint& remote) {
  if (!local.address.IsIpv4() || !remote.address.IsIpv4()) return HashOfEnds(random, use, local, remote, 0);
  // Less than two words, and so less than half of the work. The hash covers how many bytes there are: this is no
  // beginning of the other form.
  std::array<std::byte, 13> bytes;
  bytes[0] = static_cast<std::byte>(use);
  wire::StoreBig(&bytes[1], local.port);
  wire::StoreBig(&bytes[3], remote.port);
  local.address.ipv4().Store(&bytes[5]);
  remote.address.ipv4().Store(&bytes[9]);
  return random.Hash(bytes);
}

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_ENDS_H_
