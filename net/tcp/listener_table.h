// The ports that somebody listens at.
#ifndef ENKEL_NET_TCP_LISTENER_TABLE_H_
#define ENKEL_NET_TCP_LISTENER_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "net/tcp/observer.h"
#include "net/tcp/options.h"
#include "net/tcp/pool.h"
#include "net/wire/address.h"

namespace net::tcp {

struct ControlBlock;
struct Stack;

// The LISTEN state. [RFC9293] 3.10.1
struct ListenBlock {
  explicit ListenBlock(Stack& its_stack) : stack(its_stack) {}

  Stack& stack;
  ListenBlock* next_in_bucket = nullptr;
  Endpoint local;  // an unspecified address: any
  Options options;
  Observer* observer = nullptr;
  ControlBlock* first = nullptr;  // established, not accepted; linked by next_to_accept
  ControlBlock* last = nullptr;
  std::uint32_t waiting = 0;    // connections in that row
  std::uint32_t half_open = 0;  // handshakes in the table of half-open ones
  std::uint32_t backlog = 0;    // most of `waiting`
};

// Chained by port. O(1) for as many listeners as there are buckets. Never allocates.
class ListenerTable {
 public:
  explicit ListenerTable(std::span<std::byte> storage) : blocks_(storage) {}
  ListenerTable(const ListenerTable&) = delete;
  ListenerTable& operator=(const ListenerTable&) = delete;
  static constexpr std::size_t StorageFor(std::size_t listeners) { return Pool<ListenBlock>::StorageFor(listeners); }

  // Whoever listens at exactly this end, or else at its port of any address; null: nobody.
  ListenBlock* Find(const Endpoint& local) const;
  ListenBlock* FindExactly(const Endpoint& local) const;

  ListenBlock* Add(Stack& stack, const Endpoint& local);  // null: no place is left
  void Remove(ListenBlock& block);

 private:
  static constexpr std::size_t kBuckets = 64;
  static std::size_t BucketOf(std::uint16_t port) { return port % kBuckets; }

  Pool<ListenBlock> blocks_;
  std::array<ListenBlock*, kBuckets> buckets_ = {};
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_LISTENER_TABLE_H_
