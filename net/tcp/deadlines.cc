#include "net/tcp/deadlines.h"

#include <algorithm>
#include <cstdint>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/tcp/black_hole.h"
#include "net/tcp/control_block.h"
#include "net/tcp/life.h"
#include "net/tcp/output.h"
#include "net/tcp/recovery.h"
#include "net/tcp/round_trip.h"
#include "net/tcp/stack.h"
#include "net/tcp/state.h"
#include "net/tcp/transmit.h"
#include "net/tcp/turn.h"
#include "net/timers.h"

namespace net::tcp {
namespace {

using kernel::Duration;
using kernel::Instant;

constexpr Duration kSoon = Duration::Milliseconds(1);
constexpr std::uint8_t kMostDoublings = 6;
constexpr Duration kMostPersist = Duration::Seconds(60);
constexpr Duration kFinWait2 = Duration::Seconds(60);
constexpr Duration kOrphanPatience = Duration::Seconds(180);

// R2. SYNs go at 0, 1, 3, 7, 15, 31, 63, 123 s and are given up at 183 s: MUST be at least 3 minutes. Data is given up
// after 15 time-outs, a quarter of an hour with the usual limits: MUST be at least 100 s. [RFC9293] 3.8.3
constexpr std::uint8_t kMostSyns = 8;
constexpr std::uint8_t kMostTimeouts = 15;
// R1: here the route itself is doubted. [RFC9293] 3.8.3
constexpr std::uint8_t kDoubtfulTimeouts = 3;

Instant After(Instant instant, Duration duration) {
  return instant == kernel::kNever ? kernel::kNever : instant + duration;
}

Instant UserTimeoutAt(const ControlBlock& block) {
  const Duration timeout = block.options.user_timeout;
  return timeout == Duration{} ? kernel::kNever : After(block.stalled_since, timeout);
}

// While a window is probed the probes' clock counts, not that of losses.
Instant RecoveryAt(const ControlBlock& block) {
  return block.retry == Retry::kPersist ? kernel::kNever : block.recovery.deadline();
}

void GiveUp(ControlBlock& block, bool may_be_there) {
  if (may_be_there && IsSynchronized(block.state)) SendReset(block);
  Finish(block, block.soft_error.value_or(kernel::Error::kTimedOut));
}

void OnHandshakeRetry(ControlBlock& block) {
  ++block.retries;
  if (block.retries >= kMostSyns) {
    GiveUp(block, false);
    return;
  }
  block.recovery.round_trip().BackOff();
  SendSyn(block);
  ++block.stack.counters.retransmitted_segments;
  ++block.retransmissions;
  AwaitHandshake(block);
}

void OnPersist(ControlBlock& block) {
  // What nobody holds any more may not stay for ever with a peer that never opens its window.
  const bool is_orphan = !block.has_handle && After(block.stalled_since, kOrphanPatience) < block.stack.now();
  const bool is_silent =
      block.retries >= kMostTimeouts && block.heard_at + kMostPersist + kMostPersist < block.stack.now();
  if (is_silent || is_orphan) {
    GiveUp(block, true);
    return;
  }
  SendWindowProbe(block);
  if (block.retries < UINT8_MAX) ++block.retries;
  Duration wait = block.recovery.round_trip().timeout();
  for (std::uint8_t i = 0; i < block.retries && wait < kMostPersist; ++i) wait = wait + wait;
  block.retry = Retry::kPersist;
  block.retry_at = block.stack.now() + std::min(wait, kMostPersist);
}

void OnRetry(ControlBlock& block) {
  block.retry_at = kernel::kNever;
  switch (block.retry) {
    case Retry::kSyn:
      OnHandshakeRetry(block);
      break;
    case Retry::kPersist:
      OnPersist(block);
      break;
    case Retry::kDevice:
      block.retry = Retry::kNone;
      block.must_output = true;
      if (block.wants_room) Notify(block);
      break;
    case Retry::kNone:
      break;
  }
}

void OnTimeout(ControlBlock& block) {
  const std::uint8_t timeouts = block.recovery.timeouts();
  // Whoever answers with a closed window is alive. [RFC9293] 3.8.6.1, MUST-37
  const bool is_held_back = block.snd_wnd == 0 && block.heard_at + kMostPersist + kMostPersist > block.stack.now();
  if (timeouts >= kMostTimeouts && !is_held_back) {
    GiveUp(block, false);
    return;
  }
  if (timeouts >= kDoubtfulTimeouts) block.path_generation = block.stack.path_generation - 1;
  SuspectBlackHole(block);
  block.must_output = true;
}

void OnRecoveryDeadline(ControlBlock& block, Instant now) {
  switch (block.recovery.OnDeadline(block.snd_una, block.snd_nxt, now, block.stack.counters)) {
    case Recovery::Due::kNothing:
      break;
    case Recovery::Due::kLoss:
      block.must_output = true;
      break;
    case Recovery::Due::kProbe:
      SendTailLossProbe(block);
      break;
    case Recovery::Due::kTimeout:
      OnTimeout(block);
      break;
  }
}

void OnKeepAlive(ControlBlock& block, Instant now) {
  const Options& options = block.options;
  if (options.keep_alive_idle == Duration{}) {
    block.life_at = kernel::kNever;
    return;
  }
  // Data on the way asks the same question.
  const Instant due = block.heard_at + options.keep_alive_idle;
  if (block.snd_una != block.snd_nxt || (block.keep_alives_sent == 0 && due > now)) {
    block.life_at = due > now ? due : now + options.keep_alive_interval;
    return;
  }
  if (block.keep_alives_sent >= options.keep_alive_probes) {
    ++block.stack.counters.dropped_by_keep_alive;
    GiveUp(block, true);
    return;
  }
  ++block.keep_alives_sent;
  ++block.stack.counters.keep_alives;
  SendKeepAlive(block);
  block.life_at = now + options.keep_alive_interval;
}

void OnLife(ControlBlock& block, Instant now) {
  switch (block.life) {
    case Life::kKeepAlive:
      OnKeepAlive(block, now);
      break;
    case Life::kFinWait2:
      Finish(block, std::nullopt);
      break;
    case Life::kNone:
      block.life_at = kernel::kNever;
      break;
  }
}

// The rest of SetTimer, which most turns do without.
[[gnu::noinline]] void StartTimer(ControlBlock& block, Instant next) {
  Context& context = block.stack.context;
  Timer& spare = block.stack.spare_timer;
  if (!block.IsRunning() && spare.IsRunning() && spare.deadline() <= next) {
    context.timers().Hand(spare, block);
    return;
  }
  if (next < context.timers().NextDeadline()) context.RequestPoll();
  context.timers().Start(block, next);
}

}  // namespace

void OnDeadline(Timer& timer, Instant now) {
  auto& block = static_cast<ControlBlock&>(timer);
  const Turn turn(block);
  if (UserTimeoutAt(block) <= now) {
    ++block.stack.counters.dropped_by_user_timeout;
    GiveUp(block, true);
    return;
  }
  if (block.ack_at <= now) {
    block.ack_at = kernel::kNever;
    block.must_ack = true;
    ++block.stack.counters.delayed_acks;
  }
  if (block.retry_at <= now) OnRetry(block);
  if (!IsOver(block) && RecoveryAt(block) <= now) OnRecoveryDeadline(block, now);
  if (!IsOver(block) && block.life_at <= now) OnLife(block, now);
}

void SetTimer(ControlBlock& block) {
  const Instant next =
      std::min(std::min(std::min(block.ack_at, block.retry_at), std::min(block.life_at, RecoveryAt(block))),
               UserTimeoutAt(block));
  if ((block.IsRunning() && block.deadline() <= next) || next == kernel::kNever) return;
  StartTimer(block, next);
}

void LeaveTimer(ControlBlock& block) {
  Timer& spare = block.stack.spare_timer;
  Timers& timers = block.stack.context.timers();
  const bool is_better = block.IsRunning() && (!spare.IsRunning() || block.deadline() < spare.deadline());
  if (!is_better) {
    timers.Stop(block);
    return;
  }
  timers.Stop(spare);
  timers.Hand(block, spare);
}

void DelayAck(ControlBlock& block) {
  if (block.ack_at == kernel::kNever) block.ack_at = block.stack.now() + kDelayedAck;
}

void AwaitHandshake(ControlBlock& block) {
  block.retry = Retry::kSyn;
  block.retry_at = block.stack.now() + block.recovery.round_trip().timeout();
}

void StartPersist(ControlBlock& block) {
  if (block.retry == Retry::kPersist) return;
  if (block.stalled_since == kernel::kNever) block.stalled_since = block.stack.now();
  block.retry = Retry::kPersist;
  block.retries = 0;
  block.retry_at = block.stack.now() + block.recovery.round_trip().timeout();
}

void StopRetry(ControlBlock& block) {
  block.retry = Retry::kNone;
  block.retry_at = kernel::kNever;
  block.retries = 0;
}

void TryAgainSoon(ControlBlock& block) {
  // After 1, 2, 4, ... 64 ms: a device that is stuck costs little.
  if (block.retry == Retry::kPersist) block.retries = 0;
  block.retry = Retry::kDevice;
  block.retry_at = block.stack.now() + Duration{kSoon.nanoseconds << std::min(block.retries, kMostDoublings)};
  if (block.retries < kMostDoublings) ++block.retries;
}

void StartKeepAlive(ControlBlock& block) {
  if (block.life == Life::kFinWait2) return;
  block.life = block.options.keep_alive_idle == Duration{} ? Life::kNone : Life::kKeepAlive;
  block.life_at = block.life == Life::kNone ? kernel::kNever : block.stack.now() + block.options.keep_alive_idle;
}

void StartFinWait2(ControlBlock& block) {
  block.life = Life::kFinWait2;
  block.life_at = block.stack.now() + kFinWait2;
}

}  // namespace net::tcp
