#include "net/tcp/ports.h"

#include <cstdint>
#include <optional>

#include "net/random_source.h"
#include "net/tcp/ends.h"
#include "net/wire/address.h"

namespace net::tcp {

std::optional<std::uint16_t> Ports::Choose(RandomSource& random, const IpAddress& local, const Endpoint& remote,
                                           bool (*is_taken)(void* user, std::uint16_t port), void* user) {
  constexpr std::uint32_t kCount = 65536 - kFirstEphemeralPort;
  if (remote != last_remote_ || local != last_local_) {
    last_local_ = local;
    last_remote_ = remote;
    last_hash_ = HashOfEnds(random, HashUse::kPort, {local, 0}, remote);
  }
  // Two functions of one hash: its halves tell nothing about each other.
  const auto offset = static_cast<std::uint32_t>(last_hash_);
  std::uint16_t& counter = counters_[(last_hash_ >> 32) % kCounters];
  for (std::uint32_t tries = 0; tries < kCount; ++tries) {
    const auto port = static_cast<std::uint16_t>(kFirstEphemeralPort + (offset + counter++) % kCount);
    if (!is_taken(user, port)) return port;
  }
  return std::nullopt;
}

}  // namespace net::tcp
