#include "net/tcp/receive_queue.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "net/packet/packet.h"
#include "net/tcp/sequence.h"
#include "net/wire/tcp.h"

namespace net::tcp {
namespace {

// Cuts `packet` at `size`, which is less than its own, and returns what was behind; no packet where that cannot be
// had: what was behind is lost then.
Packet Split(Packet& packet, std::size_t size) {
  Packet rest;
  if (packet.header().size() <= size) rest = packet.CloneOf(size, packet.size() - size);
  packet.Truncate(size);
  return rest;
}

}  // namespace

ReceiveQueue::Receipt ReceiveQueue::Receive(Sequence sequence, Packet payload, bool has_fin, Sequence right_edge) {
  Receipt receipt;
  const std::uint32_t size = payload ? static_cast<std::uint32_t>(payload.size()) : 0;
  if (has_fin) {
    if (sequence + size < next_) receipt.is_duplicate = true;
    NoteFin(sequence + size, right_edge);
  }
  const Sequence limit = has_fin_ ? Earlier(right_edge, fin_) : right_edge;
  if (size > 0 && sequence < limit) {
    if (size > Distance(sequence, limit)) payload.Truncate(Distance(sequence, limit));
    Place(sequence, std::move(payload), receipt);
  }
  FinishAtFin(receipt);
  return receipt;
}

// The first FIN stays, like the first bytes; one within what came already is none.
void ReceiveQueue::NoteFin(Sequence fin, Sequence right_edge) {
  if (has_fin_ || fin < next_ || fin >= right_edge || (last_ != nullptr && last_->end > fin)) return;
  has_fin_ = true;
  fin_ = fin;
}

void ReceiveQueue::FinishAtFin(Receipt& receipt) {
  if (!has_fin_ || has_ended_) return;
  if (next_ != fin_) {
    receipt.is_out_of_order = true;
    return;
  }
  has_ended_ = true;
  next_ += 1;
  receipt.has_advanced = true;
}

// Forgets the bytes before `there`, and remembers them for a D-SACK; false when none are left.
bool ReceiveQueue::CutDuplicate(Packet& payload, Sequence& begin, Sequence there) {
  const Sequence end = begin + static_cast<std::uint32_t>(payload.size());
  if (!has_duplicate_) duplicate_ = {.left = begin.value, .right = Earlier(end, there).value};
  has_duplicate_ = true;
  if (end <= there) return false;
  payload.DropFront(Distance(begin, there));
  begin = there;
  return true;
}

// Fills what `payload` can fill, from left to right; each turn leaves one range or one gap behind.
void ReceiveQueue::Place(Sequence begin, Packet payload, Receipt& receipt) {
  while (payload) {
    ReceivedRange* before = nullptr;
    if (last_ != nullptr && last_->begin <= begin) {
      before = last_;
    } else {
      for (ReceivedRange* range = first_; range != nullptr && range->begin <= begin; range = range->next)
        before = range;
    }
    const Sequence there = before == nullptr ? next_ : before->end;
    if (begin < there) {
      receipt.is_duplicate = true;
      if (before != nullptr) before->touched = ++segments_;
      if (!CutDuplicate(payload, begin, there)) return;
    }
    const ReceivedRange* const after = before == nullptr ? first_ : before->next;
    const Sequence end = begin + static_cast<std::uint32_t>(payload.size());
    Packet rest;
    Sequence rest_begin = end;
    if (after != nullptr && after->begin < end) {
      rest_begin = after->begin;
      rest = Split(payload, Distance(begin, rest_begin));
      receipt.was_refused = !rest;
    }
    PlacePiece(begin, std::move(payload), before, receipt);
    if (receipt.was_refused) return;
    payload = std::move(rest);
    begin = rest_begin;
  }
}

// Takes a piece that overlaps nothing. `before` is the last range that begins at or before it.
void ReceiveQueue::PlacePiece(Sequence begin, Packet piece, ReceivedRange* before, Receipt& receipt) {
  const auto size = static_cast<std::uint32_t>(piece.size());
  const bool is_in_order = begin == next_;
  const bool is_placed =
      is_in_order ? PlaceInOrder(std::move(piece), receipt) : PlaceInRange(begin, std::move(piece), before);
  if (!is_placed) {
    receipt.was_refused = true;
    return;
  }
  receipt.new_bytes += size;
  if (!is_in_order) receipt.is_out_of_order = true;
}

bool ReceiveQueue::PlaceInOrder(Packet piece, Receipt& receipt) {
  const auto size = static_cast<std::uint32_t>(piece.size());
  if (!MakeRoom(MemoryOf(piece), true)) return false;
  Keep(in_order_, std::move(piece));
  next_ += size;
  readable_ += size;
  receipt.has_advanced = true;
  if (first_ == nullptr) return true;
  receipt.has_filled_gap = true;
  if (first_->begin != next_) return true;
  ReceivedRange& range = *first_;
  readable_ += Distance(range.begin, range.end);
  next_ = range.end;
  in_order_.Splice(range.packets);
  first_ = range.next;
  if (first_ == nullptr) last_ = nullptr;
  --range_count_;
  pool_.Give(range);
  return true;
}

bool ReceiveQueue::PlaceInRange(Sequence begin, Packet piece, ReceivedRange* before) {
  const Sequence end = begin + static_cast<std::uint32_t>(piece.size());
  if (!MakeRoom(MemoryOf(piece), false)) return false;
  ReceivedRange* const after = before == nullptr ? first_ : before->next;
  if (before != nullptr && before->end == begin) {
    Keep(before->packets, std::move(piece));
    before->end = end;
    before->touched = ++segments_;
    if (after != nullptr && after->begin == end) Join(*before);
    return true;
  }
  if (after != nullptr && after->begin == end) {
    memory_ += MemoryOf(piece);
    after->packets.PushFront(std::move(piece));
    after->begin = begin;
    after->touched = ++segments_;
    return true;
  }
  if (range_count_ == kMostRanges) return false;
  ReceivedRange* const range = pool_.Take();
  if (range == nullptr) return false;
  range->begin = begin;
  range->end = end;
  range->touched = ++segments_;
  range->next = after;
  (before == nullptr ? first_ : before->next) = range;
  if (after == nullptr) last_ = range;
  ++range_count_;
  Keep(range->packets, std::move(piece));
  return true;
}

// `range` has grown up to the next one.
void ReceiveQueue::Join(ReceivedRange& range) {
  ReceivedRange& next = *range.next;
  range.end = next.end;
  range.packets.Splice(next.packets);
  range.next = next.next;
  if (last_ == &next) last_ = &range;
  --range_count_;
  pool_.Give(next);
}

// Whether `memory` more bytes may be held. For what is in order, what is farthest from it goes first.
bool ReceiveQueue::MakeRoom(std::size_t memory, bool is_in_order) {
  const auto fits = [&] { return memory_ + memory <= most_memory_; };
  while (is_in_order && !fits() && last_ != nullptr) DropLastRange();
  return fits() || (is_in_order && in_order_.IsEmpty());
}

void ReceiveQueue::Keep(PacketQueue& queue, Packet piece) {
  if (piece.size() <= kCrumb && queue.AppendCopy(piece)) return;
  memory_ += MemoryOf(piece);
  queue.Push(std::move(piece));
}

void ReceiveQueue::DropLastRange() {
  ReceivedRange* before = nullptr;
  for (ReceivedRange* range = first_; range != last_; range = range->next) before = range;
  while (const Packet packet = last_->packets.Pop()) memory_ -= MemoryOf(packet);
  pool_.Give(*last_);
  --range_count_;
  last_ = before;
  (before == nullptr ? first_ : before->next) = nullptr;
}

void ReceiveQueue::DropOutOfOrder() {
  while (first_ != nullptr) {
    ReceivedRange& range = *first_;
    first_ = range.next;
    while (const Packet packet = range.packets.Pop()) memory_ -= MemoryOf(packet);
    pool_.Give(range);
  }
  last_ = nullptr;
  range_count_ = 0;
  if (!has_ended_) has_fin_ = false;
}

std::size_t ReceiveQueue::Read(std::span<std::byte> to) {
  std::size_t count = 0;
  while (count < to.size() && readable_ > 0) {
    const bool had_urgent = has_urgent_;
    Packet packet = Pop();
    const std::size_t part = packet.CopyTo(0, to.subspan(count));
    count += part;
    if (part < packet.size()) [[unlikely]]
      PutBack(std::move(packet), part, had_urgent);
  }
  return count;
}

// The packet that was popped, without its first `part` bytes.
void ReceiveQueue::PutBack(Packet packet, std::size_t part, bool had_urgent) {
  packet.DropFront(part);
  memory_ += MemoryOf(packet);
  readable_ += static_cast<std::uint32_t>(packet.size());
  in_order_.PushFront(std::move(packet));
  has_urgent_ = had_urgent;
  if (has_urgent_ && !BytesToUrgentEnd()) has_urgent_ = false;
}

void ReceiveQueue::SetUrgent(Sequence end) {
  if (has_urgent_ && end <= urgent_) return;
  urgent_ = end;
  has_urgent_ = true;
  if (!BytesToUrgentEnd()) has_urgent_ = false;
}

std::optional<std::uint32_t> ReceiveQueue::BytesToUrgentEnd() const {
  const Sequence unread = next_ - readable_ - (has_ended_ ? 1 : 0);
  if (!has_urgent_ || urgent_ <= unread) return std::nullopt;
  return Distance(unread, urgent_);
}

std::size_t ReceiveQueue::TakeSackBlocks(std::span<wire::SackBlock> blocks) {
  std::size_t count = 0;
  if (has_duplicate_ && !blocks.empty()) {
    blocks[count++] = duplicate_;
    has_duplicate_ = false;
  }
  std::uint32_t last_age = 0;
  bool is_first = true;
  while (count < blocks.size()) {
    const ReceivedRange* best = nullptr;
    for (const ReceivedRange* range = first_; range != nullptr; range = range->next) {
      const std::uint32_t age = segments_ - range->touched;
      if (!is_first && age <= last_age) continue;
      if (best == nullptr || age < segments_ - best->touched) best = range;
    }
    if (best == nullptr) break;
    last_age = segments_ - best->touched;
    is_first = false;
    // The FIN takes a number, too, and is there with the bytes before it.
    const Sequence end = has_fin_ && best->end == fin_ ? fin_ + 1 : best->end;
    blocks[count++] = {.left = best->begin.value, .right = end.value};
  }
  return count;
}

void ReceiveQueue::Clear() {
  DropOutOfOrder();
  while (Pop()) continue;
}

}  // namespace net::tcp
