#include <cstdint>

#include "net/tcp/segment.h"
#include "net/tcp/segment_arrives.h"
#include "net/tcp/sequence.h"
#include "net/tcp/stack.h"
#include "net/tcp/time_wait.h"
#include "net/tcp/transmit.h"
#include "net/wire/tcp.h"

namespace net::tcp {
namespace {

// A SYN that is certainly no old duplicate opens a new connection. [RFC6191] 2, [RFC9293] 3.10.7.4 (MAY-2)
bool IsNewConnection(const TimeWaitEntry& entry, const Segment& segment) {
  if (!segment.Has(wire::kSyn) || segment.Has(wire::kAck) || segment.Has(wire::kRst)) return false;
  if (entry.has_timestamps && segment.options.timestamps) {
    const auto newer = static_cast<std::int32_t>(segment.options.timestamps->value - entry.ts_recent);
    if (newer != 0) return newer > 0;
  }
  return segment.sequence() > entry.rcv_nxt;
}

}  // namespace

bool SegmentArrivesInTimeWait(Stack& stack, TimeWaitEntry& entry, const Segment& segment, bool has_listener) {
  // A reset could be an old one, and end the wait that protects the next connection. [RFC1337] 3, F1
  if (segment.Has(wire::kRst)) {
    ++stack.counters.blind_reset;
    return false;
  }
  if (has_listener && IsNewConnection(entry, segment)) return true;
  const bool is_empty_and_expected = segment.length() == 0 && segment.sequence() == entry.rcv_nxt;
  if (segment.Has(wire::kSyn)) {
    ++stack.counters.blind_syn;
  } else if (!segment.Has(wire::kAck) || is_empty_and_expected) {
    return false;
  }
  // Their FIN again: our last acknowledgment was lost, and the wait begins anew.
  if (segment.Has(wire::kFin) && segment.end() == entry.rcv_nxt) stack.time_wait.Restart(entry, stack.now());
  if (stack.challenge_limit.Allows(stack.context.random(), stack.now())) {
    SendAckOf(stack, entry);
  } else {
    ++stack.counters.limited_challenges;
  }
  return false;
}

}  // namespace net::tcp
