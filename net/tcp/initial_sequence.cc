#include "net/tcp/initial_sequence.h"

#include <cstdint>

#include "kernel/base/time.h"
#include "net/random_source.h"
#include "net/tcp/ends.h"
#include "net/tcp/sequence.h"
#include "net/wire/address.h"

namespace net::tcp {

Origins OriginsOf(RandomSource& random, const Endpoint& local, const Endpoint& remote, kernel::Instant now) {
  constexpr std::int64_t kTick = 4'000;  // nanoseconds. [RFC9293] 3.4.1
  const std::uint64_t hash = HashOfEnds(random, HashUse::kOrigins, local, remote);
  return {.sequence = {static_cast<std::uint32_t>(now.nanoseconds / kTick) + static_cast<std::uint32_t>(hash)},
          .timestamp_offset = static_cast<std::uint32_t>(hash >> 32)};
}

Sequence InitialSequence(RandomSource& random, const Endpoint& local, const Endpoint& remote, kernel::Instant now) {
  return OriginsOf(random, local, remote, now).sequence;
}

std::uint32_t TimestampOffset(RandomSource& random, const Endpoint& local, const Endpoint& remote) {
  return OriginsOf(random, local, remote, {}).timestamp_offset;
}

}  // namespace net::tcp
