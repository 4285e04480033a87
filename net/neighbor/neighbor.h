// What is known about a neighbour: a host on a link of ours. [RFC4861] 5.1
#ifndef ENKEL_NET_NEIGHBOR_NEIGHBOR_H_
#define ENKEL_NET_NEIGHBOR_NEIGHBOR_H_

#include <cstdint>

#include "kernel/base/time.h"
#include "net/interface/interface.h"
#include "net/packet/packet.h"
#include "net/timers.h"
#include "net/wire/address.h"

namespace net {

class NeighborCache;

// [RFC4861] 7.3.2; kFree is an entry that waits for use.
enum class NeighborState : std::uint8_t { kFree, kIncomplete, kReachable, kStale, kDelay, kProbe };

// An entry of a cache.
class Neighbor : private Timer {
 public:
  Neighbor();

  Interface& interface() const { return *interface_; }
  const IpAddress& address() const { return address_; }
  const MacAddress& mac() const { return mac_; }  // unless incomplete
  bool is_router() const { return is_router_; }   // [RFC4861] 7.3.3

  // A neighbour of whom nothing was heard for the reachable time is stale from then on, without anybody doing it.
  NeighborState StateAt(kernel::Instant now) const {
    return state_ == NeighborState::kReachable && now > reachable_until_ ? NeighborState::kStale : state_;
  }

 private:
  friend class NeighborCache;

  NeighborCache* cache_ = nullptr;
  Interface* interface_ = nullptr;
  IpAddress address_;
  MacAddress mac_;
  NeighborState state_ = NeighborState::kFree;
  bool is_router_ = false;
  std::uint8_t solicitations_ = 0;  // that were sent in this state
  kernel::Instant reachable_until_;
  PacketQueue waiting_;  // for the address, while incomplete
  Neighbor* next_in_bucket_ = nullptr;
  Neighbor* previous_ = nullptr;  // in a list, from the most recently used on
  Neighbor* next_ = nullptr;
};

// Room for an entry, which is made when it is first needed, and one bucket of a cache.
class NeighborPlace {
 public:
  NeighborPlace() {}
  ~NeighborPlace() {}

 private:
  friend class NeighborCache;

  Neighbor* bucket_ = nullptr;  // the first neighbour whose hash is this place's number
  union {
    Neighbor neighbor_;
  };
};

}  // namespace net

#endif  // ENKEL_NET_NEIGHBOR_NEIGHBOR_H_
