// The neighbour cache: which MAC address a next hop has, and whether it still answers. One each for IPv4, where ARP
// asks and answers, and for IPv6, where neighbour discovery does; the states are those of [RFC4861] 7.3 for both.
//
// Its size is fixed. A stranger can make it remember addresses, but these never push out a neighbour in use.
#ifndef ENKEL_NET_NEIGHBOR_CACHE_H_
#define ENKEL_NET_NEIGHBOR_CACHE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/context.h"
#include "net/interface/interface.h"
#include "net/neighbor/neighbor.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/ethernet.h"

namespace net {

// Who asks on the wire: ARP or neighbour discovery.
class NeighborResolver {
 public:
  // Asks who has `target`: everybody, or where `mac` is not null the neighbour itself, whether it is still there.
  virtual void Solicit(Interface& interface, const IpAddress& target, const MacAddress* mac) = 0;

  // Nobody has `target`; one call for each packet that waited for it.
  virtual void OnUnresolved(Packet packet, Interface& interface, const IpAddress& target) = 0;

  // A neighbour no longer answers, and was forgotten.
  virtual void OnLost(Interface& interface, const IpAddress& target) = 0;

 protected:
  ~NeighborResolver() = default;
};

// An answer to a solicitation, or news that nobody asked for. [RFC4861] 4.4
struct NeighborAdvertisement {
  const MacAddress* mac = nullptr;  // null: not said
  bool is_solicited = false;
  bool overrides = false;  // a known address, too
  bool is_router = false;
};

struct NeighborCounters {
  std::uint64_t created = 0;
  std::uint64_t evicted = 0;
  std::uint64_t refused = 0;     // strangers that were not remembered, for want of an entry
  std::uint64_t overflowed = 0;  // packets that left a neighbour's queue for a newer one
  std::uint64_t unresolved = 0;  // neighbours that never answered
  std::uint64_t lost = 0;        // neighbours that no longer answered
};

// Not interrupt-safe; nothing blocks or allocates. A search takes constant time: strangers cannot know the hash.
class NeighborCache {
 public:
  // Packets that wait for one neighbour's address; the newest are kept. [RFC4861] 7.2.2
  static constexpr std::size_t kMostWaiting = 3;

  // [RFC4861] 10
  static constexpr kernel::Duration kReachableTime = kernel::Duration::Seconds(30);
  static constexpr kernel::Duration kRetransmitTime = kernel::Duration::Seconds(1);
  static constexpr kernel::Duration kDelayTime = kernel::Duration::Seconds(5);
  static constexpr int kMostSolicitations = 3;

  // Holds as many neighbours as `storage`, which outlives it. Frames are sent with `type`.
  NeighborCache(Context& context, std::span<NeighborPlace> storage, wire::EtherType type, NeighborResolver& resolver);
  ~NeighborCache();
  NeighborCache(const NeighborCache&) = delete;
  NeighborCache& operator=(const NeighborCache&) = delete;

  // What routers advertise. [RFC4861] 6.3.2
  void SetReachableTime(kernel::Duration time) { reachable_time_ = time; }
  void SetRetransmitTime(kernel::Duration time) { retransmit_time_ = time; }

  // Sends a packet to a neighbour; while its address is not known, keeps it and asks. A packet that waits counts as
  // sent. Errors: as Interface::Send; kOutOfMemory (no entry is left).
  kernel::Result<void> Send(Packet packet, Interface& interface, const IpAddress& next_hop) {
    Neighbor* hint = nullptr;
    return Send(std::move(packet), interface, next_hop, hint);
  }

  // The same for who sends to a neighbour often: `hint` spares the search for the entry that the last call found. It
  // may be null, or any entry of this cache, of whomever by now.
  kernel::Result<void> Send(Packet packet, Interface& interface, const IpAddress& next_hop, Neighbor*& hint);

  // For the same: where a frame can go at once with nothing else to be done, as nearly always: `hint` is the one that
  // was used last, and nobody doubts that it is there. Null: Send must look closer.
  const MacAddress* MacOf(const Interface& interface, const IpAddress& next_hop, const Neighbor* hint) const {
    if (hint == nullptr || hint != known_.first) return nullptr;
    if (hint->state_ == NeighborState::kStale) return nullptr;
    if (hint->state_ == NeighborState::kReachable && context_.now() > hint->reachable_until_) return nullptr;
    return hint->interface_ == &interface && hint->address_ == next_hop ? &hint->mac_ : nullptr;
  }

  // A neighbour told its address with something else: a request, a solicitation, an advertisement of routers. Creates
  // an entry where there is room. [RFC4861] 7.2.3
  void Learn(Interface& interface, const IpAddress& address, const MacAddress& mac);

  // Changes a known entry; an unknown one is not created. [RFC4861] 7.2.5
  void Advertise(Interface& interface, const IpAddress& address, const NeighborAdvertisement& advertisement);

  // Somebody above had word from it. [RFC4861] 7.3.1
  void ConfirmReachable(Interface& interface, const IpAddress& address);

  void SetRouter(Interface& interface, const IpAddress& address, bool is_router);

  // Forgets one, or all of an interface; what waits for them is dropped.
  void Forget(Interface& interface, const IpAddress& address);
  void ForgetAll(Interface& interface);

  // Null: not known.
  const Neighbor* Find(Interface& interface, const IpAddress& address) const;

  std::size_t size() const { return size_; }
  const NeighborCounters& counters() const { return counters_; }

 private:
  // Doubly linked, from the most recently used to the least.
  struct List {
    Neighbor* first = nullptr;
    Neighbor* last = nullptr;
    void PushFront(Neighbor& neighbor);
    void Remove(Neighbor& neighbor);
  };

  static void OnTimer(Timer& timer, kernel::Instant now);
  friend class Neighbor;

  Neighbor*& BucketOf(const Interface& interface, const IpAddress& address) const;
  Neighbor* Lookup(const Interface& interface, const IpAddress& address) const;
  Neighbor* Create(Interface& interface, const IpAddress& address, NeighborState state);
  Neighbor* MakeEntry();
  Neighbor* TakeEntry(bool is_learned);
  void Remove(Neighbor& neighbor);
  List& ListOf(const Neighbor& neighbor);
  void SetMac(Neighbor& neighbor, const MacAddress& mac, NeighborState state);
  void SetReachable(Neighbor& neighbor);
  void SetStale(Neighbor& neighbor);
  void StartDelay(Neighbor& neighbor);
  void SolicitAgain(Neighbor& neighbor);
  void GiveUp(Neighbor& neighbor);
  void Enqueue(Neighbor& neighbor, Packet packet);

  Context& context_;
  const std::span<NeighborPlace> places_;
  const wire::EtherType type_;
  NeighborResolver& resolver_;
  kernel::Duration reachable_time_ = kReachableTime;
  kernel::Duration retransmit_time_ = kRetransmitTime;
  const std::array<std::uint64_t, 2> hash_key_;
  std::size_t made_count_ = 0;  // entries, in the first places
  std::size_t size_ = 0;
  List free_;
  List incomplete_;
  List known_;
  NeighborCounters counters_;
};

}  // namespace net

#endif  // ENKEL_NET_NEIGHBOR_CACHE_H_
