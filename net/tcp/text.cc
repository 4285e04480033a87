#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "kernel/base/result.h"
#include "net/tcp/budget.h"
#include "net/tcp/control_block.h"
#include "net/tcp/deadlines.h"
#include "net/tcp/life.h"
#include "net/tcp/receive_queue.h"
#include "net/tcp/segment.h"
#include "net/tcp/segment_arrives.h"
#include "net/tcp/sequence.h"
#include "net/tcp/stack.h"
#include "net/tcp/state.h"
#include "net/tcp/transmit.h"
#include "net/wire/tcp.h"

namespace net::tcp {
namespace {

bool MayReceive(State state) {
  return state == State::kEstablished || state == State::kFinWait1 || state == State::kFinWait2;
}

// Sixth: the URG bit. The pointer counts from the segment's begin to the byte after the urgent ones. [RFC6093] 3.1
void CheckUrgent(ControlBlock& block, const Segment& segment) {
  if (!segment.Has(wire::kUrg) || segment.header.urgent_pointer == 0) return;
  block.receive_queue.SetUrgent(segment.sequence() + segment.header.urgent_pointer);
  Notify(block);
}

// A router's mark is echoed until the peer says that it has slowed down. [RFC3168] 6.1.3
void NoteMark(ControlBlock& block, const Segment& segment) {
  if (!block.agreed.has_ecn) return;
  if (segment.Has(wire::kCwr)) block.must_echo = false;
  if (segment.IsMarked()) block.must_echo = true;
}

// When to acknowledge what came in order: at once for every second full segment, and for the first ones, which feed a
// slow start; else within 40 ms. [RFC9293] 3.8.6.3, [RFC5681] 4.2
void ScheduleAck(ControlBlock& block, std::uint32_t piece, const Segment& segment) {
  if (Distance(block.last_ack_sent, block.rcv_nxt()) >= 2 * std::uint32_t{block.receive_segment_size}) {
    block.must_ack = true;
    return;
  }
  // Who pushes has sent all that there is: its slow start has nothing to be fed for, and an answer may be near.
  if (block.quick_acks > 0 && piece >= block.receive_segment_size && !segment.Has(wire::kPsh)) {
    --block.quick_acks;
    block.must_ack = true;
    return;
  }
  DelayAck(block);
}

// Eighth: the FIN bit, once all before it is here.
void ProcessFin(ControlBlock& block) {
  Notify(block);
  if (block.state == State::kEstablished) {
    Enter(block, State::kCloseWait);
    // A program that has read to the end closes, as a rule: its FIN carries the acknowledgment.
    DelayAck(block);
    return;
  }
  block.must_ack = true;
  switch (block.state) {
    case State::kFinWait1:
      Enter(block, State::kClosing);
      break;
    case State::kFinWait2:
      EnterTimeWait(block);
      break;
    default:
      break;
  }
}

// Nobody will read: the peer must know that its data is lost. [RFC1122] 4.2.2.13
bool IsForNobody(const ControlBlock& block, const Segment& segment) {
  return !block.has_handle && segment.end() - block.rcv_nxt() > (segment.Has(wire::kFin) ? 1 : 0);
}

// Payload bytes of a segment as it was on the wire, or would have been: an interface may have joined several, and
// loopback never cut them.
std::uint32_t PieceSize(const ControlBlock& block, const Segment& segment) {
  const std::uint16_t piece = segment.payload ? segment.payload.info().segment_size : 0;
  return std::min<std::uint32_t>(piece > 0 ? piece : segment.payload_size, block.path_mtu);
}

// Whether the stack has memory for a segment. Where nothing waits to be read, some is always taken: a program that
// reads is never stuck.
bool HasMemoryFor(ControlBlock& block, const Segment& segment) {
  const Budget& budget = block.stack.budget;
  if (budget.pressure() != Budget::Pressure::kFull) return true;
  // What came too early goes first: its sender still has it.
  if (block.receive_queue.HasGap()) block.receive_queue.DropOutOfOrder();
  return budget.HasRoomFor(segment.payload_size) || block.receive_queue.readable() == 0;
}

void ForgetText(ControlBlock& block) {
  while (block.receive_queue.Pop()) continue;
}

}  // namespace

void ProcessNextText(ControlBlock& block, Segment& segment) {
  const bool is_simple = block.state == State::kEstablished && !segment.Has(wire::kFin) && block.has_handle &&
                         !block.is_quiet && !block.agreed.has_ecn && !block.must_ack &&
                         block.stack.budget.pressure() != Budget::Pressure::kFull;
  if (!is_simple) return ProcessText(block, segment);
  const std::uint32_t piece = PieceSize(block, segment);
  if (!block.receive_queue.ReceiveNext(segment.sequence(), segment.payload)) return ProcessText(block, segment);
  if (piece > block.receive_segment_size) block.receive_segment_size = static_cast<std::uint16_t>(piece);
  Notify(block);
  ScheduleAck(block, piece, segment);
}

void ProcessText(ControlBlock& block, Segment& segment) {
  CheckUrgent(block, segment);
  if (segment.length() == 0 || !MayReceive(block.state)) return;
  if (IsForNobody(block, segment)) {
    ++block.stack.counters.after_close;
    SendReset(block);
    Finish(block, kernel::Error::kReset);
    return;
  }
  NoteMark(block, segment);
  const std::uint32_t piece = PieceSize(block, segment);
  // The peer's segments may be smaller than ours: the largest that came is what "full" means.
  if (piece > block.receive_segment_size) block.receive_segment_size = static_cast<std::uint16_t>(piece);
  if (!HasMemoryFor(block, segment)) {
    ++block.stack.counters.no_memory;
    block.must_ack = true;
    return;
  }
  const ReceiveQueue::Receipt receipt = block.receive_queue.Receive(segment.sequence(), std::move(segment.payload),
                                                                    segment.Has(wire::kFin), block.rcv_adv);
  if (receipt.was_refused) ++block.stack.counters.out_of_order_drops;
  if (receipt.is_duplicate) ++block.stack.counters.duplicate_segments;
  if (receipt.is_out_of_order || receipt.has_filled_gap || receipt.is_duplicate || receipt.was_refused) {
    block.must_ack = true;
  }
  if (!receipt.has_advanced) return;
  if (block.is_quiet) {
    ForgetText(block);
  } else {
    Notify(block);
  }
  if (block.receive_queue.HasEnded()) {
    ProcessFin(block);
  } else if (!block.must_ack) {
    ScheduleAck(block, piece, segment);
  }
}

}  // namespace net::tcp
