#include "net/tcp/half_open.h"

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>

#include "kernel/base/check.h"
#include "kernel/base/time.h"
#include "net/tcp/align.h"
#include "net/timers.h"
#include "net/wire/address.h"

namespace net::tcp {
namespace {

constexpr std::uint32_t kNone = UINT32_MAX;

// A chain ends with the number of its bucket, so that an entry finds its bucket without the hash.
constexpr std::uint32_t kEndOfChain = 0x8000'0000;

// Entries that are looked at in one go; more wait for the next.
constexpr int kMostAtOnce = 16;

// [RFC6298] 2.1, 5.5
constexpr kernel::Duration TimeoutAfter(std::uint8_t retransmissions) {
  return kernel::Duration::Seconds(std::int64_t{1} << retransmissions);
}

}  // namespace

HalfOpen::HalfOpen(Timers& timers, User& user, std::span<std::byte> storage, std::size_t count)
    : timers_(timers), user_(user), capacity_(count), bucket_mask_(BucketsFor(count) - 1) {
  CHECK(count < kEndOfChain);
  const std::span<std::byte> room = Aligned(storage, alignof(HalfOpenEntry));
  CHECK(room.size() >= StorageFor(count) - alignof(HalfOpenEntry));
  entries_ = reinterpret_cast<HalfOpenEntry*>(room.data());
  buckets_ = reinterpret_cast<std::uint32_t*>(entries_ + count);
  for (Queue& queue : queues_) queue = {.first = kNone, .last = kNone};
}

HalfOpen::~HalfOpen() { timers_.Stop(timer_); }

[[gnu::noinline]] void HalfOpen::MakeBuckets() {
  for (std::size_t i = 0; i <= bucket_mask_; ++i) {
    new (&buckets_[i]) std::uint32_t(kEndOfChain | static_cast<std::uint32_t>(i));
  }
}

[[gnu::noinline]] void HalfOpen::MakeEntry() {
  HalfOpenEntry* const entry = new (&entries_[used_count_]) HalfOpenEntry;
  entry->next_in_bucket = ++used_count_;
}

HalfOpenEntry* HalfOpen::Add(const HalfOpenEntry& entry, std::uint64_t hash, kernel::Instant now) {
  if (IsFull()) return nullptr;
  if (used_count_ == 0) MakeBuckets();
  if (free_ == used_count_) MakeEntry();
  const std::uint32_t place = free_;
  HalfOpenEntry& added = entries_[place];
  free_ = added.next_in_bucket;
  added = entry;
  added.retransmissions = 0;
  std::uint32_t& bucket = buckets_[hash & bucket_mask_];
  added.next_in_bucket = bucket;
  bucket = place;
  ++count_;
  Enqueue(place, now);
  if (!timer_.IsRunning() || added.due < timer_.deadline()) timers_.Start(timer_, added.due);
  return &added;
}

HalfOpenEntry* HalfOpen::Find(const Endpoint& local, const Endpoint& remote, std::uint64_t hash) {
  if (count_ == 0) return nullptr;  // maybe there are no buckets yet
  std::uint32_t place = buckets_[hash & bucket_mask_];
  while (place < kEndOfChain) {
    HalfOpenEntry& entry = entries_[place];
    if (entry.remote == remote && entry.local == local) return &entry;
    place = entry.next_in_bucket;
  }
  return nullptr;
}

void HalfOpen::Remove(HalfOpenEntry& entry) {
  const std::uint32_t place = PlaceOf(entry);
  Dequeue(place);
  RemoveFromBucket(place);
  entry.next_in_bucket = free_;
  free_ = place;
  --count_;
}

void HalfOpen::RemoveAllOf(const ListenBlock& listener) {
  for (Queue& queue : queues_) {
    for (std::uint32_t place = queue.first; place != kNone;) {
      HalfOpenEntry& entry = entries_[place];
      place = entry.later;
      if (entry.listener == &listener) Remove(entry);
    }
  }
}

void HalfOpen::Enqueue(std::uint32_t place, kernel::Instant now) {
  HalfOpenEntry& entry = entries_[place];
  Queue& queue = queues_[entry.retransmissions];
  entry.due = now + TimeoutAfter(entry.retransmissions);
  entry.earlier = queue.last;
  entry.later = kNone;
  (queue.last == kNone ? queue.first : entries_[queue.last].later) = place;
  queue.last = place;
}

void HalfOpen::Dequeue(std::uint32_t place) {
  const HalfOpenEntry& entry = entries_[place];
  Queue& queue = queues_[entry.retransmissions];
  (entry.earlier == kNone ? queue.first : entries_[entry.earlier].later) = entry.later;
  (entry.later == kNone ? queue.last : entries_[entry.later].earlier) = entry.earlier;
}

void HalfOpen::RemoveFromBucket(std::uint32_t place) {
  std::uint32_t end = entries_[place].next_in_bucket;
  while (end < kEndOfChain) end = entries_[end].next_in_bucket;
  std::uint32_t* link = &buckets_[end - kEndOfChain];
  while (*link != place) link = &entries_[*link].next_in_bucket;
  *link = entries_[place].next_in_bucket;
}

// Whose turn it is next; null: the table is empty.
HalfOpenEntry* HalfOpen::First() {
  HalfOpenEntry* first = nullptr;
  for (const Queue& queue : queues_) {
    if (queue.first == kNone) continue;
    HalfOpenEntry& entry = entries_[queue.first];
    if (first == nullptr || entry.due < first->due) first = &entry;
  }
  return first;
}

// A timer that is early finds nothing to do and is set anew: removing needs not look for the next one.
void HalfOpen::SetTimer() {
  const HalfOpenEntry* const first = First();
  if (first == nullptr) return;
  if (!timer_.IsRunning() || first->due < timer_.deadline()) timers_.Start(timer_, first->due);
}

void HalfOpen::RetransmissionTimer::OnDue(Timer& timer, kernel::Instant now) {
  static_cast<RetransmissionTimer&>(timer).owner_.RunDue(now);
}

void HalfOpen::RunDue(kernel::Instant now) {
  for (int i = 0; i < kMostAtOnce; ++i) {
    HalfOpenEntry* const entry = First();
    if (entry == nullptr || entry->due > now) break;
    if (entry->retransmissions == kMostRetransmissions) {
      user_.OnGaveUp(*entry);
      Remove(*entry);
      continue;
    }
    const std::uint32_t place = PlaceOf(*entry);
    Dequeue(place);
    ++entry->retransmissions;
    Enqueue(place, now);
    user_.SendSynAckAgain(*entry, now);
  }
  SetTimer();
}

}  // namespace net::tcp
