// Connections that began with a SYN from outside and are not established: SYN-RECEIVED in a fraction of a control
// block. [RFC4987] 3.4
//
// The table is bounded; when it is full, or a listener has more than its share, SYN cookies take over and nothing is
// remembered. SYN-ACKs are sent again after 1, 2, 4, ... s, five times, by one timer for all.
#ifndef ENKEL_NET_TCP_HALF_OPEN_H_
#define ENKEL_NET_TCP_HALF_OPEN_H_

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
  // The table's own.
  std::uint32_t next_in_bucket = 0;
  std::uint32_t next_due = 0;
  std::uint32_t previous_due = 0;
  std::uint32_t due = 0;  // milliseconds
  bool is_used = false;
};

class HalfOpen {
 public:
  static constexpr std::uint8_t kMostRetransmissions = 5;

  // Who sends a SYN-ACK again, and hears of entries that gave up.
  class User {
   public:
    virtual void SendSynAckAgain(HalfOpenEntry& entry, kernel::Instant now) = 0;
    virtual void OnGaveUp(HalfOpenEntry& entry) = 0;  // it is removed after the call

   protected:
    ~User() = default;
  };

  HalfOpen(Timers& timers, User& user, std::span<std::byte> storage, std::size_t count);
  ~HalfOpen();
  HalfOpen(const HalfOpen&) = delete;
  HalfOpen& operator=(const HalfOpen&) = delete;
  static constexpr std::size_t StorageFor(std::size_t count);

  // A copy of `entry` in the table; null when it is full.
  HalfOpenEntry* Add(const HalfOpenEntry& entry, std::uint64_t hash, kernel::Instant now);
  HalfOpenEntry* Find(const Endpoint& local, const Endpoint& remote, std::uint64_t hash);
  void Remove(HalfOpenEntry& entry, std::uint64_t hash);
  void RemoveAllOf(const ListenBlock& listener);  // O(table): a listener closes seldom
  std::size_t count() const;
  bool IsFull() const;
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_HALF_OPEN_H_
