// What was sent and is not acknowledged, as ranges: when each was sent last, and what is known of it. [RFC6675] 4,
// [RFC8985] 5
//
// Ranges are as coarse as what is known of them: what was sent in the same moment is one until a part of it has another
// fate. When no record is left they become coarser still, and nothing fails: what is forgotten is that something
// arrived, never that it is on the way.
#ifndef ENKEL_NET_TCP_SCOREBOARD_H_
#define ENKEL_NET_TCP_SCOREBOARD_H_

#include <cstdint>
#include <optional>

#include "kernel/base/time.h"
#include "net/tcp/pool.h"
#include "net/tcp/sequence.h"

namespace net::tcp {

struct SentRange {
  enum class Fate : std::uint8_t {
    kOnTheWay,
    kSacked,  // the peer has it
    kLost,    // and not sent again yet
  };

  Sequence begin;
  Sequence end;
  kernel::Instant sent;  // the last time, of its last byte
  SentRange* previous = nullptr;
  SentRange* next = nullptr;
  SentRange* older = nullptr;  // by `sent`, of those on the way
  SentRange* newer = nullptr;
  Fate fate = Fate::kOnTheWay;
  bool was_resent = false;

  std::uint32_t size() const { return Distance(begin, end); }
};

// What one acknowledgment delivered: the scoreboard adds to it, the sender draws its conclusions.
struct Delivery {
  kernel::Instant now = {};
  kernel::Duration least_round_trip = {};                  // so far
  std::optional<kernel::Duration> echoed_round_trip = {};  // by the timestamp's echo, in milliseconds
  Sequence highest = {};                                   // the end of what was ever delivered: RACK.fack

  std::uint32_t bytes = 0;  // newly delivered
  bool has_latest = false;
  kernel::Instant latest_sent = {};  // of those delivered, the one that was sent last: RACK.xmit_ts, .end_seq
  Sequence latest_end = {};
  bool has_original = false;        // some was sent once
  kernel::Instant first_sent = {};  // of those that were sent once, the earliest
  bool has_resent = false;          // some was sent more than once
  bool has_reordered = false;       // some was sent once and came after what was sent behind it
  bool has_lost = false;            // some was thought lost and was not sent again

  void Add(const SentRange& range, SequenceRange part);
};

// Of one connection. Nothing allocates. An acknowledgment costs O(what it delivers), each SACK block O(kMostRanges)
// more.
class Scoreboard {
 public:
  using Fate = SentRange::Fate;
  static constexpr std::uint32_t kMostRanges = 256;

  explicit Scoreboard(Pool<SentRange>& ranges) : pool_(ranges) {}
  Scoreboard(const Scoreboard&) = delete;
  Scoreboard& operator=(const Scoreboard&) = delete;
  ~Scoreboard() { Clear(); }

  // A first transmission, which follows on the one before. What is sent within the same 2^`grain_bits` nanoseconds is
  // one range.
  void Add(SequenceRange range, kernel::Instant now, int grain_bits) {
    if (last_ != nullptr || is_own_used_) return AddBehind(range, now, grain_bits);
    own_ = {.begin = range.begin, .end = range.end, .sent = now};
    is_own_used_ = true;
    first_ = last_ = oldest_ = newest_ = &own_;
    count_ = 1;
  }

  // What is here when it is one range that was sent once and nothing is known of; else null.
  const SentRange* OnlyRange() const {
    const bool is_only = first_ == &own_ && last_ == &own_ && own_.fate == Fate::kOnTheWay && !own_.was_resent;
    return is_only ? &own_ : nullptr;
  }

  // All of OnlyRange() has arrived.
  void ForgetOnlyRange() {
    first_ = last_ = oldest_ = newest_ = nullptr;
    count_ = 0;
    is_own_used_ = false;
  }

  // `range` is sent again; it lies in one range, at its beginning or at its end.
  void Resend(SequenceRange range, kernel::Instant now);

  // All before `una` has arrived.
  void Acknowledge(Sequence una, Delivery& delivery);

  // `block` has arrived: it lies within what is here, in part or as a whole.
  void Sack(SequenceRange block, Delivery& delivery);

  void MarkLost(SentRange& range);  // one that is on the way
  bool MarkFirstLost(
      std::uint32_t size);  // the first bytes, if they are on the way and were sent once. True: they were
  void MarkAllLost();       // that is not sacked
  void TakeBackLosses();    // what is lost and was not sent again is on the way still
  void ForgetSacks();       // the peer may drop what it had sacked. [RFC2018] 8
  void Clear();

  SentRange* oldest() const { return oldest_; }  // of what is on the way, by the time of sending; null: nothing is
  const SentRange* first() const { return first_; }
  const SentRange* FirstLost() const { return first_lost_; }  // null: nothing is
  std::uint32_t size() const { return first_ == nullptr ? 0 : Distance(first_->begin, last_->end); }  // bytes in all
  std::uint32_t sacked() const { return sacked_; }                                                    // bytes
  std::uint32_t lost() const { return lost_; }                                                        // bytes
  std::uint32_t range_count() const { return count_; }

 private:
  void AddBehind(SequenceRange range, kernel::Instant now, int grain_bits);
  SentRange* NewAfter(SentRange* previous);
  void Free(SentRange& range);
  SentRange* SplitAt(SentRange& range, Sequence at);
  SentRange* Find(Sequence number);
  void LinkInTime(SentRange& range, SentRange* older);
  void UnlinkInTime(SentRange& range);
  void SetFate(SentRange& range, Fate fate);
  void Count(const SentRange& range, bool is_added);
  void SackPart(SentRange& range, SequenceRange part, Delivery& delivery);
  void JoinSacked(SentRange& range);

  Pool<SentRange>& pool_;
  SentRange* first_ = nullptr;
  SentRange* last_ = nullptr;
  SentRange* oldest_ = nullptr;
  SentRange* newest_ = nullptr;
  SentRange* first_lost_ = nullptr;
  std::uint32_t sacked_ = 0;
  std::uint32_t lost_ = 0;
  std::uint32_t count_ = 0;
  bool is_own_used_ = false;
  SentRange own_;  // one that is always there
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_SCOREBOARD_H_
