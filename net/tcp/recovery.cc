#include "net/tcp/recovery.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernel/base/time.h"
#include "net/tcp/counters.h"
#include "net/tcp/cubic.h"
#include "net/tcp/pool.h"
#include "net/tcp/round_trip.h"
#include "net/tcp/scoreboard.h"
#include "net/tcp/sequence.h"
#include "net/tcp/slow_start.h"

namespace net::tcp {
namespace {

// What is sent within a 64th of a round trip, or half of that, is one range: RACK's window is a quarter of one. In bits
// of nanoseconds.
int GrainOf(kernel::Duration round_trip) {
  constexpr int kBits = 6;
  return std::max(static_cast<int>(std::bit_width(static_cast<std::uint64_t>(round_trip.nanoseconds))) - 1 - kBits, 0);
}

constexpr std::uint32_t LessOrZero(std::uint32_t a, std::uint32_t b) { return a > b ? a - b : 0; }

}  // namespace

Recovery::Recovery(Pool<SentRange>& ranges, TimeoutLimits limits) : scoreboard_(ranges), round_trip_(limits) {}

void Recovery::Begin(Sequence next, std::uint32_t segment_size, bool has_sack, bool was_syn_lost) {
  segment_size_ = segment_size;
  cubic_.Begin(segment_size);
  // [RFC5681] 3.1: after a lost SYN the initial window is one segment. [RFC6298] 5.7
  if (was_syn_lost) {
    cubic_.OnTimeout(0, false);
    if (!round_trip_.has_sample()) round_trip_.RememberLostSyn();
  }
  slow_start_.Begin(next);
  una_ = highest_ = rack_end_ = next;
  has_sack_ = has_sack;
}

// ---- Sending

std::uint32_t Recovery::FlightForReduction() const { return std::min(scoreboard_.size(), cubic_.window()); }

void Recovery::Spend(std::uint32_t bytes) {
  if (phase_ != Phase::kRecovery) return;
  prr_out_ += bytes;
  prr_share_ = LessOrZero(prr_share_, bytes);
}

void Recovery::OnSent(SequenceRange range, kernel::Instant now) {
  const kernel::Duration timeout = round_trip_.timeout();
  if (scoreboard_.size() == 0) {
    if (now - last_sent_ > timeout && round_trip_.has_sample()) cubic_.OnIdle();
    una_ = range.begin;
  }
  scoreboard_.Add(range, now, scoreboard_.size() == 0 ? 0 : GrainOf(round_trip_.smoothed()));
  last_sent_ = now;
  has_sent_new_ = true;
  Spend(range.size());
  if (timeout_at_ == kernel::kNever) timeout_at_ = now + timeout;
  if (early_ != Early::kReordering) SetEarly(now);
}

void Recovery::OnResent(SequenceRange range, kernel::Instant now) {
  scoreboard_.Resend(range, now);
  last_sent_ = now;
  if (resent_bytes_ == 0) first_resent_ = now;
  resent_bytes_ += range.size();
  Spend(range.size());
  if (timeout_at_ == kernel::kNever) timeout_at_ = now + round_trip_.timeout();
}

// ---- Acknowledgments

Recovery::AckResult Recovery::OnAck(const Ack& ack, Sequence snd_una, Sequence snd_nxt, kernel::Instant now,
                                    Counters& counters) {
  AckResult result = {.acknowledged = Distance(snd_una, ack.acknowledged)};
  const bool has_advanced = result.acknowledged > 0;
  const bool was_recovering = phase_ == Phase::kRecovery;
  const std::uint32_t flight = FlightForReduction();
  Delivery delivery = {.now = now,
                       .least_round_trip = round_trip_.least(),
                       .echoed_round_trip = ack.echoed_round_trip,
                       .highest = highest_};
  una_ = ack.acknowledged;
  scoreboard_.Acknowledge(una_, delivery);
  if (has_advanced) timeouts_ = duplicates_ = 0;
  bool has_duplicate = false;
  bool has_lost = false;
  if (has_sack_) {
    has_duplicate = TakeSacks(ack, snd_nxt, delivery, counters);
  } else {
    has_lost = TakeDuplicates(ack, result.acknowledged, delivery);
  }
  const bool has_sample = TakeRoundTrip(ack, delivery, has_advanced);
  TakeProbeAnswer(ack, has_duplicate);
  TakeUndo(ack, delivery, has_advanced, now, counters);
  TakeRack(delivery);

  const bool has_left = phase_ != Phase::kOpen && una_ >= recovery_point_;
  if (has_sack_) AdaptReorderingWindow(has_duplicate, snd_nxt);
  if (has_left) LeaveRecovery();
  if (has_sack_) has_lost = DetectLosses(now);
  if (has_lost && phase_ == Phase::kOpen) EnterRecovery(snd_nxt, flight, counters);
  if (phase_ == Phase::kRecovery && delivery.bytes > 0) ShareOut(delivery.bytes, has_advanced && !has_lost);

  if (ack.has_congestion_echo) {
    result.must_tell_reduction = TakeEcho(snd_nxt, flight);
    if (result.must_tell_reduction) ++counters.congestion_echoes;
  }
  if (has_advanced && is_window_limited_ && !was_recovering && phase_ != Phase::kRecovery &&
      !result.must_tell_reduction) {
    Grow(result.acknowledged, has_sample, snd_nxt, now);
  }

  if (scoreboard_.size() == 0) {
    Stop();
  } else {
    if (has_advanced) timeout_at_ = now + round_trip_.timeout();  // [RFC6298] 5.3
    if (early_ != Early::kReordering) SetEarly(now);
  }
  return result;
}

bool Recovery::OnAckOfAll(Sequence snd_una, Sequence snd_nxt, kernel::Instant now) {
  const SentRange* const all = scoreboard_.OnlyRange();
  const bool is_simple = all != nullptr && all->end == snd_nxt && phase_ == Phase::kOpen &&
                         (has_sack_ || duplicate_bytes_ == 0) && early_ != Early::kReordering && snd_nxt > highest_ &&
                         !(is_probing_ || awaits_first_advance_ || has_duplicate_round_);
  if (!is_simple) return false;
  const kernel::Instant sent = all->sent;
  scoreboard_.ForgetOnlyRange();
  una_ = highest_ = snd_nxt;
  timeouts_ = duplicates_ = 0;
  round_trip_.AddSample(now - sent);
  // [RFC8985] 6.2, steps 1 and 2
  rack_round_trip_ = now - sent;
  if (!has_rack_ || sent > rack_sent_ || (sent == rack_sent_ && snd_nxt > rack_end_)) {
    has_rack_ = true;
    rack_sent_ = sent;
    rack_end_ = snd_nxt;
  }
  if (is_window_limited_) Grow(Distance(snd_una, snd_nxt), true, snd_nxt, now);
  Stop();
  return true;
}

// The blocks are any numbers that a stranger may have chosen. True: the first says that something arrived twice.
// [RFC2018] 4, [RFC2883] 4
bool Recovery::TakeSacks(const Ack& ack, Sequence snd_nxt, Delivery& delivery, Counters& counters) {
  bool has_duplicate = false;
  const std::uint32_t before = delivery.bytes;
  for (std::size_t i = 0; i < ack.sacks.size(); ++i) {
    const SequenceRange block = {{ack.sacks[i].left}, {ack.sacks[i].right}};
    if (block.begin >= block.end || block.end > snd_nxt) continue;
    const bool is_within_second = i == 0 && ack.sacks.size() > 1 && block.begin >= Sequence{ack.sacks[1].left} &&
                                  block.end <= Sequence{ack.sacks[1].right};
    if (i == 0 && (block.end <= una_ || is_within_second)) {
      has_duplicate = true;
      ++counters.duplicate_sacks;
      // All that went again since the loss was there already: there was no loss. [RFC2883] 5
      if (can_undo_ && resent_bytes_ > 0) {
        resent_bytes_ = LessOrZero(resent_bytes_, block.size());
        if (resent_bytes_ == 0) Undo(counters);
      }
    } else if (block.begin >= una_) {
      scoreboard_.Sack(block, delivery);
    }
  }
  // A duplicate is what sacks something new. [RFC6675] 2
  if (delivery.bytes > before && duplicates_ < UINT8_MAX) ++duplicates_;
  return has_duplicate;
}

// Without SACK each duplicate says that a segment left the network, not which. [RFC5681] 3.2, [RFC6582] 3.2
// True: the next one counts as lost.
bool Recovery::TakeDuplicates(const Ack& ack, std::uint32_t acknowledged, Delivery& delivery) {
  constexpr std::uint8_t kThreshold = 3;
  if (acknowledged > 0) {
    // What the duplicates stood for is among what is acknowledged now.
    delivery.bytes = std::max(LessOrZero(acknowledged, duplicate_bytes_), std::min(segment_size_, acknowledged));
    duplicate_bytes_ = LessOrZero(duplicate_bytes_, LessOrZero(acknowledged, segment_size_));
    if (phase_ == Phase::kRecovery && una_ < recovery_point_) return scoreboard_.MarkFirstLost(segment_size_);
    duplicate_bytes_ = 0;
    return false;
  }
  if (!ack.is_duplicate || scoreboard_.size() == 0 || phase_ == Phase::kLoss) return false;
  if (duplicates_ < UINT8_MAX) ++duplicates_;
  const std::uint32_t most = LessOrZero(scoreboard_.size() - scoreboard_.lost(), segment_size_);
  const std::uint32_t grown = std::min(duplicate_bytes_ + segment_size_, most);
  delivery.bytes = LessOrZero(grown, duplicate_bytes_);
  duplicate_bytes_ = std::max(grown, duplicate_bytes_);
  // Not again for what the last recovery sent twice. [RFC6582] 3.2, step 1
  const bool is_new = phase_ == Phase::kOpen && (!has_recovered_ || una_ > recovery_point_);
  return duplicates_ == kThreshold && is_new && scoreboard_.MarkFirstLost(segment_size_);
}

// Karn's rule: what was sent twice gives no sample, but for the timestamp that came back. [RFC6298] 3
// True: there was one.
bool Recovery::TakeRoundTrip(const Ack& ack, const Delivery& delivery, bool has_advanced) {
  if (delivery.has_original && !(delivery.has_resent && has_advanced)) {
    round_trip_.AddSample(delivery.now - delivery.first_sent);
    return true;
  }
  if (!has_advanced || !ack.echoed_round_trip) return false;
  round_trip_.AddSample(*ack.echoed_round_trip);
  return true;
}

void Recovery::Grow(std::uint32_t acknowledged, bool has_sample, Sequence snd_nxt, kernel::Instant now) {
  if (cubic_.IsInFirstSlowStart()) {
    const auto sample = has_sample ? std::optional(round_trip_.latest()) : std::nullopt;
    const SlowStart::Step step = slow_start_.OnAcknowledged(acknowledged, segment_size_, sample, una_, snd_nxt);
    if (step.is_over) cubic_.EndSlowStart();
    if (!step.is_over) acknowledged = step.growth;
  }
  cubic_.OnAcknowledged(acknowledged, round_trip_.smoothed(), now);
}

// [RFC8985] 7.4.2
void Recovery::TakeProbeAnswer(const Ack& ack, bool is_duplicate_known) {
  if (!is_probing_ || una_ < probe_end_) return;
  const bool is_bare_duplicate = una_ == probe_end_ && ack.is_duplicate && ack.sacks.empty();
  if (!was_probe_resent_ || is_duplicate_known || is_bare_duplicate) {
    is_probing_ = false;
  } else if (una_ > probe_end_) {
    // The probe itself repaired a loss, which must not go unpunished.
    is_probing_ = false;
    if (phase_ == Phase::kOpen) cubic_.OnCongestion(FlightForReduction());
  }
}

// Whether the loss that began this recovery was none.
void Recovery::TakeUndo(const Ack& ack, const Delivery& delivery, bool has_advanced, kernel::Instant now,
                        Counters& counters) {
  if (frto_ == Frto::kFirst && has_advanced) {
    frto_ = una_ >= recovery_point_ ? Frto::kOff : Frto::kSecond;
    has_sent_new_ = false;
  } else if (frto_ == Frto::kSecond && (has_advanced || delivery.bytes > 0 || ack.is_duplicate)) {
    // [RFC5682] 3.1, 3: what was not sent again arrives, so it never was lost.
    frto_ = Frto::kOff;
    if (delivery.has_lost && !delivery.has_resent) return Undo(counters);
  }
  if (!has_advanced || !awaits_first_advance_) return;
  awaits_first_advance_ = false;
  // The first new acknowledgment was caused by what was sent before anything was sent again. [RFC3522] 3.2
  constexpr kernel::Duration kEchoTick = kernel::Duration::Milliseconds(1);
  if (can_undo_ && resent_bytes_ > 0 && ack.echoed_round_trip &&
      now - *ack.echoed_round_trip + kEchoTick < first_resent_) {
    Undo(counters);
  }
}

// [RFC8985] 6.2, steps 2 and 3
void Recovery::TakeRack(const Delivery& delivery) {
  highest_ = delivery.highest;
  if (delivery.has_reordered) has_reordering_ = true;
  if (!delivery.has_latest) return;
  rack_round_trip_ = delivery.now - delivery.latest_sent;
  if (has_rack_ &&
      (delivery.latest_sent < rack_sent_ || (delivery.latest_sent == rack_sent_ && delivery.latest_end <= rack_end_))) {
    return;
  }
  has_rack_ = true;
  rack_sent_ = delivery.latest_sent;
  rack_end_ = delivery.latest_end;
}

// Once a round trip. [RFC3168] 6.1.2
bool Recovery::TakeEcho(Sequence snd_nxt, std::uint32_t flight) {
  if (phase_ != Phase::kOpen || (has_reduced_for_echo_ && una_ <= echo_round_)) return false;
  has_reduced_for_echo_ = true;
  echo_round_ = snd_nxt;
  cubic_.OnCongestion(flight);
  return true;
}

// ---- RACK. [RFC8985] 6.2, steps 4 and 5

void Recovery::AdaptReorderingWindow(bool has_duplicate, Sequence snd_nxt) {
  constexpr std::uint8_t kPersist = 16;  // recoveries
  if (has_duplicate_round_ && una_ >= duplicate_round_) has_duplicate_round_ = false;
  if (has_duplicate && !has_duplicate_round_) {
    has_duplicate_round_ = true;
    duplicate_round_ = snd_nxt;
    if (window_steps_ < UINT8_MAX) ++window_steps_;
    window_persist_ = kPersist;
  } else if (phase_ != Phase::kOpen && una_ >= recovery_point_) {
    if (window_persist_ > 0) --window_persist_;
    if (window_persist_ == 0) window_steps_ = 1;
  }
}

kernel::Duration Recovery::ReorderingWindow() const {
  constexpr std::uint8_t kThreshold = 3;  // DupThresh
  if (!has_reordering_) {
    const bool has_many = duplicates_ >= kThreshold || scoreboard_.sacked() > (kThreshold - 1) * segment_size_;
    if (phase_ != Phase::kOpen || has_many) return {};
  }
  return std::min(kernel::Duration{round_trip_.least().nanoseconds / 4 * window_steps_}, round_trip_.smoothed());
}

// Marks as lost what was sent long enough before something that arrived; sets the timer for the next that will have
// been. True: something was.
bool Recovery::DetectLosses(kernel::Instant now) {
  if (early_ == Early::kReordering) {
    early_ = Early::kNone;
    early_at_ = kernel::kNever;
  }
  if (!has_rack_) return false;
  bool has_lost = false;
  const kernel::Duration wait = rack_round_trip_ + ReorderingWindow();
  SentRange* next = scoreboard_.oldest();
  while (next != nullptr && next->sent <= rack_sent_) {
    SentRange& range = *next;
    next = range.newer;
    // In one moment the stack sends many: new data in the order of its numbers, but what goes again at any place.
    if (range.sent == rack_sent_ && (range.was_resent || range.end >= rack_end_)) continue;
    const kernel::Instant due = range.sent + wait;
    if (due > now) {
      early_ = Early::kReordering;
      early_at_ = due;
      break;
    }
    scoreboard_.MarkLost(range);
    has_lost = true;
  }
  return has_lost;
}

// ---- Recoveries

void Recovery::EnterRecovery(Sequence snd_nxt, std::uint32_t flight, Counters& counters) {
  ++counters.fast_recoveries;
  prr_flight_ = std::max(scoreboard_.size(), segment_size_);
  cubic_.OnCongestion(flight);
  phase_ = Phase::kRecovery;
  recovery_point_ = snd_nxt;
  has_recovered_ = true;
  prr_delivered_ = prr_out_ = 0;
  prr_share_ = segment_size_;  // the first goes at once
  resent_bytes_ = 0;
  can_undo_ = awaits_first_advance_ = true;
  is_probing_ = false;
}

void Recovery::LeaveRecovery() {
  phase_ = Phase::kOpen;
  frto_ = Frto::kOff;
  duplicate_bytes_ = 0;
  duplicates_ = 0;
}

// [RFC6937] 3, with the slow start bound where the acknowledgment says that the repair works
void Recovery::ShareOut(std::uint32_t delivered, bool is_safe) {
  const std::uint32_t threshold = cubic_.threshold();
  const std::uint32_t pipe = in_flight();
  prr_delivered_ += delivered;
  std::uint32_t share = 0;
  if (pipe > threshold) {
    const std::uint64_t proportional = (std::uint64_t{prr_delivered_} * threshold + prr_flight_ - 1) / prr_flight_;
    share = LessOrZero(static_cast<std::uint32_t>(std::min<std::uint64_t>(proportional, UINT32_MAX)), prr_out_);
  } else {
    std::uint32_t limit = std::max(LessOrZero(prr_delivered_, prr_out_), delivered);
    if (is_safe) limit += segment_size_;
    share = std::min(threshold - pipe, limit);
  }
  prr_share_ = prr_out_ == 0 ? std::max(share, segment_size_) : share;
}

void Recovery::Undo(Counters& counters) {
  if (!can_undo_) return;
  can_undo_ = false;
  ++counters.spurious_recoveries;
  cubic_.Undo();
  scoreboard_.TakeBackLosses();
  LeaveRecovery();
}

// ---- Time

// Sets the tail loss probe where it may be sent. [RFC8985] 7.2
void Recovery::SetEarly(kernel::Instant now) {
  early_ = Early::kNone;
  early_at_ = kernel::kNever;
  const bool may_probe = has_sack_ && phase_ == Phase::kOpen && !is_probing_ && scoreboard_.size() > 0 &&
                         scoreboard_.sacked() == 0 && scoreboard_.lost() == 0;
  if (!may_probe) return;
  constexpr kernel::Duration kMostAckDelay = kernel::Duration::Milliseconds(200);
  constexpr kernel::Duration kLeastWait =
      kernel::Duration::Milliseconds(2);  // a peer's timers and turns take time, too
  kernel::Duration wait = kernel::Duration::Seconds(1);
  if (round_trip_.has_sample()) {
    wait = std::max(kernel::Duration{2 * round_trip_.smoothed().nanoseconds}, kLeastWait);
    if (scoreboard_.size() <= segment_size_) wait = wait + kMostAckDelay;
  }
  early_ = Early::kProbe;
  early_at_ = std::min(now + wait, timeout_at_);
}

Recovery::Due Recovery::OnDeadline(Sequence snd_una, Sequence snd_nxt, kernel::Instant now, Counters& counters) {
  una_ = snd_una;
  if (now < deadline()) return Due::kNothing;
  if (early_at_ <= now) {
    const bool is_probe = early_ == Early::kProbe;
    early_ = Early::kNone;
    early_at_ = kernel::kNever;
    if (is_probe) return Due::kProbe;
    const bool has_lost = DetectLosses(now) || scoreboard_.FirstLost() != nullptr;
    if (has_lost && phase_ == Phase::kOpen) EnterRecovery(snd_nxt, FlightForReduction(), counters);
    if (has_lost && phase_ == Phase::kRecovery) prr_share_ = std::max(prr_share_, segment_size_);
    if (early_ == Early::kNone) SetEarly(now);
    return has_lost ? Due::kLoss : Due::kNothing;
  }
  if (scoreboard_.size() == 0) {
    Stop();
    return Due::kNothing;
  }
  ++counters.timeouts;
  if (timeouts_ < UINT8_MAX) ++timeouts_;
  round_trip_.BackOff();
  const bool is_first = timeouts_ == 1;
  cubic_.OnTimeout(FlightForReduction(), is_first);
  // What was sacked and not acknowledged, right at the edge, the peer has dropped. [RFC2018] 8
  if (scoreboard_.first()->fate == SentRange::Fate::kSacked) scoreboard_.ForgetSacks();
  scoreboard_.MarkAllLost();
  duplicate_bytes_ = 0;
  duplicates_ = 0;
  is_probing_ = false;
  if (is_first) {
    resent_bytes_ = 0;
    can_undo_ = awaits_first_advance_ = true;
  }
  frto_ = is_first && phase_ != Phase::kLoss ? Frto::kFirst : Frto::kOff;
  phase_ = Phase::kLoss;
  recovery_point_ = snd_nxt;
  has_recovered_ = true;
  timeout_at_ = now + round_trip_.timeout();
  early_ = Early::kNone;
  early_at_ = kernel::kNever;
  return Due::kTimeout;
}

void Recovery::OnProbeSent(Sequence snd_nxt, bool was_resent, kernel::Instant now) {
  is_probing_ = true;
  was_probe_resent_ = was_resent;
  probe_end_ = snd_nxt;
  early_ = Early::kNone;
  early_at_ = kernel::kNever;
  timeout_at_ = now + round_trip_.timeout();
}

void Recovery::Stop() {
  timeout_at_ = early_at_ = kernel::kNever;
  early_ = Early::kNone;
}

// ---- The path

void Recovery::SetSegmentSize(std::uint32_t segment_size) {
  segment_size_ = segment_size;
  cubic_.SetSegmentSize(segment_size);
}

void Recovery::ResendAll(Sequence, Sequence) { scoreboard_.MarkAllLost(); }

}  // namespace net::tcp
