#include "net/neighbor/cache.h"

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <utility>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/context.h"
#include "net/interface/interface.h"
#include "net/neighbor/neighbor.h"
#include "net/packet/packet.h"
#include "net/timers.h"
#include "net/wire/address.h"
#include "net/wire/ethernet.h"

namespace net {
namespace {

using kernel::Duration;
using kernel::Error;
using kernel::Fail;
using kernel::Instant;

// Multiplies by secrets, so that whoever chooses addresses cannot choose buckets.
std::uint64_t Mix(std::uint64_t a, std::uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace

Neighbor::Neighbor() : Timer(NeighborCache::OnTimer) {}

NeighborCache::NeighborCache(Context& context, std::span<NeighborPlace> storage, wire::EtherType type,
                             NeighborResolver& resolver)
    : context_(context),
      places_(storage),
      type_(type),
      resolver_(resolver),
      hash_key_{context.random().Next() | 1, context.random().Next() | 1} {
  CHECK(!storage.empty());
}

NeighborCache::~NeighborCache() {
  for (NeighborPlace& place : places_.first(made_count_)) {
    context_.timers().Stop(place.neighbor_);
    place.neighbor_.waiting_.Clear();
  }
}

void NeighborCache::List::PushFront(Neighbor& neighbor) {
  neighbor.previous_ = nullptr;
  neighbor.next_ = first;
  (first == nullptr ? last : first->previous_) = &neighbor;
  first = &neighbor;
}

void NeighborCache::List::Remove(Neighbor& neighbor) {
  (neighbor.previous_ == nullptr ? first : neighbor.previous_->next_) = neighbor.next_;
  (neighbor.next_ == nullptr ? last : neighbor.next_->previous_) = neighbor.previous_;
}

NeighborCache::List& NeighborCache::ListOf(const Neighbor& neighbor) {
  switch (neighbor.state_) {
    case NeighborState::kFree:
      return free_;
    case NeighborState::kIncomplete:
      return incomplete_;
    default:
      return known_;
  }
}

Neighbor*& NeighborCache::BucketOf(const Interface& interface, const IpAddress& address) const {
  const Ipv6Address& bytes = address.ipv6();
  const std::uint64_t mixed = Mix(bytes.high() ^ interface.index() ^ hash_key_[0], hash_key_[1]) ^
                              Mix(bytes.low() ^ hash_key_[1], hash_key_[0]);
  return places_[static_cast<std::size_t>((mixed >> 32) * places_.size() >> 32)].bucket_;
}

Neighbor* NeighborCache::Lookup(const Interface& interface, const IpAddress& address) const {
  Neighbor* neighbor = BucketOf(interface, address);
  while (neighbor != nullptr && (neighbor->address_ != address || neighbor->interface_ != &interface)) {
    neighbor = neighbor->next_in_bucket_;
  }
  return neighbor;
}

const Neighbor* NeighborCache::Find(Interface& interface, const IpAddress& address) const {
  return Lookup(interface, address);
}

// A free one that never was anybody.
Neighbor* NeighborCache::MakeEntry() {
  Neighbor* const neighbor = new (&places_[made_count_++].neighbor_) Neighbor;
  neighbor->cache_ = this;
  free_.PushFront(*neighbor);
  return neighbor;
}

// Whoever nobody needs goes first: who is stale and was not used for longest. What a stranger makes us learn takes the
// place of nobody else; for somebody whom we want to reach the oldest question goes next, and then the least used.
Neighbor* NeighborCache::TakeEntry(bool is_learned) {
  if (free_.last != nullptr) return free_.last;
  if (made_count_ < places_.size()) return MakeEntry();
  Neighbor* victim = known_.last;
  if (victim == nullptr || victim->StateAt(context_.now()) != NeighborState::kStale) {
    if (is_learned) return nullptr;
    if (incomplete_.last != nullptr) victim = incomplete_.last;
  }
  ++counters_.evicted;
  Remove(*victim);
  return victim;
}

Neighbor* NeighborCache::Create(Interface& interface, const IpAddress& address, NeighborState state) {
  Neighbor* const neighbor = TakeEntry(state == NeighborState::kStale);
  if (neighbor == nullptr) {
    ++counters_.refused;
    return nullptr;
  }
  free_.Remove(*neighbor);
  neighbor->interface_ = &interface;
  neighbor->address_ = address;
  neighbor->is_router_ = false;
  neighbor->solicitations_ = 0;
  neighbor->state_ = state;
  ListOf(*neighbor).PushFront(*neighbor);
  neighbor->next_in_bucket_ = std::exchange(BucketOf(interface, address), neighbor);
  ++size_;
  ++counters_.created;
  return neighbor;
}

// Makes an entry free.
void NeighborCache::Remove(Neighbor& neighbor) {
  Neighbor** place = &BucketOf(*neighbor.interface_, neighbor.address_);
  while (*place != &neighbor) place = &(*place)->next_in_bucket_;
  *place = neighbor.next_in_bucket_;
  context_.timers().Stop(neighbor);
  neighbor.waiting_.Clear();
  ListOf(neighbor).Remove(neighbor);
  neighbor.state_ = NeighborState::kFree;
  free_.PushFront(neighbor);
  --size_;
}

kernel::Result<void> NeighborCache::Send(Packet packet, Interface& interface, const IpAddress& next_hop,
                                         Neighbor*& hint) {
  Neighbor* neighbor = hint;
  if (neighbor == nullptr || neighbor->state_ == NeighborState::kFree || neighbor->interface_ != &interface ||
      neighbor->address_ != next_hop) {
    neighbor = hint = Lookup(interface, next_hop);
  }
  if (neighbor == nullptr) {
    neighbor = Create(interface, next_hop, NeighborState::kIncomplete);
    if (neighbor == nullptr) return Fail(Error::kOutOfMemory);
    Enqueue(*neighbor, std::move(packet));
    SolicitAgain(*neighbor);
    return {};
  }
  if (neighbor->state_ == NeighborState::kIncomplete) {
    Enqueue(*neighbor, std::move(packet));
    return {};
  }
  if (known_.first != neighbor) {
    known_.Remove(*neighbor);
    known_.PushFront(*neighbor);
  }
  if (neighbor->StateAt(context_.now()) == NeighborState::kStale) StartDelay(*neighbor);
  return interface.Send(std::move(packet), neighbor->mac_, type_);
}

void NeighborCache::Enqueue(Neighbor& neighbor, Packet packet) {
  if (neighbor.waiting_.count() == kMostWaiting) {
    neighbor.waiting_.Pop();
    ++counters_.overflowed;
  }
  neighbor.waiting_.Push(std::move(packet));
}

// The neighbour's address is known now: whatever waited for it goes.
void NeighborCache::SetMac(Neighbor& neighbor, const MacAddress& mac, NeighborState state) {
  List& old_list = ListOf(neighbor);
  old_list.Remove(neighbor);
  neighbor.mac_ = mac;
  neighbor.state_ = state;
  known_.PushFront(neighbor);
  context_.timers().Stop(neighbor);
  if (neighbor.waiting_.IsEmpty()) return;
  if (state == NeighborState::kStale) StartDelay(neighbor);
  while (Packet packet = neighbor.waiting_.Pop()) {
    // A device without room loses it, as a wire might; the interface counts that.
    (void)neighbor.interface_->Send(std::move(packet), neighbor.mac_, type_);
  }
}

// For a time that differs each time, so that hosts do not ask in step. [RFC4861] 6.3.2
void NeighborCache::SetReachable(Neighbor& neighbor) {
  const std::int64_t half = reachable_time_.nanoseconds / 2;
  const std::int64_t part = context_.random().Below(1024);
  neighbor.reachable_until_ = context_.now() + Duration::Nanoseconds(half + reachable_time_.nanoseconds / 1024 * part);
  if (neighbor.state_ != NeighborState::kReachable) context_.timers().Stop(neighbor);
  neighbor.state_ = NeighborState::kReachable;
}

void NeighborCache::SetStale(Neighbor& neighbor) {
  context_.timers().Stop(neighbor);
  neighbor.state_ = NeighborState::kStale;
}

// Traffic goes on meanwhile, and may prove the neighbour by itself. [RFC4861] 7.3.3
void NeighborCache::StartDelay(Neighbor& neighbor) {
  neighbor.state_ = NeighborState::kDelay;
  neighbor.solicitations_ = 0;
  context_.timers().Start(neighbor, context_.now() + kDelayTime);
  context_.RequestPoll();
}

void NeighborCache::SolicitAgain(Neighbor& neighbor) {
  ++neighbor.solicitations_;
  context_.timers().Start(neighbor, context_.now() + retransmit_time_);
  // A question that found no memory has nobody polled: the next one must come all the same.
  context_.RequestPoll();
  const bool is_known = neighbor.state_ != NeighborState::kIncomplete;
  resolver_.Solicit(*neighbor.interface_, neighbor.address_, is_known ? &neighbor.mac_ : nullptr);
}

void NeighborCache::GiveUp(Neighbor& neighbor) {
  Interface& interface = *neighbor.interface_;
  const IpAddress address = neighbor.address_;
  const bool was_known = neighbor.state_ != NeighborState::kIncomplete;
  PacketQueue waiting;
  while (Packet packet = neighbor.waiting_.Pop()) waiting.Push(std::move(packet));
  Remove(neighbor);
  ++(was_known ? counters_.lost : counters_.unresolved);
  if (was_known) resolver_.OnLost(interface, address);
  // These may send, and so make the entry again.
  while (Packet packet = waiting.Pop()) resolver_.OnUnresolved(std::move(packet), interface, address);
}

void NeighborCache::OnTimer(Timer& timer, Instant) {
  Neighbor& neighbor = static_cast<Neighbor&>(timer);
  NeighborCache& cache = *neighbor.cache_;
  if (neighbor.state_ == NeighborState::kDelay) neighbor.state_ = NeighborState::kProbe;
  neighbor.solicitations_ < kMostSolicitations ? cache.SolicitAgain(neighbor) : cache.GiveUp(neighbor);
}

void NeighborCache::Learn(Interface& interface, const IpAddress& address, const MacAddress& mac) {
  Neighbor* neighbor = Lookup(interface, address);
  if (neighbor == nullptr) {
    neighbor = Create(interface, address, NeighborState::kStale);
    if (neighbor != nullptr) neighbor->mac_ = mac;
    return;
  }
  if (neighbor->state_ == NeighborState::kIncomplete || neighbor->mac_ != mac) {
    SetMac(*neighbor, mac, NeighborState::kStale);
  }
}

void NeighborCache::Advertise(Interface& interface, const IpAddress& address,
                              const NeighborAdvertisement& advertisement) {
  Neighbor* const neighbor = Lookup(interface, address);
  if (neighbor == nullptr) return;
  if (neighbor->state_ == NeighborState::kIncomplete) {
    if (advertisement.mac == nullptr) return;
    neighbor->is_router_ = advertisement.is_router;
    SetMac(*neighbor, *advertisement.mac, NeighborState::kStale);
    if (advertisement.is_solicited) SetReachable(*neighbor);
    return;
  }
  const bool is_new = advertisement.mac != nullptr && *advertisement.mac != neighbor->mac_;
  if (is_new && !advertisement.overrides) {
    // Somebody claims another address and does not insist: the one that we have is in doubt.
    if (neighbor->StateAt(context_.now()) == NeighborState::kReachable) SetStale(*neighbor);
    return;
  }
  neighbor->is_router_ = advertisement.is_router;
  if (is_new) SetMac(*neighbor, *advertisement.mac, NeighborState::kStale);
  if (advertisement.is_solicited) SetReachable(*neighbor);
}

void NeighborCache::ConfirmReachable(Interface& interface, const IpAddress& address) {
  Neighbor* const neighbor = Lookup(interface, address);
  if (neighbor != nullptr && neighbor->state_ != NeighborState::kIncomplete) SetReachable(*neighbor);
}

void NeighborCache::SetRouter(Interface& interface, const IpAddress& address, bool is_router) {
  if (Neighbor* const neighbor = Lookup(interface, address)) neighbor->is_router_ = is_router;
}

void NeighborCache::Forget(Interface& interface, const IpAddress& address) {
  if (Neighbor* const neighbor = Lookup(interface, address)) Remove(*neighbor);
}

void NeighborCache::ForgetAll(Interface& interface) {
  for (NeighborPlace& place : places_.first(made_count_)) {
    Neighbor& neighbor = place.neighbor_;
    if (neighbor.state_ != NeighborState::kFree && neighbor.interface_ == &interface) Remove(neighbor);
  }
}

}  // namespace net
