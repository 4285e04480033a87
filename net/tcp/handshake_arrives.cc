#include <cstdint>

#include "net/tcp/half_open.h"
#include "net/tcp/initial_sequence.h"
#include "net/tcp/listener_table.h"
#include "net/tcp/segment.h"
#include "net/tcp/segment_arrives.h"
#include "net/tcp/sequence.h"
#include "net/tcp/stack.h"
#include "net/tcp/transmit.h"
#include "net/wire/tcp.h"

namespace net::tcp {
namespace {

void Forget(Stack& stack, HalfOpenEntry& entry) {
  ++stack.counters.attempt_fails;
  --entry.listener->half_open;
  stack.half_open.Remove(entry);
}

// Whoever sent it is not where we are: an acknowledgment, as often as the limit allows.
void Answer(Stack& stack, const HalfOpenEntry& entry) {
  if (!stack.challenge_limit.Allows(stack.context.random(), stack.now())) {
    ++stack.counters.limited_challenges;
    return;
  }
  ++stack.counters.challenges;
  SendAckOf(stack, entry);
}

bool IsInWindow(const HalfOpenEntry& entry, const Segment& segment) {
  const Sequence left = entry.irs + 1;
  const Sequence right = left + ReceiveTuning::kInitialWindow;
  const Sequence last = segment.length() == 0 ? segment.sequence() : segment.end() - 1;
  return (left <= segment.sequence() && segment.sequence() < right) || (left <= last && last < right);
}

bool IsOldByTimestamp(const HalfOpenEntry& entry, const Segment& segment) {
  if (!entry.agreed.has_timestamps || segment.Has(wire::kRst)) return false;
  return !segment.options.timestamps ||
         static_cast<std::int32_t>(segment.options.timestamps->value - entry.ts_recent) < 0;
}

}  // namespace

void SegmentArrivesInHandshake(Stack& stack, HalfOpenEntry& entry, Segment& segment, std::uint64_t hash) {
  const bool is_same_syn = segment.Has(wire::kSyn) && !segment.Has(wire::kAck) && !segment.Has(wire::kRst) &&
                           segment.sequence() == entry.irs;
  if (is_same_syn) {
    // The answer was lost, or is on its way.
    if (stack.challenge_limit.Allows(stack.context.random(), stack.now())) {
      SendSynAck(stack, entry, TimestampAt(stack.now(), entry.ts_offset));
    }
    return;
  }
  // First: the sequence number.
  if (IsOldByTimestamp(entry, segment) || !IsInWindow(entry, segment)) {
    ++stack.counters.out_of_window;
    if (!segment.Has(wire::kRst)) Answer(stack, entry);
    return;
  }
  // Second: the RST bit. Only at the left edge it is believed. [RFC5961] 3.2
  if (segment.Has(wire::kRst)) {
    if (segment.sequence() == entry.irs + 1) {
      Forget(stack, entry);
    } else {
      ++stack.counters.blind_reset;
      Answer(stack, entry);
    }
    return;
  }
  // Fourth: the SYN bit: back to LISTEN.
  if (segment.Has(wire::kSyn)) {
    ++stack.counters.blind_syn;
    Forget(stack, entry);
    return;
  }
  if (!segment.Has(wire::kAck)) {
    ++stack.counters.without_ack;
    return;
  }
  // Fifth: the ACK bit.
  if (segment.acknowledgment() != entry.iss + 1) {
    ++stack.counters.unacceptable_ack;
    SendResetFor(stack, segment);
    return;
  }
  const HalfOpenEntry copy = entry;
  if (!MakeConnection(*copy.listener, copy, segment, hash)) return;
  // The listener may have gone in the meantime, with all of its entries.
  HalfOpenEntry* const done = stack.half_open.Find(copy.local, copy.remote, hash);
  if (done == nullptr) return;
  --done->listener->half_open;
  stack.half_open.Remove(*done);
}

}  // namespace net::tcp
