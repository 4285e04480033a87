// Connections in TIME-WAIT, in 64 bytes each. [RFC9293] 3.6.1
//
// All wait equally long, so they expire first in, first out, with one timer. When the table is full the oldest goes.
#ifndef ENKEL_NET_TCP_TIME_WAIT_H_
#define ENKEL_NET_TCP_TIME_WAIT_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/time.h"
#include "net/tcp/sequence.h"
#include "net/timers.h"
#include "net/wire/address.h"

namespace net::tcp {

inline constexpr kernel::Duration kTwoSegmentLifetimes =
    kernel::Duration::Seconds(60);  // 2 MSL, as most stacks have it

// The offset of its timestamps is TimestampOffset() of the ends, again.
struct TimeWaitEntry {
  Endpoint local;
  Endpoint remote;
  Sequence snd_nxt;             // after our FIN
  Sequence rcv_nxt;             // after theirs
  std::uint32_t ts_recent = 0;  // [RFC7323] 4.3
  bool has_timestamps : 1 = false;
  // The table's own: places in it.
  std::uint32_t older : 31 = 0;
  std::uint32_t newer = 0;
  std::uint32_t next_in_bucket = 0;
  std::uint32_t expires = 0;  // milliseconds of the stack's clock, wrapping
};
static_assert(sizeof(TimeWaitEntry) <= 64);

// Finding, adding and removing cost O(1), but the first adding, which makes the table. Nothing allocates.
class TimeWait {
 public:
  // For `count` entries in `storage` of StorageFor(count) bytes, which is not 0. `timers` drive the expiry.
  TimeWait(Timers& timers, std::span<std::byte> storage, std::size_t count);
  ~TimeWait();
  TimeWait(const TimeWait&) = delete;
  TimeWait& operator=(const TimeWait&) = delete;

  static constexpr std::size_t StorageFor(std::size_t count) {
    return count * sizeof(TimeWaitEntry) + BucketsFor(count) * sizeof(std::uint32_t) + alignof(TimeWaitEntry);
  }

  // `hash` is that of the two ends, by the stack's RandomSource, here and below. Returns true when an older one had to
  // go. The ends are not in the table yet.
  bool Add(const TimeWaitEntry& entry, std::uint64_t hash, kernel::Instant now);
  TimeWaitEntry* Find(const Endpoint& local, const Endpoint& remote, std::uint64_t hash);  // null: not there
  void Restart(TimeWaitEntry& entry, kernel::Instant now);                                 // the FIN came again
  void Remove(TimeWaitEntry& entry);
  std::size_t count() const { return count_; }

 private:
  static constexpr std::size_t BucketsFor(std::size_t count) {
    std::size_t buckets = 1;
    while (buckets < count) buckets *= 2;
    return buckets;
  }
  class ExpiryTimer : public Timer {
   public:
    explicit constexpr ExpiryTimer(TimeWait& owner) : Timer(&OnDue), owner_(owner) {}

   private:
    static void OnDue(Timer& timer, kernel::Instant now);
    TimeWait& owner_;
  };

  std::uint32_t PlaceOf(const TimeWaitEntry& entry) const { return static_cast<std::uint32_t>(&entry - entries_); }
  void MakeBuckets();
  void MakeEntry();
  void Begin(std::uint32_t place, kernel::Instant now);
  void AppendToAge(std::uint32_t place);
  void RemoveFromAge(std::uint32_t place);
  void RemoveFromBucket(std::uint32_t place);
  void Expire(kernel::Instant now);

  Timers& timers_;
  ExpiryTimer timer_{*this};
  TimeWaitEntry* entries_ = nullptr;
  std::uint32_t* buckets_ = nullptr;  // made with the first entry
  std::size_t capacity_;
  std::size_t bucket_mask_;
  std::size_t count_ = 0;
  std::uint32_t used_count_ = 0;  // entries that were made, when each was needed: the first ones
  std::uint32_t free_ = 0;        // the first of the free ones, linked by next_in_bucket; the last leads to used_count_
  std::uint32_t oldest_ = 0;
  std::uint32_t newest_ = 0;
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_TIME_WAIT_H_
