#include "net/tcp/connection.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "kernel/base/result.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/tcp/control_block.h"
#include "net/tcp/deadlines.h"
#include "net/tcp/life.h"
#include "net/tcp/receive_window.h"
#include "net/tcp/stack.h"
#include "net/tcp/state.h"
#include "net/tcp/turn.h"
#include "net/tcp/write_room.h"

namespace net::tcp {
namespace {

// Nothing more can come.
bool HasReadAll(const ControlBlock& block) {
  return block.receive_queue.readable() == 0 && (block.receive_queue.HasEnded() || IsOver(block));
}

// What Read says when there is nothing to read: nothing yet, the end, or why there will be none.
template <typename T>
kernel::Result<T> AtTheEnd(const ControlBlock& block) {
  if (!HasReadAll(block)) return kernel::Fail(kernel::Error::kWouldBlock);
  if (block.error) return kernel::Fail(*block.error);
  return T{};
}

// The program took `size` bytes: the window may grow, and open.
void AfterRead(ControlBlock& block, std::size_t size) {
  Stack& stack = block.stack;
  const std::uint32_t most = std::min(block.options.receive_limit, ReceiveTuning::MostWindow(stack.budget));
  (void)block.tuning.OnRead(static_cast<std::uint32_t>(size), block.recovery.round_trip().smoothed(), stack.now(), most,
                            stack.budget.pressure());
  LimitReceiveMemory(block);
  ChargeBudget(block);
  if (IsOver(block) || block.receive_queue.HasEnded()) return;
  if (!IsWindowUpdateDue(block)) return;
  const Turn turn(block);
  block.must_ack = true;
}

// Whether bytes may be queued at all; else why not.
kernel::Result<void> CheckWritable(const ControlBlock& block) {
  if (block.error) return kernel::Fail(*block.error);
  if (block.is_fin_queued || IsOver(block)) return kernel::Fail(kernel::Error::kClosed);
  return {};
}

kernel::Result<std::size_t> WouldBlock(ControlBlock& block) {
  block.wants_room = true;
  return kernel::Fail(kernel::Error::kWouldBlock);
}

// Nothing of ours is queued or on the way, so no acknowledgment will wake the writer: a clock does.
void WaitForMemory(ControlBlock& block) {
  ++block.stack.counters.no_memory;
  block.wants_room = true;
  if (block.send_queue.size() == 0 && block.retry == Retry::kNone) TryAgainSoon(block);
}

}  // namespace

void Connection::SetObserver(Observer* observer) { block_->observer = observer; }

kernel::Result<std::size_t> Connection::Read(std::span<std::byte> to) {
  ControlBlock& block = *block_;
  if (to.empty()) return 0;
  const std::size_t size = block.receive_queue.readable() == 0 ? 0 : block.receive_queue.Read(to);
  if (size == 0) return AtTheEnd<std::size_t>(block);
  AfterRead(block, size);
  return size;
}

kernel::Result<Packet> Connection::ReadPacket() {
  ControlBlock& block = *block_;
  Packet packet = block.receive_queue.Pop();
  if (!packet) return AtTheEnd<Packet>(block);
  AfterRead(block, packet.size());
  return packet;
}

kernel::Result<std::size_t> Connection::Write(std::span<const std::byte> from) {
  ControlBlock& block = *block_;
  if (const kernel::Result<void> checked = CheckWritable(block); !checked) return kernel::Fail(checked.error());
  if (from.empty()) return 0;
  const std::uint32_t room = WriteRoom(block);
  if (room == 0) return WouldBlock(block);
  // An empty queue takes some whatever the budget says: else no acknowledgment would ever wake its writer.
  if (block.send_queue.size() > 0 && !block.stack.budget.HasRoomFor(from.size())) return WouldBlock(block);
  const Turn turn(block);
  const std::size_t written =
      block.send_queue.Copy(from.first(std::min<std::size_t>(from.size(), room)), block.stack.context.buffers());
  if (written < from.size()) block.wants_room = true;
  if (written == 0) {
    WaitForMemory(block);
    return kernel::Fail(kernel::Error::kWouldBlock);
  }
  block.must_output = true;
  return written;
}

kernel::Result<void> Connection::WriteBuffer(Buffer buffer, std::size_t offset, std::size_t size) {
  ControlBlock& block = *block_;
  if (const kernel::Result<void> checked = CheckWritable(block); !checked) return kernel::Fail(checked.error());
  if (size == 0) return {};
  // One buffer fits into an empty queue, whatever its limit is.
  if (WriteRoom(block) < size && block.send_queue.size() > 0) {
    block.wants_room = true;
    return kernel::Fail(kernel::Error::kWouldBlock);
  }
  const Turn turn(block);
  if (!block.send_queue.Append(std::move(buffer), offset, size)) {
    WaitForMemory(block);
    return kernel::Fail(kernel::Error::kWouldBlock);
  }
  block.must_output = true;
  return {};
}

kernel::Result<std::size_t> Connection::WriteUrgent(std::span<const std::byte> from) {
  ControlBlock& block = *block_;
  const Turn turn(block);
  const kernel::Result<std::size_t> written = Write(from);
  if (!written || *written == 0) return written;
  block.snd_up = block.send_queue.end();
  block.has_urgent_to_send = true;
  // Where the window lets no data go, an acknowledgment announces it. [RFC9293] 3.8.5
  block.must_ack = true;
  return written;
}

std::optional<std::uint32_t> Connection::BytesToUrgentMark() const { return block_->receive_queue.BytesToUrgentEnd(); }

bool Connection::CanRead() const { return block_->receive_queue.readable() > 0 || HasReadAll(*block_); }

bool Connection::CanWrite() const {
  ControlBlock& block = *block_;
  if (!CheckWritable(block)) return true;
  if (IsEstablished() && HasWriteRoom(block)) return true;
  block.wants_room = true;
  return false;
}

bool Connection::IsEstablished() const { return block_->was_established; }

bool Connection::IsFinished() const { return IsOver(*block_); }

std::optional<kernel::Error> Connection::error() const { return block_->error; }

std::size_t Connection::readable() const { return block_->receive_queue.readable(); }

std::size_t Connection::writable() const { return CheckWritable(*block_) ? WriteRoom(*block_) : 0; }

void Connection::ShutDownWrite() {
  const Turn turn(*block_);
  CloseSending(*block_);
}

void Connection::ShutDownRead() {
  const Turn turn(*block_);
  block_->is_quiet = true;
  while (block_->receive_queue.Pop()) continue;
}

void Connection::Abort() {
  const Turn turn(*block_);
  tcp::Abort(*block_);
}

void Connection::Close() {
  ControlBlock& block = *std::exchange(block_, nullptr);
  if (IsOver(block) && block.depth == 0) {
    Release(block);
    return;
  }
  const Turn turn(block);
  block.has_handle = false;
  block.observer = nullptr;
  // Whoever throws away what came tells its sender. [RFC9293] 3.6.1 / [RFC1122] 4.2.2.13
  const bool has_unread = block.receive_queue.readable() > 0;
  if (has_unread || block.options.aborts_on_close) {
    tcp::Abort(block);
    block.receive_queue.Clear();
    return;
  }
  CloseSending(block);
  if (block.state == State::kFinWait2) StartFinWait2(block);
}

void Connection::SetOptions(const Options& options) {
  ControlBlock& block = *block_;
  const Turn turn(block);
  const std::uint16_t most_segment_size = block.options.most_segment_size;
  const bool may_ecn = block.options.may_ecn;
  block.options = options;
  block.options.most_segment_size = most_segment_size;
  block.options.may_ecn = may_ecn;
  if (block.was_established && !IsOver(block)) {
    StartKeepAlive(block);
    block.must_output = true;  // small segments may have waited
  }
}

Options Connection::options() const { return block_->options; }
Endpoint Connection::local() const { return block_->local; }
Endpoint Connection::remote() const { return block_->remote; }

Info Connection::info() const {
  const ControlBlock& block = *block_;
  const RoundTrip& round_trip = block.recovery.round_trip();
  const Sequence sent_data = Earlier(block.snd_nxt, block.send_queue.end());
  return {.state = block.state,
          .send_segment_size = block.send_segment_size,
          .receive_segment_size = block.receive_segment_size,
          .round_trip = round_trip.smoothed(),
          .round_trip_variation = round_trip.variation(),
          .retransmission_timeout = round_trip.timeout(),
          .congestion_window = block.recovery.congestion_window(),
          .slow_start_threshold = block.recovery.threshold(),
          .send_window = block.snd_wnd,
          .receive_window = block.rcv_wnd(),
          .unacknowledged = Distance(block.snd_una, block.snd_nxt),
          .unsent = Distance(sent_data, block.send_queue.end()),
          .readable = static_cast<std::uint32_t>(block.receive_queue.readable()),
          .retransmissions = block.retransmissions,
          .has_timestamps = block.agreed.has_timestamps,
          .has_sack = block.agreed.has_sack,
          .has_ecn = block.agreed.has_ecn,
          .has_window_scale = block.is_peer_scaling,
          .send_window_shift = block.agreed.send_window_shift,
          .receive_window_shift = block.agreed.receive_window_shift,
          .soft_error = block.soft_error};
}

}  // namespace net::tcp
