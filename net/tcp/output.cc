#include "net/tcp/output.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/packet/packet.h"
#include "net/tcp/black_hole.h"
#include "net/tcp/control_block.h"
#include "net/tcp/deadlines.h"
#include "net/tcp/life.h"
#include "net/tcp/sequence.h"
#include "net/tcp/stack.h"
#include "net/tcp/state.h"
#include "net/tcp/transmit.h"
#include "net/wire/tcp.h"

namespace net::tcp {
namespace {

// Why sending goes on, or not.
enum class Step : std::uint8_t {
  kSent,
  kNothingLeft,        // all is sent, or waits for more (Nagle, silly window) or for the peer's window
  kCongestionLimited,  // the congestion window is full
  kRefused,            // no packet, or no room in the device: again soon
};

// Bytes of the peer's window beyond SND.NXT.
std::uint32_t UsableWindow(const ControlBlock& block) {
  const std::int32_t usable = block.send_edge() - block.snd_nxt;
  return usable > 0 ? static_cast<std::uint32_t>(usable) : 0;
}

std::uint32_t LargestPayload(const ControlBlock& block) {
  return std::max<std::uint32_t>(block.send_segment_size, block.largest_segment);
}

// The FIN is on its way: who closed first goes one way, who answered the other.
void EnterAfterFin(ControlBlock& block) {
  if (block.state == State::kEstablished) Enter(block, State::kFinWait1);
  if (block.state == State::kCloseWait) Enter(block, State::kLastAck);
}

// Sends the payload of `range`, and FIN where the range goes that far. Returns the number of the first byte that did
// not go, or nothing when none could.
[[gnu::always_inline]] inline std::optional<Sequence> SendRangeInline(ControlBlock& block, SequenceRange range,
                                                                      bool is_first_time) {
  Packet packet = block.stack.context.packets().Take();
  if (!packet) [[unlikely]] {
    ++block.stack.counters.no_memory;
    return std::nullopt;
  }
  const Sequence data_end = block.send_queue.end();
  const SequenceRange data = {range.begin, Earlier(range.end, data_end)};
  std::uint32_t size = range.begin < data_end ? block.send_queue.Gather(data, packet) : 0;
  const std::uint32_t full = block.send_segment_size;
  // A packet has a limited number of slices: only whole segments then.
  if (range.begin < data_end && size < data.size() && size > full) [[unlikely]] {
    size -= size % full;
    packet.Truncate(size);
  }
  Sequence end = range.begin + size;
  wire::TcpFlags flags;
  if (size > 0 && end == data_end) flags = wire::kPsh;
  if (end == data_end && range.end > data_end) {
    flags = flags | wire::kFin;
    end = range.end;
  }
  const kernel::Result<void> sent = SendSegment(block, std::move(packet), range.begin, flags, is_first_time);
  if (sent) [[likely]]
    return end;
  switch (sent.error()) {
    case kernel::Error::kTooLong:
      // The path has become narrower than its last answer.
      block.path_generation = block.stack.path_generation - 1;
      return std::nullopt;
    case kernel::Error::kWouldBlock:
    case kernel::Error::kOutOfMemory:
      return std::nullopt;
    default:
      // No route, now: as if it was lost on the way.
      block.soft_error = sent.error();
      return end;
  }
}

std::optional<Sequence> SendRange(ControlBlock& block, SequenceRange range, bool is_first_time) {
  return SendRangeInline(block, range, is_first_time);
}

Step Resend(ControlBlock& block, SequenceRange lost, std::uint32_t allowance) {
  const std::uint32_t full = block.send_segment_size;
  std::uint32_t size = std::min(lost.size(), LargestPayload(block));
  if (allowance < std::min(size, full)) return Step::kCongestionLimited;
  size = std::min(size, allowance);
  if (size > full && size < lost.size()) size -= size % full;
  const std::optional<Sequence> end = SendRange(block, {lost.begin, lost.begin + size}, false);
  if (!end) return Step::kRefused;
  ++block.retransmissions;
  block.recovery.OnResent({lost.begin, *end}, block.stack.now());
  return Step::kSent;
}

// Whether a segment that is not full may carry the last bytes that are there. [RFC9293] 3.7.4; as long as one of its
// kind is on the way, the next waits for its acknowledgment or for more data.
bool MaySendSmall(const ControlBlock& block) {
  return block.options.has_no_delay || block.is_fin_queued || block.has_urgent_to_send ||
         block.snd_small <= block.snd_una;
}

// How many new bytes go in the next segment; 0: none now. `available` is what window and queue allow.
std::uint32_t SizeOfNext(const ControlBlock& block, std::uint32_t unsent, std::uint32_t available) {
  const std::uint32_t full = block.send_segment_size;
  std::uint32_t size = std::min(available, LargestPayload(block));
  const std::uint32_t rest = size < full ? size : size % full;
  if (rest == 0) return size;
  if (size == unsent && MaySendSmall(block)) return size;
  if (size > full) return size - rest;
  // A window that cannot take a full segment is used when half of it, as large as it ever was, is open.
  // [RFC9293] 3.8.6.2.1 (3)
  if (size < unsent && size >= block.max_snd_wnd / 2 && MaySendSmall(block)) return size;
  return 0;
}

void NoteSent(ControlBlock& block, Sequence end) {
  const kernel::Instant now = block.stack.now();
  if (block.snd_una == block.snd_nxt) block.stalled_since = now;
  block.recovery.OnSent({block.snd_nxt, end}, now);
  const std::uint32_t size = Distance(block.snd_nxt, end);
  if (size < block.send_segment_size || size % block.send_segment_size != 0) block.snd_small = end;
  block.snd_nxt = end;
  if (block.IsFinSent()) EnterAfterFin(block);
}

Step SendNew(ControlBlock& block, std::uint32_t allowance) {
  const std::uint32_t unsent = Distance(block.snd_nxt, block.send_queue.end());
  const std::uint32_t usable = UsableWindow(block);
  if (usable == 0) return Step::kNothingLeft;
  std::uint32_t size = 0;
  if (unsent > 0) {
    const std::uint32_t can = std::min(unsent, usable);
    if (allowance < std::min<std::uint32_t>(can, block.send_segment_size)) return Step::kCongestionLimited;
    size = SizeOfNext(block, unsent, std::min(can, allowance));
    if (size == 0) return Step::kNothingLeft;
  }
  const bool has_fin = block.is_fin_queued && size == unsent && usable > size;
  const std::optional<Sequence> end =
      SendRangeInline(block, {block.snd_nxt, block.snd_nxt + size + (has_fin ? 1 : 0)}, true);
  if (!end) return Step::kRefused;
  NoteSent(block, *end);
  return Step::kSent;
}

Step SendNext(ControlBlock& block) {
  const std::optional<SequenceRange> lost = block.recovery.NextRetransmission();
  if (lost) [[unlikely]]
    return Resend(block, *lost, block.recovery.Allowance());
  if (block.snd_nxt == block.send_end()) return Step::kNothingLeft;
  return SendNew(block, block.recovery.Allowance());
}

// One new segment that is larger than the others, alone: if it is lost, only it goes again. [RFC4821] 7.3
void TryLargerSegment(ControlBlock& block) {
  const std::uint32_t size = SizeToTry(block);
  const std::uint32_t unsent = Distance(block.snd_nxt, block.send_queue.end());
  if (size == 0 || size > std::min({unsent, UsableWindow(block), block.recovery.Allowance()})) return;
  const std::uint16_t full = std::exchange(block.send_segment_size, static_cast<std::uint16_t>(size));
  const std::optional<Sequence> end = SendRange(block, {block.snd_nxt, block.snd_nxt + size}, true);
  if (end) {
    NoteSent(block, *end);
    NoteSizeTried(block);
  }
  block.send_segment_size = full;
}

bool MaySend(const ControlBlock& block) { return IsSynchronized(block.state) && !IsOver(block); }

}  // namespace

void Output(ControlBlock& block) {
  if (!MaySend(block)) return;
  if (block.path_generation != block.stack.path_generation) (void)RefreshPath(block);
  if (block.size_reductions != 0) [[unlikely]]
    TryLargerSegment(block);
  Step step = Step::kSent;
  while (step == Step::kSent) step = SendNext(block);
  block.recovery.OnOutputEnded(step == Step::kCongestionLimited);
  if (step == Step::kRefused) {
    TryAgainSoon(block);
    return;
  }
  // A writer that found no memory for its first byte waits for the clock: nothing else will come.
  const bool awaits_memory = block.retry == Retry::kDevice && block.wants_room && block.send_queue.size() == 0;
  if (block.retry != Retry::kPersist && !awaits_memory) StopRetry(block);
  const bool has_unsent = block.snd_nxt != block.send_end();
  if (has_unsent && block.snd_una == block.snd_nxt) StartPersist(block);
}

void SendWindowProbe(ControlBlock& block) {
  if (!MaySend(block)) return;
  ++block.stack.counters.window_probes;
  if (block.snd_una != block.snd_nxt) {
    // The byte of the last probe again.
    (void)SendRange(block, {block.snd_una, block.snd_una + 1}, false);
    return;
  }
  const std::uint32_t unsent = Distance(block.snd_nxt, block.send_queue.end());
  const std::uint32_t usable = std::max<std::uint32_t>(UsableWindow(block), 1);
  const std::uint32_t size = std::min({unsent, usable, std::uint32_t{block.send_segment_size}});
  const bool has_fin = unsent == 0;
  const std::optional<Sequence> end = SendRange(block, {block.snd_nxt, block.snd_nxt + size + (has_fin ? 1 : 0)}, true);
  if (end) NoteSent(block, *end);
}

void SendTailLossProbe(ControlBlock& block) {
  if (!MaySend(block)) return;
  ++block.stack.counters.tail_loss_probes;
  const kernel::Instant now = block.stack.now();
  const std::uint32_t full = block.send_segment_size;
  const std::uint32_t unsent = block.snd_nxt == block.send_end() ? 0 : Distance(block.snd_nxt, block.send_queue.end());
  const std::uint32_t size = std::min({unsent, UsableWindow(block), full});
  if (size > 0) {
    // A probe that found no room is as good as lost: the clock goes on.
    const std::optional<Sequence> end = SendRange(block, {block.snd_nxt, block.snd_nxt + size}, true);
    if (end) NoteSent(block, *end);
    block.recovery.OnProbeSent(block.snd_nxt, false, now);
    return;
  }
  if (block.snd_una == block.snd_nxt) return;
  const std::uint32_t on_the_way = Distance(block.snd_una, block.snd_nxt);
  const SequenceRange last = {block.snd_nxt - std::min(on_the_way, full), block.snd_nxt};
  if (SendRange(block, last, false)) {
    ++block.retransmissions;
    block.recovery.OnResent(last, now);
  }
  block.recovery.OnProbeSent(block.snd_nxt, true, now);
}

}  // namespace net::tcp
