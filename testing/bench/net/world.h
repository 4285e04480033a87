// Two peers of a kind, the wire between them and the time that both see.
#ifndef ENKEL_TESTING_BENCH_NET_WORLD_H_
#define ENKEL_TESTING_BENCH_NET_WORLD_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "testing/bench/net/peer.h"

namespace bench {

// One a kind and process: a peer's state may be global.
class World {
 public:
  static constexpr unsigned kMostConnections = 100'100;

  World(const Peer& client, const Peer& server);

  void SetChecksums(bool on);

  // A turn of both; time passes.
  void Turn();

  // Opens connections until there are `count`, all established.
  void Open(int count);

  // Opens the connection that Bulk uses, and moves bytes over it until its windows are as large as they become.
  void OpenBulk();

  // The units of work that are measured. Each ends the process with a message when the peers get nowhere.
  void Bulk(std::size_t bytes);  // over OpenBulk's connection, written as there is room, read at once
  void RoundTrip();              // request and response, over the next of the open connections
  void Echo(std::size_t size);   // a datagram there and back
  void ConnectAndClose();        // both ends closed, in order

 private:
  template <typename Done>
  void TurnUntil(const char* what, Done done);
  void Move(std::size_t bytes);

  const Peer& client_;
  const Peer& server_;
  WireDirection there_ = {};
  WireDirection back_ = {};
  std::uint64_t now_ = 1'000'000'000;  // nanoseconds
  std::vector<int> open_;
  std::size_t next_ = 0;
  int bulk_ = -1;
};

}  // namespace bench

#endif  // ENKEL_TESTING_BENCH_NET_WORLD_H_
