// Time-outs and three duplicates only: what the connection needs to go on.
#include "net/tcp/recovery.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "kernel/base/time.h"
#include "net/tcp/scoreboard.h"
#include "net/tcp/sequence.h"

namespace net::tcp {

Recovery::Recovery(Pool<SentRange>&, TimeoutLimits limits) : round_trip_(limits), cubic_(536) {}

void Recovery::Begin(Sequence next, std::uint32_t segment_size, bool, bool was_syn_lost) {
  una_ = nxt_ = resend_ = lost_end_ = next;
  segment_size_ = segment_size;
  cubic_ = Cubic(segment_size);
  if (was_syn_lost) round_trip_.RememberLostSyn();
}

std::uint32_t Recovery::in_flight() const { return Distance(una_, nxt_) - Distance(resend_, lost_end_); }
bool Recovery::IsRecovering() const { return resend_ != lost_end_; }

std::uint32_t Recovery::Allowance() const {
  const std::uint32_t window = cubic_.window();
  return window > in_flight() ? window - in_flight() : 0;
}

std::optional<SequenceRange> Recovery::NextRetransmission() const {
  if (resend_ == lost_end_) return std::nullopt;
  return SequenceRange{resend_, lost_end_};
}

void Recovery::OnSent(SequenceRange range, kernel::Instant now) {
  if (una_ == nxt_) {
    una_ = resend_ = lost_end_ = range.begin;
    deadline_ = now + round_trip_.timeout();
  }
  nxt_ = range.end;
}

void Recovery::OnResent(SequenceRange range, kernel::Instant) {
  if (range.begin == resend_) resend_ = Earlier(range.end, lost_end_);
}

Recovery::AckResult Recovery::OnAck(const Ack& ack, Sequence snd_una, Sequence snd_nxt, kernel::Instant now,
                                    Counters&) {
  const std::uint32_t acknowledged = Distance(snd_una, ack.acknowledged);
  if (acknowledged == 0) {
    if (ack.is_duplicate && ++duplicates_ == 3) {
      cubic_.OnCongestion(in_flight());
      resend_ = una_;
      lost_end_ = Earlier(una_ + segment_size_, nxt_);
    }
    return {};
  }
  una_ = ack.acknowledged;
  if (resend_ < una_) resend_ = una_;
  if (lost_end_ < resend_) lost_end_ = resend_;
  duplicates_ = 0;
  timeouts_ = 0;
  if (ack.echoed_round_trip) round_trip_.AddSample(*ack.echoed_round_trip);
  if (is_window_limited_) cubic_.OnAcknowledged(acknowledged, round_trip_.smoothed(), now);
  deadline_ = una_ == snd_nxt ? kernel::kNever : now + round_trip_.timeout();
  return {.acknowledged = acknowledged};
}

Recovery::Due Recovery::OnDeadline(Sequence snd_una, Sequence snd_nxt, kernel::Instant now, Counters& counters) {
  if (deadline_ > now) return Due::kNothing;
  ++counters.timeouts;
  cubic_.OnTimeout(in_flight(), timeouts_ == 0);
  if (timeouts_ < UINT8_MAX) ++timeouts_;
  resend_ = snd_una;
  lost_end_ = snd_nxt;
  round_trip_.BackOff();
  deadline_ = now + round_trip_.timeout();
  return Due::kTimeout;
}

void Recovery::OnProbeSent(Sequence, bool, kernel::Instant) {}

void Recovery::SetSegmentSize(std::uint32_t segment_size) {
  segment_size_ = segment_size;
  cubic_.SetSegmentSize(segment_size);
}

void Recovery::ResendAll(Sequence snd_una, Sequence snd_nxt) {
  resend_ = snd_una;
  lost_end_ = snd_nxt;
}

void Recovery::Stop() { deadline_ = kernel::kNever; }

}  // namespace net::tcp
