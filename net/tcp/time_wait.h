// Connections in TIME-WAIT, in 64 bytes each or less. [RFC9293] 3.6.1
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

struct TimeWaitEntry {
  Endpoint local;
  Endpoint remote;
  Sequence snd_nxt;             // after our FIN
  Sequence rcv_nxt;             // after theirs
  std::uint32_t ts_recent = 0;  // [RFC7323] 4.3
  std::uint32_t ts_offset = 0;  // of our timestamps
  bool has_timestamps = false;
  // The table's own.
  bool is_used = false;
  std::uint32_t next_in_bucket = 0;
  std::uint32_t next_older = 0;
  std::uint32_t expires = 0;  // milliseconds of the stack's clock
};
static_assert(sizeof(TimeWaitEntry) <= 72);

class TimeWait {
 public:
  // `context`'s timers drive the expiry. CHECKs that storage is large enough for one.
  TimeWait(Timers& timers, std::span<std::byte> storage, std::size_t count);
  ~TimeWait();
  TimeWait(const TimeWait&) = delete;
  TimeWait& operator=(const TimeWait&) = delete;
  static constexpr std::size_t StorageFor(std::size_t count);

  // `hash` is that of the two ends, by the stack's RandomSource, here and below. Returns true when an older one had to
  // go.
  bool Add(const TimeWaitEntry& entry, std::uint64_t hash, kernel::Instant now);
  TimeWaitEntry* Find(const Endpoint& local, const Endpoint& remote, std::uint64_t hash);
  void Restart(TimeWaitEntry& entry, kernel::Instant now);  // the FIN came again
  void Remove(TimeWaitEntry& entry, std::uint64_t hash);
  std::size_t count() const;
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_TIME_WAIT_H_
