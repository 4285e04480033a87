// Where sequence numbers and timestamps of a connection begin. [RFC6528] 3, [RFC7323] 7.1
#ifndef ENKEL_NET_TCP_INITIAL_SEQUENCE_H_
#define ENKEL_NET_TCP_INITIAL_SEQUENCE_H_

#include <cstdint>

#include "kernel/base/time.h"
#include "net/random_source.h"
#include "net/tcp/sequence.h"
#include "net/wire/address.h"

namespace net::tcp {

// M + F(local, remote, secret), M counting up each 4 us: monotone for a pair of ends, unrelated between pairs.
Sequence InitialSequence(RandomSource& random, const Endpoint& local, const Endpoint& remote, kernel::Instant now);

// What is added to the clock of milliseconds: the same for a pair of ends, so that [RFC6191] works across connections.
std::uint32_t TimestampOffset(RandomSource& random, const Endpoint& local, const Endpoint& remote);

// Both, of one hash: its halves tell nothing about each other.
struct Origins {
  Sequence sequence;
  std::uint32_t timestamp_offset = 0;
};
Origins OriginsOf(RandomSource& random, const Endpoint& local, const Endpoint& remote, kernel::Instant now);

// The timestamp clock: milliseconds, wrapping. [RFC7323] 5.4
constexpr std::uint32_t TimestampAt(kernel::Instant now, std::uint32_t offset) {
  return static_cast<std::uint32_t>(now.nanoseconds / 1'000'000) + offset;
}

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_INITIAL_SEQUENCE_H_
