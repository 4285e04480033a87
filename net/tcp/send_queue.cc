#include "net/tcp/send_queue.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

#include "kernel/base/check.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/tcp/sequence.h"

namespace net::tcp {

bool SendQueue::Push(Buffer buffer, std::size_t offset, std::size_t size) {
  SendSlice* const added = pool_.Take();
  if (added == nullptr) return false;
  memory_ += buffer.capacity();
  added->slice.buffer = std::move(buffer);
  added->slice.offset = static_cast<std::uint32_t>(offset);
  added->slice.size = static_cast<std::uint32_t>(size);
  (last_ == nullptr ? first_ : last_->next) = added;
  last_ = added;
  // A cursor that waits at the end waits at this slice.
  if (cursor_ == nullptr) {
    cursor_ = added;
    cursor_begin_ = end_;
  }
  end_ += static_cast<std::uint32_t>(size);
  return true;
}

std::size_t SendQueue::Copy(std::span<const std::byte> from, BufferPool& buffers) {
  const std::size_t all = from.size();
  if (tail_room_ > 0 && !from.empty()) {
    Slice& tail = last_->slice;
    const std::size_t part = std::min<std::size_t>(tail_room_, from.size());
    std::memcpy(tail.buffer.data() + tail.offset + tail.size, from.data(), part);
    tail.size += static_cast<std::uint32_t>(part);
    tail_room_ -= static_cast<std::uint32_t>(part);
    end_ += static_cast<std::uint32_t>(part);
    from = from.subspan(part);
  }
  while (!from.empty()) {
    Buffer buffer = buffers.Take();
    if (!buffer) break;
    const std::size_t capacity = buffer.capacity();
    const std::size_t part = std::min(capacity, from.size());
    std::memcpy(buffer.data(), from.data(), part);
    if (!Push(std::move(buffer), 0, part)) break;
    tail_room_ = static_cast<std::uint32_t>(capacity - part);
    from = from.subspan(part);
  }
  return all - from.size();
}

bool SendQueue::Append(Buffer buffer, std::size_t offset, std::size_t size) {
  if (!Push(std::move(buffer), offset, size)) return false;
  tail_room_ = 0;
  return true;
}

std::uint32_t SendQueue::Gather(SequenceRange range, Packet& packet) {
  CHECK(begin_ <= range.begin && range.end <= end_);
  if (range.IsEmpty()) return 0;
  if (cursor_ == nullptr || range.begin < cursor_begin_) {
    cursor_ = first_;
    cursor_begin_ = begin_;
  }
  while (cursor_begin_ + cursor_->slice.size <= range.begin) {
    cursor_begin_ += cursor_->slice.size;
    cursor_ = cursor_->next;
  }
  SendSlice* at = cursor_;
  std::uint32_t skipped = Distance(cursor_begin_, range.begin);
  std::uint32_t missing = range.size();
  while (missing > 0) {
    const Slice& slice = at->slice;
    const std::uint32_t part = std::min(missing, slice.size - skipped);
    if (!packet.AppendShare(slice, skipped, part)) break;
    missing -= part;
    skipped = 0;
    at = at->next;
  }
  return range.size() - missing;
}

void SendQueue::Acknowledge(Sequence to) {
  CHECK(begin_ <= to && to <= end_);
  while (begin_ < to) {
    Slice& slice = first_->slice;
    const std::uint32_t part = std::min(Distance(begin_, to), slice.size);
    begin_ += part;
    if (part < slice.size) {
      slice.offset += part;
      slice.size -= part;
      if (cursor_ == first_) cursor_begin_ = begin_;
      return;
    }
    SendSlice* const done = first_;
    first_ = done->next;
    if (first_ == nullptr) {
      last_ = nullptr;
      tail_room_ = 0;
    }
    if (cursor_ == done) {
      cursor_ = first_;
      cursor_begin_ = begin_;
    }
    memory_ -= done->slice.buffer.capacity();
    pool_.Give(*done);
  }
}

void SendQueue::Clear() { Acknowledge(end_); }

}  // namespace net::tcp
