#include "net/tcp/life.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/ip/ip.h"
#include "net/tcp/connection_table.h"
#include "net/tcp/control_block.h"
#include "net/tcp/deadlines.h"
#include "net/tcp/negotiation.h"
#include "net/tcp/stack.h"
#include "net/tcp/state.h"
#include "net/tcp/time_wait.h"
#include "net/tcp/transmit.h"
#include "net/wire/ipv4.h"
#include "net/wire/ipv6.h"
#include "net/wire/tcp.h"

namespace net::tcp {
namespace {

constexpr std::uint8_t kQuickAcks = 16;      // full segments: a slow start is fed by each acknowledgment
constexpr std::size_t kTimestampSize = 12;   // bytes of options in each segment
constexpr std::uint16_t kLeastPayload = 64;  // bytes, whatever a path says

}  // namespace

ControlBlock::ControlBlock(Stack& its_stack)
    : Timer(&OnDeadline),
      stack(its_stack),
      send_queue(its_stack.send_slices),
      receive_queue(its_stack.received_ranges),
      recovery(its_stack.sent_ranges, its_stack.config.timeouts) {}

ControlBlock* Create(Stack& stack, const Endpoint& local, const Endpoint& remote, std::uint64_t hash,
                     std::uint32_t ts_offset, const Options& options) {
  ControlBlock* const block = stack.blocks.Take(stack);
  if (block == nullptr) {
    ++stack.counters.no_memory;
    return nullptr;
  }
  block->local = local;
  block->remote = remote;
  block->options = options;
  block->pseudo_sum = PseudoSumOf(local.address, remote.address);
  block->ts_offset = ts_offset;
  block->path_generation = stack.path_generation - 1;
  LimitReceiveMemory(*block);
  stack.connections.Insert(*block, hash);
  return block;
}

void Enter(ControlBlock& block, State state) {
  CHECK(MayFollow(block.state, state));
  block.state = state;
}

void BecomeEstablished(ControlBlock& block) {
  const bool was_syn_lost = block.retries > 0;
  Enter(block, State::kEstablished);
  block.quick_acks = kQuickAcks;
  block.retry = Retry::kNone;
  block.retry_at = kernel::kNever;
  block.retries = 0;
  block.stalled_since = kernel::kNever;
  block.snd_small = block.snd_una;
  SizeSegments(block);
  block.was_established = true;
  block.recovery.Begin(block.snd_una, block.send_segment_size, block.agreed.has_sack, was_syn_lost);
  block.heard_at = block.stack.now();
  StartKeepAlive(block);
  Notify(block);
}

std::uint16_t SegmentSizeWith(const ControlBlock& block, int reductions) {
  const std::size_t headers = wire::kTcpSize + (block.remote.address.IsIpv4() ? wire::kIpv4Size : wire::kIpv6Size);
  std::uint32_t size = block.agreed.send_segment_size;
  if (block.path_mtu > headers) size = std::min<std::uint32_t>(size, block.path_mtu - headers);
  if (block.options.most_segment_size != 0) size = std::min<std::uint32_t>(size, block.options.most_segment_size);
  for (int i = 0; i < reductions && size > kLeastSegmentSize; ++i) {
    size = std::max<std::uint32_t>(size / 2, kLeastSegmentSize);
  }
  if (block.agreed.has_timestamps) size = size > kTimestampSize ? size - kTimestampSize : 1;
  return static_cast<std::uint16_t>(std::max<std::uint32_t>(size, kLeastPayload));
}

void SizeSegments(ControlBlock& block) {
  block.send_segment_size = SegmentSizeWith(block, block.size_reductions);
  if (block.was_established) block.recovery.SetSegmentSize(block.send_segment_size);
}

kernel::Result<void> RefreshPath(ControlBlock& block) {
  Stack& stack = block.stack;
  const kernel::Result<Path> path = stack.ip.FindPath(block.local.address, block.remote.address);
  if (!path) return kernel::Fail(path.error());
  UsePath(block, *path);
  return {};
}

void UsePath(ControlBlock& block, const Path& path) {
  block.path_generation = block.stack.path_generation;
  block.interface = path.interface;
  block.path_mtu = path.mtu;
  block.receive_mtu = path.receive_mtu();
  block.largest_segment = path.largest_segment;
  if (block.was_established) SizeSegments(block);  // before, nobody knows what the peer takes
}

namespace {

// Nothing will be sent or received any more.
void Detach(ControlBlock& block) {
  block.stack.connections.Remove(block);
  block.send_queue.Clear();
  block.recovery.Stop();
  block.ack_at = block.retry_at = block.life_at = block.stalled_since = kernel::kNever;
  block.retry = Retry::kNone;
  block.life = Life::kNone;
  block.must_ack = block.must_output = false;
  Notify(block);
}

}  // namespace

void Finish(ControlBlock& block, std::optional<kernel::Error> error) {
  Stack& stack = block.stack;
  if (!block.was_established) ++stack.counters.attempt_fails;
  if (error && (block.state == State::kEstablished || block.state == State::kCloseWait)) {
    ++stack.counters.established_resets;
  }
  if (!IsOver(block)) Enter(block, State::kClosed);
  if (error) block.error = error;
  Detach(block);
}

void EnterTimeWait(ControlBlock& block) {
  Stack& stack = block.stack;
  Enter(block, State::kTimeWait);
  const TimeWaitEntry entry = {.local = block.local,
                               .remote = block.remote,
                               .snd_nxt = block.snd_nxt,
                               .rcv_nxt = block.rcv_nxt(),
                               .ts_recent = block.ts_recent,
                               .has_timestamps = block.agreed.has_timestamps};
  ++stack.counters.time_waits;
  if (block.must_ack) SendAck(block);
  const std::uint64_t hash = block.hash;
  Detach(block);
  if (stack.time_wait.Add(entry, hash, stack.now())) ++stack.counters.time_waits_evicted;
}

void CloseSending(ControlBlock& block) {
  if (block.is_fin_queued) return;
  switch (block.state) {
    case State::kSynSent:
      // Nothing was promised to anybody. [RFC9293] 3.10.4
      if (block.send_queue.size() == 0) {
        Finish(block, std::nullopt);
        return;
      }
      break;
    case State::kSynReceived:
    case State::kEstablished:
    case State::kCloseWait:
      break;
    default:
      return;
  }
  // The state follows when the FIN is sent: see output.cc.
  block.is_fin_queued = true;
  block.must_output = true;
}

void Abort(ControlBlock& block) {
  if (IsOver(block)) return;
  if (block.state != State::kSynSent) SendReset(block);
  Finish(block, kernel::Error::kReset);
  block.receive_queue.Clear();
}

void Release(ControlBlock& block) {
  Stack& stack = block.stack;
  LeaveTimer(block);
  stack.budget.Release(block.charged);
  stack.blocks.Give(block);  // and its queues what they hold
}

}  // namespace net::tcp
