#include "net/tcp/segment_arrives.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "kernel/base/result.h"
#include "net/packet/packet.h"
#include "net/tcp/challenge.h"
#include "net/tcp/control_block.h"
#include "net/tcp/life.h"
#include "net/tcp/segment.h"
#include "net/tcp/sequence.h"
#include "net/tcp/stack.h"
#include "net/tcp/state.h"
#include "net/tcp/transmit.h"
#include "net/wire/tcp.h"

namespace net::tcp {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;           // nanoseconds
constexpr std::uint32_t kTimestampLife = 24 * 24 * 3600;  // seconds: half a circle of milliseconds. [RFC7323] 5.5

std::uint32_t SecondsNow(const ControlBlock& block) {
  return static_cast<std::uint32_t>(block.stack.now().nanoseconds / kSecond);
}

// What nearly all segments are: the next one in order, acceptable, with nothing but data, FIN and an acknowledgment.
// All that the first four steps would find out, in any state but SYN-SENT. [VanJacobson90]
bool IsExpected(const ControlBlock& block, const Segment& segment) {
  constexpr std::uint8_t kOthers = static_cast<std::uint8_t>(~(wire::kPsh | wire::kFin).bits);
  if ((segment.header.flags.bits & kOthers) != wire::kAck.bits || block.state == State::kSynSent) return false;
  if (segment.sequence() != block.rcv_nxt() || segment.length() > block.rcv_wnd()) return false;
  if (!block.agreed.has_timestamps) return true;
  return segment.options.timestamps &&
         static_cast<std::int32_t>(segment.options.timestamps->value - block.ts_recent) >= 0;
}

// [RFC7323] 5.3 R1. A reset needs no timestamp.
bool IsOldByTimestamp(ControlBlock& block, const Segment& segment) {
  if (!block.agreed.has_timestamps || segment.Has(wire::kRst)) return false;
  if (!segment.options.timestamps) {
    // [RFC7323] 3.2: once agreed on, all segments have it.
    return true;
  }
  if (static_cast<std::int32_t>(segment.options.timestamps->value - block.ts_recent) >= 0) return false;
  // After 24 days in silence the peer's clock tells nothing. [RFC7323] 5.5
  return SecondsNow(block) - block.ts_recent_age < kTimestampLife;
}

// [RFC9293] 3.10.7.4, table 6. But what has no text may also have the number behind the window, as with a closed one:
// the peer has sent all that it may, and something of it has not come. Until it does, all its acknowledgments look like
// that. If they did not count, neither would our data that they acknowledge, nor the window that they open; and where
// it is memory that we lack, which a program gives back when it can write, both would wait for each other.
bool IsInWindow(const ControlBlock& block, const Segment& segment) {
  const Sequence left = block.rcv_nxt();
  const std::uint32_t window = block.rcv_wnd();
  const Sequence right = left + window;
  const Sequence begin = segment.sequence();
  const std::uint32_t length = segment.length();
  const bool has_begin = left <= begin && begin < right;
  // Not a reset, which [RFC5961] 3.2 wants within.
  if (length == 0) return has_begin || (begin == right && (window == 0 || !segment.Has(wire::kRst)));
  const Sequence last = begin + (length - 1);
  return has_begin || (left <= last && last < right);
}

// An acknowledgment says where we are. One for bytes goes always: they may be a retransmission whose acknowledgment was
// lost; empty segments could make two lost ends answer each other for ever.
void AnswerUnacceptable(ControlBlock& block, Segment& segment) {
  if (segment.Has(wire::kRst)) return;
  if (segment.payload_size == 0 && !segment.Has(wire::kFin)) {
    SendChallenge(block);
    return;
  }
  // Bytes that were here before are reported as such. [RFC2883] 4
  if (segment.payload_size > 0 && segment.sequence() + segment.payload_size <= block.rcv_nxt()) {
    ++block.stack.counters.duplicate_segments;
    (void)block.receive_queue.Receive(segment.sequence(), std::move(segment.payload), false, block.rcv_adv);
  }
  block.must_ack = true;
}

// First: the sequence number.
bool CheckSequence(ControlBlock& block, Segment& segment) {
  if (IsOldByTimestamp(block, segment)) {
    ++block.stack.counters.old_timestamp;
    AnswerUnacceptable(block, segment);
    return false;
  }
  if (IsInWindow(block, segment)) return true;
  if (block.rcv_wnd() == 0 && segment.sequence() == block.rcv_nxt()) {
    // A closed window still lets ACK, URG and RST in, without the bytes. [RFC9293] 3.10.7.4, MUST-66
    block.must_ack = true;
    segment.payload = Packet();
    segment.payload_size = 0;
    segment.header.flags.bits &= static_cast<std::uint8_t>(~(wire::kFin | wire::kSyn).bits);
    return true;
  }
  ++block.stack.counters.out_of_window;
  AnswerUnacceptable(block, segment);
  return false;
}

// Second: the RST bit. Only at the left edge it is believed. [RFC5961] 3.2
bool CheckReset(ControlBlock& block, const Segment& segment) {
  if (!segment.Has(wire::kRst)) return true;
  if (segment.sequence() != block.rcv_nxt()) {
    ++block.stack.counters.blind_reset;
    SendChallenge(block);
    return false;
  }
  switch (block.state) {
    case State::kSynReceived:
      Finish(block, kernel::Error::kRefused);
      break;
    case State::kClosing:
    case State::kLastAck:
      Finish(block, std::nullopt);
      break;
    default:
      Finish(block, kernel::Error::kReset);
      break;
  }
  return false;
}

// Fourth: the SYN bit. Whoever restarted learns from our answer where we are, and resets. [RFC5961] 4.2
bool CheckSyn(ControlBlock& block, const Segment& segment) {
  if (!segment.Has(wire::kSyn)) return true;
  ++block.stack.counters.blind_syn;
  SendChallenge(block);
  return false;
}

}  // namespace

void NoteTimestamp(ControlBlock& block, const Segment& segment) {
  if (!block.agreed.has_timestamps || !segment.options.timestamps) return;
  if (segment.sequence() > block.last_ack_sent) return;
  const std::uint32_t value = segment.options.timestamps->value;
  if (value == block.ts_recent || static_cast<std::int32_t>(value - block.ts_recent) < 0) {
    // It is older only where the clock had to be forgotten: see IsOldByTimestamp.
    if (value != block.ts_recent && SecondsNow(block) - block.ts_recent_age < kTimestampLife) return;
  }
  block.ts_recent = value;
  block.ts_recent_age = SecondsNow(block);
}

void SegmentArrives(ControlBlock& block, Segment& segment) {
  if (IsExpected(block, segment)) [[likely]] {
    NoteTimestamp(block, segment);
    if (!CheckAcknowledgment(block, segment) || segment.length() == 0 || IsOver(block)) return;
    ProcessNextText(block, segment);
    return;
  }
  if (block.state == State::kSynSent) {
    SegmentArrivesInSynSent(block, segment);
    return;
  }
  if (!CheckSequence(block, segment)) return;
  if (!CheckReset(block, segment)) return;
  // Third, security, has no use any more.
  if (!CheckSyn(block, segment)) return;
  if (!segment.Has(wire::kAck)) {
    ++block.stack.counters.without_ack;
    return;
  }
  NoteTimestamp(block, segment);
  if (!CheckAcknowledgment(block, segment)) return;
  if (IsOver(block)) return;
  ProcessText(block, segment);
}

}  // namespace net::tcp
