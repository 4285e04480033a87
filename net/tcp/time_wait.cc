#include "net/tcp/time_wait.h"

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

constexpr std::uint32_t kNone = 0x7fff'ffff;

// A chain ends with the number of its bucket, so that an entry finds its bucket without the hash.
constexpr std::uint32_t kEndOfChain = 0x8000'0000;

constexpr std::int64_t kMillisecond = 1'000'000;  // nanoseconds

// Expiries in one go; more wait for the next.
constexpr int kMostAtOnce = 64;

}  // namespace

TimeWait::TimeWait(Timers& timers, std::span<std::byte> storage, std::size_t count)
    : timers_(timers), capacity_(count), bucket_mask_(BucketsFor(count) - 1) {
  CHECK(count > 0 && count < kNone);
  const std::span<std::byte> room = Aligned(storage, alignof(TimeWaitEntry));
  CHECK(room.size() >= StorageFor(count) - alignof(TimeWaitEntry));
  entries_ = reinterpret_cast<TimeWaitEntry*>(room.data());
  buckets_ = reinterpret_cast<std::uint32_t*>(entries_ + count);
  oldest_ = newest_ = kNone;
}

TimeWait::~TimeWait() { timers_.Stop(timer_); }

[[gnu::noinline]] void TimeWait::MakeBuckets() {
  for (std::size_t i = 0; i <= bucket_mask_; ++i) {
    new (&buckets_[i]) std::uint32_t(kEndOfChain | static_cast<std::uint32_t>(i));
  }
}

[[gnu::noinline]] void TimeWait::MakeEntry() {
  TimeWaitEntry* const entry = new (&entries_[used_count_]) TimeWaitEntry;
  entry->next_in_bucket = ++used_count_;
}

bool TimeWait::Add(const TimeWaitEntry& entry, std::uint64_t hash, kernel::Instant now) {
  const bool must_evict = count_ == capacity_;
  if (must_evict) Remove(entries_[oldest_]);
  if (used_count_ == 0) MakeBuckets();
  if (free_ == used_count_) MakeEntry();
  const std::uint32_t place = free_;
  TimeWaitEntry& added = entries_[place];
  free_ = added.next_in_bucket;
  added = entry;
  std::uint32_t& bucket = buckets_[hash & bucket_mask_];
  added.next_in_bucket = bucket;
  bucket = place;
  ++count_;
  Begin(place, now);
  return must_evict;
}

TimeWaitEntry* TimeWait::Find(const Endpoint& local, const Endpoint& remote, std::uint64_t hash) {
  if (count_ == 0) return nullptr;  // maybe there are no buckets yet
  std::uint32_t place = buckets_[hash & bucket_mask_];
  while (place < kEndOfChain) {
    TimeWaitEntry& entry = entries_[place];
    if (entry.remote == remote && entry.local == local) return &entry;
    place = entry.next_in_bucket;
  }
  return nullptr;
}

void TimeWait::Restart(TimeWaitEntry& entry, kernel::Instant now) {
  const std::uint32_t place = PlaceOf(entry);
  RemoveFromAge(place);
  Begin(place, now);
}

void TimeWait::Begin(std::uint32_t place, kernel::Instant now) {
  AppendToAge(place);
  const std::int64_t due = (now + kTwoSegmentLifetimes).nanoseconds + kMillisecond - 1;
  entries_[place].expires = static_cast<std::uint32_t>(due / kMillisecond);
  if (!timer_.IsRunning()) timers_.Start(timer_, {due / kMillisecond * kMillisecond});
}

void TimeWait::Remove(TimeWaitEntry& entry) {
  const std::uint32_t place = PlaceOf(entry);
  RemoveFromAge(place);
  RemoveFromBucket(place);
  entry.next_in_bucket = free_;
  free_ = place;
  --count_;
}

void TimeWait::AppendToAge(std::uint32_t place) {
  entries_[place].older = newest_;
  entries_[place].newer = kNone;
  (newest_ == kNone ? oldest_ : entries_[newest_].newer) = place;
  newest_ = place;
}

void TimeWait::RemoveFromAge(std::uint32_t place) {
  const std::uint32_t older = entries_[place].older;
  const std::uint32_t newer = entries_[place].newer;
  (older == kNone ? oldest_ : entries_[older].newer) = newer;
  if (newer == kNone) {
    newest_ = older;
  } else {
    entries_[newer].older = older;
  }
}

void TimeWait::RemoveFromBucket(std::uint32_t place) {
  std::uint32_t end = entries_[place].next_in_bucket;
  while (end < kEndOfChain) end = entries_[end].next_in_bucket;
  std::uint32_t* link = &buckets_[end - kEndOfChain];
  while (*link != place) link = &entries_[*link].next_in_bucket;
  *link = entries_[place].next_in_bucket;
}

void TimeWait::ExpiryTimer::OnDue(Timer& timer, kernel::Instant now) {
  static_cast<ExpiryTimer&>(timer).owner_.Expire(now);
}

void TimeWait::Expire(kernel::Instant now) {
  const std::int64_t milliseconds = now.nanoseconds / kMillisecond;
  for (int i = 0; i < kMostAtOnce && oldest_ != kNone; ++i) {
    const auto left = static_cast<std::int32_t>(entries_[oldest_].expires - static_cast<std::uint32_t>(milliseconds));
    if (left > 0) break;
    Remove(entries_[oldest_]);
  }
  if (oldest_ == kNone) return;
  const auto left = static_cast<std::int32_t>(entries_[oldest_].expires - static_cast<std::uint32_t>(milliseconds));
  timers_.Start(timer_, {(milliseconds + left) * kMillisecond});
}

}  // namespace net::tcp
