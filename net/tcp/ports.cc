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
  const Endpoint ours = {local, 0};
  // Two functions of one hash: its halves tell nothing about each other.
  const std::uint64_t hash = HashOfEnds(random, HashUse::kPort, ours, remote);
  const auto offset = static_cast<std::uint32_t>(hash);
  std::uint16_t& counter = counters_[(hash >> 32) % kCounters];
  for (std::uint32_t tries = 0; tries < kCount; ++tries) {
    const auto port = static_cast<std::uint16_t>(kFirstEphemeralPort + (offset + counter++) % kCount);
    if (!is_taken(user, port)) return port;
  }
  return std::nullopt;
}

}  // namespace net::tcp
