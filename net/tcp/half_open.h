// Connections that began with a SYN from outside and are not established: SYN-RECEIVED in a fraction of a control
// block. [RFC4987] 3.4
//
// The table is bounded; when it is full, or a listener has more than its share, SYN cookies take over and nothing is
// remembered. SYN-ACKs are sent again after 1, 2, 4, 8 and 16 s, by one timer for all; 32 s later the entry goes.
#ifndef ENKEL_NET_TCP_HALF_OPEN_H_
#define ENKEL_NET_TCP_HALF_OPEN_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/time.h"
#include "net/tcp/negotiation.h"
#include "net/tcp/sequence.h"
#include "net/timers.h"
#include "net/wire/address.h"

namespace net::tcp {

struct ListenBlock;

struct HalfOpenEntry {
  Endpoint local;
  Endpoint remote;
  ListenBlock* listener = nullptr;
  Sequence iss;
  Sequence irs;
  std::uint32_t ts_recent = 0;
  std::uint32_t ts_offset = 0;
  std::uint32_t send_window = 0;  // of the SYN: never scaled
  std::uint16_t our_segment_size = 0;
  Negotiated agreed;
  bool peer_scales = false;
  kernel::Instant first_sent = {};  // the SYN-ACK: a round-trip sample if it was sent once
  std::uint8_t retransmissions = 0;
  // The table's own: places in it.
  std::uint32_t next_in_bucket = 0;
  std::uint32_t earlier = 0;
  std::uint32_t later = 0;
  kernel::Instant due = {};
};

// Finding, adding and removing cost O(1), but the first adding, which makes the table. Nothing allocates.
class HalfOpen {
 public:
  static constexpr std::uint8_t kMostRetransmissions = 5;

  // Who sends a SYN-ACK again, and hears of entries that gave up. Neither changes the table.
  class User {
   public:
    virtual void SendSynAckAgain(HalfOpenEntry& entry, kernel::Instant now) = 0;
    virtual void OnGaveUp(HalfOpenEntry& entry) = 0;  // it is removed after the call

   protected:
    ~User() = default;
  };

  // For `count` entries in `storage` of StorageFor(count) bytes; with 0 it is always full.
  HalfOpen(Timers& timers, User& user, std::span<std::byte> storage, std::size_t count);
  ~HalfOpen();
  HalfOpen(const HalfOpen&) = delete;
  HalfOpen& operator=(const HalfOpen&) = delete;

  static constexpr std::size_t StorageFor(std::size_t count) {
    return count * sizeof(HalfOpenEntry) + BucketsFor(count) * sizeof(std::uint32_t) + alignof(HalfOpenEntry);
  }

  // A copy of `entry` in the table, whose SYN-ACK was sent at `now`; null when it is full. `hash` is that of the two
  // ends, by the stack's RandomSource. The ends are not in the table yet.
  HalfOpenEntry* Add(const HalfOpenEntry& entry, std::uint64_t hash, kernel::Instant now);
  HalfOpenEntry* Find(const Endpoint& local, const Endpoint& remote, std::uint64_t hash);  // null: not there
  void Remove(HalfOpenEntry& entry);
  void RemoveAllOf(const ListenBlock& listener);  // O(table): a listener closes seldom
  std::size_t count() const { return count_; }
  bool IsFull() const { return count_ == capacity_; }

 private:
  static constexpr std::size_t BucketsFor(std::size_t count) {
    std::size_t buckets = 1;
    while (buckets < count) buckets *= 2;
    return buckets;
  }
  class RetransmissionTimer : public Timer {
   public:
    explicit constexpr RetransmissionTimer(HalfOpen& owner) : Timer(&OnDue), owner_(owner) {}

   private:
    static void OnDue(Timer& timer, kernel::Instant now);
    HalfOpen& owner_;
  };

  // Who was sent equally often waits equally long: each queue is in the order of its deadlines.
  struct Queue {
    std::uint32_t first;
    std::uint32_t last;
  };

  std::uint32_t PlaceOf(const HalfOpenEntry& entry) const { return static_cast<std::uint32_t>(&entry - entries_); }
  void MakeBuckets();
  void MakeEntry();
  void Enqueue(std::uint32_t place, kernel::Instant now);
  void Dequeue(std::uint32_t place);
  void RemoveFromBucket(std::uint32_t place);
  HalfOpenEntry* First();
  void SetTimer();
  void RunDue(kernel::Instant now);

  Timers& timers_;
  User& user_;
  RetransmissionTimer timer_{*this};
  HalfOpenEntry* entries_ = nullptr;
  std::uint32_t* buckets_ = nullptr;  // made with the first entry
  std::size_t capacity_;
  std::size_t bucket_mask_;
  std::size_t count_ = 0;
  std::uint32_t used_count_ = 0;  // entries that were made, when each was needed: the first ones
  std::uint32_t free_ = 0;        // the first of the free ones, linked by next_in_bucket; the last leads to used_count_
  std::array<Queue, kMostRetransmissions + 1> queues_;  // by the number of retransmissions
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_HALF_OPEN_H_
