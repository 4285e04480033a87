// Which control block a segment belongs to, by the two ends. [RFC9293] 3.3.1 / 3.1
#ifndef ENKEL_NET_TCP_CONNECTION_TABLE_H_
#define ENKEL_NET_TCP_CONNECTION_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "net/random_source.h"
#include "net/wire/address.h"

namespace net::tcp {

struct ControlBlock;

// A keyed hash of two ends, for tables alone: of products with secrets, of which nobody outside ever sees a result. So
// nobody can choose ends that collide; but it is no SipHash, and must not be shown.
class EndsHash {
 public:
  explicit EndsHash(RandomSource& random);

  std::uint64_t operator()(const Endpoint& local, const Endpoint& remote) const {
    const Words ours = WordsOf(local);
    const Words theirs = WordsOf(remote);
    std::uint64_t hash =
        Mix(theirs.low ^ keys_[0], ours.low ^ std::uint64_t{remote.port} << 16 ^ local.port ^ keys_[1]);
    if ((ours.high | theirs.high) != 0) hash ^= Mix(theirs.high ^ keys_[2], ours.high ^ keys_[3]);
    return Mix(hash ^ keys_[2], keys_[3]);
  }

 private:
  struct Words {
    std::uint64_t high, low;
  };
  static Words WordsOf(const Endpoint& end) {
    Words words;
    __builtin_memcpy(&words, end.address.ipv6().bytes.data(), sizeof(words));
    return words;
  }
  static std::uint64_t Mix(std::uint64_t a, std::uint64_t b) {
    const auto product = static_cast<unsigned __int128>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }

  std::array<std::uint64_t, 4> keys_;
};

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
