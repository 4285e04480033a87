#include "net/tcp/scoreboard.h"

#include <algorithm>
#include <cstdint>

#include "kernel/base/check.h"
#include "kernel/base/time.h"
#include "net/tcp/pool.h"
#include "net/tcp/sequence.h"

namespace net::tcp {

// [RFC8985] 6.2, steps 1 to 3
void Delivery::Add(const SentRange& range, SequenceRange part) {
  bytes += part.size();
  if (range.fate == SentRange::Fate::kLost) has_lost = true;
  if (part.end > highest) {
    highest = part.end;
  } else if (!range.was_resent) {
    has_reordered = true;
  }
  if (range.was_resent) {
    has_resent = true;
    // It may be the first transmission that arrived: by its echo, or because the second cannot have yet.
    constexpr kernel::Duration kEchoTick = kernel::Duration::Milliseconds(1);
    const kernel::Duration since = now - range.sent;
    if (since < least_round_trip || (echoed_round_trip && *echoed_round_trip > since + kEchoTick)) return;
  } else if (!has_original || range.sent < first_sent) {
    has_original = true;
    first_sent = range.sent;
  }
  if (!has_latest || range.sent > latest_sent || (range.sent == latest_sent && part.end > latest_end)) {
    has_latest = true;
    latest_sent = range.sent;
    latest_end = part.end;
  }
}

// A new record behind `previous` (null: at the front); null when none is left.
SentRange* Scoreboard::NewAfter(SentRange* previous) {
  SentRange* range = nullptr;
  if (!is_own_used_) {
    is_own_used_ = true;
    own_ = {};
    range = &own_;
  } else if (count_ < kMostRanges) {
    range = pool_.Take();
  }
  if (range == nullptr) return nullptr;
  ++count_;
  SentRange* const next = previous == nullptr ? first_ : previous->next;
  range->previous = previous;
  range->next = next;
  (previous == nullptr ? first_ : previous->next) = range;
  (next == nullptr ? last_ : next->previous) = range;
  return range;
}

void Scoreboard::Free(SentRange& range) {
  (range.previous == nullptr ? first_ : range.previous->next) = range.next;
  (range.next == nullptr ? last_ : range.next->previous) = range.previous;
  --count_;
  if (&range == &own_) {
    is_own_used_ = false;
  } else {
    pool_.Give(range);
  }
}

// Puts `range` behind `older` (null: first) in the order of time.
void Scoreboard::LinkInTime(SentRange& range, SentRange* older) {
  SentRange* const newer = older == nullptr ? oldest_ : older->newer;
  range.older = older;
  range.newer = newer;
  (older == nullptr ? oldest_ : older->newer) = &range;
  (newer == nullptr ? newest_ : newer->older) = &range;
}

void Scoreboard::UnlinkInTime(SentRange& range) {
  (range.older == nullptr ? oldest_ : range.older->newer) = range.newer;
  (range.newer == nullptr ? newest_ : range.newer->older) = range.older;
}

// Keeps the sums, and what is lost first, when a range with its fate comes or goes.
void Scoreboard::Count(const SentRange& range, bool is_added) {
  if (range.fate == Fate::kSacked) is_added ? sacked_ += range.size() : sacked_ -= range.size();
  if (range.fate == Fate::kLost) is_added ? lost_ += range.size() : lost_ -= range.size();
}

// The order in time is the caller's to mend where a range comes on the way.
void Scoreboard::SetFate(SentRange& range, Fate fate) {
  if (range.fate == fate) return;
  if (range.fate == Fate::kOnTheWay) UnlinkInTime(range);
  Count(range, false);
  range.fate = fate;
  Count(range, true);
  if (fate == Fate::kLost) {
    if (first_lost_ == nullptr || range.begin < first_lost_->begin) first_lost_ = &range;
  } else if (first_lost_ == &range) {
    while (first_lost_ != nullptr && first_lost_->fate != Fate::kLost) first_lost_ = first_lost_->next;
  }
}

// Cuts `range` in two with one fate and returns the second; null, and nothing changed, when no record is left.
SentRange* Scoreboard::SplitAt(SentRange& range, Sequence at) {
  SentRange* const second = NewAfter(&range);
  if (second == nullptr) return nullptr;
  second->begin = at;
  second->end = range.end;
  second->sent = range.sent;
  second->fate = range.fate;
  second->was_resent = range.was_resent;
  range.end = at;
  if (range.fate == Fate::kOnTheWay) LinkInTime(*second, &range);
  return second;
}

// The first range that ends behind `number`, from the end that is nearer; null: none does.
SentRange* Scoreboard::Find(Sequence number) {
  if (last_ == nullptr || last_->end <= number) return nullptr;
  if (number - first_->begin < last_->end - number) {
    SentRange* range = first_;
    while (range->end <= number) range = range->next;
    return range;
  }
  SentRange* range = last_;
  while (range->previous != nullptr && range->previous->end > number) range = range->previous;
  return range;
}

void Scoreboard::AddBehind(SequenceRange range, kernel::Instant now, int grain_bits) {
  if (last_ != nullptr) {
    CHECK(last_->end == range.begin);
    const bool is_same_moment = last_->sent.nanoseconds >> grain_bits == now.nanoseconds >> grain_bits;
    if (last_->fate == Fate::kOnTheWay && !last_->was_resent && is_same_moment) {
      UnlinkInTime(*last_);
      last_->end = range.end;
      last_->sent = now;
      LinkInTime(*last_, newest_);
      return;
    }
  }
  SentRange* const added = NewAfter(last_);
  if (added == nullptr) {
    // The last one takes it in, and is as if it were sent now.
    if (last_->fate == Fate::kOnTheWay) {
      UnlinkInTime(*last_);
    } else {
      SetFate(*last_, Fate::kOnTheWay);
    }
    last_->end = range.end;
    last_->sent = now;
    last_->was_resent = true;
    LinkInTime(*last_, newest_);
    return;
  }
  added->begin = range.begin;
  added->end = range.end;
  added->sent = now;
  LinkInTime(*added, newest_);
}

void Scoreboard::Resend(SequenceRange part, kernel::Instant now) {
  SentRange* range = Find(part.begin);
  if (range == nullptr) return;
  SentRange* const before = range->previous;
  if (part.begin == range->begin && part.end < range->end) {
    // What was sent again right before it grows, or it is cut off.
    if (before != nullptr && before->fate == Fate::kOnTheWay && before->was_resent && before->sent == now) {
      Count(*range, false);
      before->end = range->begin = part.end;
      Count(*range, true);
      return;
    }
    SplitAt(*range, part.end);
  } else if (part.begin > range->begin) {
    if (SentRange* const second = SplitAt(*range, part.begin)) range = second;
  }
  if (range->fate == Fate::kOnTheWay) {
    UnlinkInTime(*range);
  } else {
    SetFate(*range, Fate::kOnTheWay);
  }
  range->sent = now;
  range->was_resent = true;
  LinkInTime(*range, newest_);
}

void Scoreboard::Acknowledge(Sequence una, Delivery& delivery) {
  while (first_ != nullptr && first_->begin < una) {
    SentRange& range = *first_;
    const SequenceRange part = {range.begin, Earlier(range.end, una)};
    if (range.fate != Fate::kSacked) delivery.Add(range, part);
    if (part.end == range.end) {
      SetFate(range, Fate::kSacked);
      Count(range, false);
      Free(range);
    } else {
      Count(range, false);
      range.begin = part.end;
      Count(range, true);
    }
  }
}

void Scoreboard::Sack(SequenceRange block, Delivery& delivery) {
  SentRange* range = Find(block.begin);
  while (range != nullptr && range->begin < block.end) {
    const SequenceRange part = {Later(range->begin, block.begin), Earlier(range->end, block.end)};
    if (range->fate != Fate::kSacked) SackPart(*range, part, delivery);
    // The range may have been cut or joined: go on by number.
    range = part.end < block.end ? Find(part.end) : nullptr;
  }
}

// A neighbour that is sacked already grows into `part`; else `part` becomes a range of its own. Without a record for
// it, it is forgotten that it arrived.
void Scoreboard::SackPart(SentRange& range, SequenceRange part, Delivery& delivery) {
  SentRange* const before = range.previous;
  SentRange* const after = range.next;
  const bool is_front = part.begin == range.begin;
  const bool is_back = part.end == range.end;
  if (is_front && !is_back && before != nullptr && before->fate == Fate::kSacked) {
    delivery.Add(range, part);
    Count(range, false);
    before->end = range.begin = part.end;
    Count(range, true);
    sacked_ += part.size();
    return;
  }
  if (is_back && !is_front && after != nullptr && after->fate == Fate::kSacked) {
    delivery.Add(range, part);
    Count(range, false);
    after->begin = range.end = part.begin;
    Count(range, true);
    sacked_ += part.size();
    return;
  }
  SentRange* sacked = &range;
  if (!is_back && SplitAt(range, part.end) == nullptr) return;
  if (!is_front) sacked = SplitAt(range, part.begin);
  if (sacked == nullptr) return;
  delivery.Add(*sacked, part);
  SetFate(*sacked, Fate::kSacked);
  JoinSacked(*sacked);
}

// Joins a sacked range with its neighbours that are.
void Scoreboard::JoinSacked(SentRange& range) {
  SentRange* const before = range.previous;
  SentRange* const after = range.next;
  if (after != nullptr && after->fate == Fate::kSacked) {
    range.end = after->end;
    Free(*after);
  }
  if (before != nullptr && before->fate == Fate::kSacked) {
    before->end = range.end;
    Free(range);
  }
}

void Scoreboard::MarkLost(SentRange& range) { SetFate(range, Fate::kLost); }

bool Scoreboard::MarkFirstLost(std::uint32_t size) {
  if (first_ == nullptr || first_->fate != Fate::kOnTheWay || first_->was_resent) return false;
  if (size < first_->size() && SplitAt(*first_, first_->begin + size) == nullptr) return false;
  SetFate(*first_, Fate::kLost);
  return true;
}

void Scoreboard::MarkAllLost() {
  while (oldest_ != nullptr) SetFate(*oldest_, Fate::kLost);
}

// What was sent in order is put back in one pass over the order of time.
void Scoreboard::TakeBackLosses() {
  SentRange* place = nullptr;
  for (SentRange* range = first_; range != nullptr; range = range->next) {
    if (range->fate != Fate::kLost) continue;
    SetFate(*range, Fate::kOnTheWay);
    if (place != nullptr && place->sent > range->sent) place = nullptr;
    while (true) {
      SentRange* const next = place == nullptr ? oldest_ : place->newer;
      if (next == nullptr || next->sent > range->sent) break;
      place = next;
    }
    LinkInTime(*range, place);
    place = range;
  }
}

void Scoreboard::ForgetSacks() {
  for (SentRange* range = first_; range != nullptr; range = range->next) {
    if (range->fate == Fate::kSacked) SetFate(*range, Fate::kLost);
  }
}

void Scoreboard::Clear() {
  while (first_ != nullptr) Free(*first_);
  oldest_ = newest_ = first_lost_ = nullptr;
  sacked_ = lost_ = 0;
}

}  // namespace net::tcp
