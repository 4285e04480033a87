// Which control block a segment belongs to, by the two ends. [RFC9293] 3.3.1 / 3.1
#ifndef ENKEL_NET_TCP_CONNECTION_TABLE_H_
#define ENKEL_NET_TCP_CONNECTION_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "net/random_source.h"
#include "net/wire/address.h"

namespace net::tcp {

struct ControlBlock;

// A keyed hash of two ends: nobody outside can choose ends that collide. The address of an IPv4 end counts with 4
// bytes.
std::uint64_t HashOf(RandomSource& random, const Endpoint& local, const Endpoint& remote);

// Chained buckets: about one block a bucket, the links lie in the blocks. O(1) but for bad luck. Never owns.
class ConnectionTable {
 public:
  // At least one bucket a connection. CHECKs that `storage` is large enough.
  ConnectionTable(std::span<std::byte> storage, std::size_t connections);
  ConnectionTable(const ConnectionTable&) = delete;
  ConnectionTable& operator=(const ConnectionTable&) = delete;
  static std::size_t StorageFor(std::size_t connections);  // bytes

  ControlBlock* Find(const Endpoint& local, const Endpoint& remote, std::uint64_t hash) const;
  void Insert(ControlBlock& block, std::uint64_t hash);  // its ends must not change until it is removed
  void Remove(ControlBlock& block);                      // nothing happens when it is not here

  // One of the blocks; null: the table is empty. O(table), for the stack's end.
  ControlBlock* First() const;

  // All places, each the first block of a row that goes on by next_in_bucket. For tests.
  std::span<ControlBlock* const> buckets() const { return buckets_; }

 private:
  std::span<ControlBlock*> buckets_;
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_CONNECTION_TABLE_H_
