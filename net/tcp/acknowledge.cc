#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/tcp/challenge.h"
#include "net/tcp/control_block.h"
#include "net/tcp/deadlines.h"
#include "net/tcp/initial_sequence.h"
#include "net/tcp/life.h"
#include "net/tcp/recovery.h"
#include "net/tcp/segment.h"
#include "net/tcp/segment_arrives.h"
#include "net/tcp/sequence.h"
#include "net/tcp/stack.h"
#include "net/tcp/state.h"
#include "net/tcp/transmit.h"
#include "net/tcp/write_room.h"
#include "net/wire/tcp.h"

namespace net::tcp {
namespace {

constexpr int kReachableBits = 30;  // nanoseconds: a hint a second is enough for the neighbour cache

// SYN-RECEIVED: the handshake is over. [RFC9293] 3.10.7.4, fifth
bool CompleteHandshake(ControlBlock& block, const Segment& segment) {
  const Sequence ack = segment.acknowledgment();
  if (ack <= block.snd_una || ack > block.snd_nxt) {
    ++block.stack.counters.unacceptable_ack;
    SendResetFor(block.stack, segment);
    return false;
  }
  if (block.retries == 0) block.recovery.round_trip().AddSample(block.stack.now() - block.heard_at);
  block.snd_una = ack;
  UpdateSendWindow(block, segment, block.agreed.send_window_shift);
  BecomeEstablished(block);
  return true;
}

// The echo of our timestamp, as a time that can be believed. [RFC7323] 4.1
std::optional<kernel::Duration> EchoedRoundTrip(const ControlBlock& block, const Segment& segment) {
  if (!block.agreed.has_timestamps || !segment.options.timestamps || segment.options.timestamps->echo == 0) {
    return std::nullopt;
  }
  constexpr std::uint32_t kMost = 10 * 60 * 1000;  // milliseconds
  const std::uint32_t elapsed = TimestampAt(block.stack.now(), block.ts_offset) - segment.options.timestamps->echo;
  if (elapsed > kMost) return std::nullopt;
  return kernel::Duration::Milliseconds(elapsed);
}

// Our FIN is acknowledged: half of the way to the end.
void OnFinAcknowledged(ControlBlock& block) {
  switch (block.state) {
    case State::kFinWait1:
      Enter(block, State::kFinWait2);
      if (!block.has_handle) StartFinWait2(block);
      Notify(block);
      break;
    case State::kClosing:
      EnterTimeWait(block);
      break;
    case State::kLastAck:
      Finish(block, std::nullopt);
      break;
    default:
      break;
  }
}

// A window that was probed has opened, or the probe went through: losses count again.
void LeavePersist(ControlBlock& block, bool has_advanced) {
  const bool is_open = block.snd_wnd > 0;
  if (!is_open && !has_advanced) return;
  block.retries = 0;
  if (is_open) StopRetry(block);
  // What the closed window refused was not lost on the way.
  if (block.snd_una != block.snd_nxt && is_open) block.recovery.ResendAll(block.snd_una, block.snd_nxt);
  block.must_output = true;
}

// SND.UNA moves to `ack`.
void Advance(ControlBlock& block, Sequence ack) {
  block.snd_una = ack;
  block.send_queue.Acknowledge(Earlier(ack, block.send_queue.end()));
  block.stalled_since = block.snd_una == block.snd_nxt ? kernel::kNever : block.stack.now();
  if (block.wants_room && HasWriteRoom(block)) {
    block.wants_room = false;
    Notify(block);
  }
}

void ConfirmReachable(ControlBlock& block, kernel::Instant now) {
  if (now.nanoseconds >> kReachableBits == block.heard_at.nanoseconds >> kReachableBits) return;
  block.stack.ip.ConfirmReachable(block.remote.address);
}

// [RFC5681] 2: what fast retransmit counts. Answers to window probes are none.
bool IsDuplicate(const ControlBlock& block, const Segment& segment, std::uint32_t old_window) {
  return segment.acknowledgment() == block.snd_una && segment.length() == 0 && block.snd_wnd == old_window &&
         block.retry != Retry::kPersist;
}

// An acknowledgment that says more, or less, than that all has arrived.
[[gnu::noinline]] void TakeAcknowledgment(ControlBlock& block, const Segment& segment, std::uint32_t old_window) {
  const Sequence ack = segment.acknowledgment();
  const kernel::Instant now = block.stack.now();
  const bool has_advanced = ack > block.snd_una;
  const Recovery::Ack event = {.acknowledged = ack,
                               .sacks = block.agreed.has_sack
                                            ? std::span(segment.options.sacks).first(segment.options.sack_count)
                                            : std::span<const wire::SackBlock>(),
                               .echoed_round_trip = has_advanced ? EchoedRoundTrip(block, segment) : std::nullopt,
                               .is_duplicate = IsDuplicate(block, segment, old_window),
                               .has_congestion_echo = block.agreed.has_ecn && segment.Has(wire::kEce)};
  const Recovery::AckResult result =
      block.recovery.OnAck(event, block.snd_una, block.snd_nxt, now, block.stack.counters);
  if (result.must_tell_reduction) block.must_tell_reduction = true;
  if (has_advanced) {
    ConfirmReachable(block, now);
    Advance(block, ack);
  }
  if (block.recovery.IsRecovering()) block.must_output = true;
}

}  // namespace

void UpdateSendWindow(ControlBlock& block, const Segment& segment, std::uint8_t shift) {
  block.snd_wnd = std::uint32_t{segment.header.window} << shift;
  block.max_snd_wnd = std::max(block.max_snd_wnd, block.snd_wnd);
  block.snd_wl1 = segment.sequence();
  block.snd_wl2 = segment.acknowledgment();
}

bool CheckAcknowledgment(ControlBlock& block, const Segment& segment) {
  const Sequence ack = segment.acknowledgment();
  if (block.state == State::kSynReceived && !CompleteHandshake(block, segment)) return false;
  // Beyond what was sent, or older than any window: nobody who sees our segments says so. [RFC5961] 5.2
  if (ack > block.snd_nxt || ack < block.snd_una - block.max_snd_wnd) {
    ++block.stack.counters.unacceptable_ack;
    SendChallenge(block);
    return false;
  }
  const kernel::Instant now = block.stack.now();
  block.keep_alives_sent = 0;
  if (ack < block.snd_una) {
    block.heard_at = now;
    return true;
  }
  const std::uint32_t old_window = block.snd_wnd;
  if (block.snd_wl1 < segment.sequence() || (block.snd_wl1 == segment.sequence() && block.snd_wl2 <= ack)) {
    UpdateSendWindow(block, segment, block.agreed.send_window_shift);
  }
  const bool has_advanced = ack > block.snd_una;
  const bool is_plain = ack == block.snd_nxt && segment.options.sack_count == 0 && !segment.Has(wire::kEce);
  if (has_advanced && is_plain && block.recovery.OnAckOfAll(block.snd_una, ack, now)) {
    ConfirmReachable(block, now);
    Advance(block, ack);
  } else if (block.snd_una != block.snd_nxt) {
    TakeAcknowledgment(block, segment, old_window);
  }
  if (block.snd_nxt != block.send_end()) block.must_output = true;
  block.heard_at = now;
  if (block.retry == Retry::kPersist) LeavePersist(block, has_advanced);
  if (has_advanced && block.IsFinAcknowledged()) OnFinAcknowledged(block);
  return true;
}

}  // namespace net::tcp
