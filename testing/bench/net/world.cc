#include "testing/bench/net/world.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "testing/bench/net/peer.h"

namespace bench {
namespace {

// Both stacks see it pass alike; what a turn takes on the wire. An hour is 3.6 * 10^9 turns.
constexpr std::uint64_t kTurn = 1'000;

// Connections to each of the server's ports, as World::Open fills them.
constexpr std::size_t kMostOfPort = 10'000;

// How long, and in which portions, World::OpenBulk moves bytes.
constexpr std::uint64_t kOpening = 10'000'000;
constexpr std::size_t kOpeningBytes = 256 * 1024;

constexpr int kMostTurns = 20'000'000;

}  // namespace

World::World(const Peer& client, const Peer& server) : client_(client), server_(server) {
  const PeerConfig of_client = {.side = 0, .most_connections = kMostConnections, .in = &back_, .out = &there_};
  const PeerConfig of_server = {.side = 1, .most_connections = kMostConnections, .in = &there_, .out = &back_};
  client_.Start(&of_client);
  server_.Start(&of_server);
  server_.Serve();
}

void World::SetChecksums(bool on) {
  client_.SetChecksums(on ? 1 : 0);
  server_.SetChecksums(on ? 1 : 0);
}

void World::Turn() {
  now_ += kTurn;
  client_.Poll(now_);
  server_.Poll(now_);
}

template <typename Done>
void World::TurnUntil(const char* what, Done done) {
  for (int turn = 0; !done(); ++turn) {
    if (turn == kMostTurns) {
      std::fprintf(stderr, "the peers get nowhere: %s\n", what);
      std::exit(1);
    }
    Turn();
  }
}

void World::Open(int count) {
  while (static_cast<int>(open_.size()) < count) {
    int connection = -1;
    const auto port = static_cast<std::uint16_t>(kServerPort + open_.size() / kMostOfPort % kServerPorts);
    TurnUntil("connect", [&] { return (connection = client_.Connect(port)) >= 0; });
    TurnUntil("be connected", [&] { return client_.IsConnected(connection) != 0; });
    open_.push_back(connection);
  }
}

void World::OpenBulk() {
  if (bulk_ >= 0) return;
  bulk_ = client_.Connect(kSinkPort);
  TurnUntil("be connected", [&] { return client_.IsConnected(bulk_) != 0; });
  // A receiver's window may grow once a millisecond or round trip.
  for (const std::uint64_t end = now_ + kOpening; now_ < end;) Move(kOpeningBytes);
}

void World::Bulk(std::size_t bytes) { Move(bytes); }

void World::Move(std::size_t bytes) {
  const std::uint64_t end = server_.Sunk() + bytes;
  TurnUntil("move bytes", [&] {
    if (bytes > 0) bytes -= client_.Write(bulk_, bytes);
    return server_.Sunk() >= end;
  });
}

void World::RoundTrip() {
  const int connection = open_[next_++ % open_.size()];
  const std::uint64_t end = client_.Responses() + 1;
  if (client_.Write(connection, kRequestSize) != kRequestSize) {
    std::fprintf(stderr, "no room for a request\n");
    std::exit(1);
  }
  TurnUntil("answer", [&] { return client_.Responses() == end; });
}

void World::Echo(std::size_t size) {
  const std::uint64_t end = client_.Replies() + 1;
  client_.SendDatagram(size);
  TurnUntil("echo", [&] { return client_.Replies() == end; });
}

void World::ConnectAndClose() {
  const int connection = client_.Connect(kServerPort);
  TurnUntil("be connected", [&] { return client_.IsConnected(connection) != 0; });
  client_.Close(connection);
  TurnUntil("be gone", [&] { return client_.IsGone(connection) != 0; });
  client_.DropTimeWait();
}

}  // namespace bench
