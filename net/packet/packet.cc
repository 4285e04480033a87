#include "net/packet/packet.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <utility>

#include "kernel/base/check.h"
#include "net/wire/checksum.h"

namespace net {

std::span<const std::byte> Packet::PeekSlowly(Body& body, std::size_t count) {
  if (count > body.size) return {};
  const std::size_t header_size = kHeadroom - body.header_start;
  if (count <= header_size) return std::span(body.room).subspan(body.header_start, count);
  if (header_size == 0 && count <= body.slices[body.first_slice].size) {
    return body.slices[body.first_slice].bytes().first(count);
  }
  if (count > kHeadroom) return {};
  // The header part ends where the headroom ends, so it moves down to make room for what joins it.
  const std::size_t joining = count - header_size;
  std::byte* const start = body.room.data() + (kHeadroom - count);
  std::memmove(start, body.room.data() + body.header_start, header_size);
  CopySlowly(body, header_size, {start + header_size, joining});
  const std::uint32_t size = body.size;
  DropPayload(body, joining);
  body.header_start = static_cast<std::uint16_t>(kHeadroom - count);
  body.size = size;
  return {start, count};
}

// Forgets bytes at the front of the payload.
void Packet::DropPayload(Body& body, std::size_t count) {
  body.size -= static_cast<std::uint32_t>(count);
  while (count > 0) {
    Slice& slice = body.slices[body.first_slice];
    if (count < slice.size) {
      slice.offset += static_cast<std::uint32_t>(count);
      slice.size -= static_cast<std::uint32_t>(count);
      return;
    }
    count -= slice.size;
    slice.buffer = Buffer();
    ++body.first_slice;
    --body.slice_count;
  }
}

void Packet::DropFrontSlowly(Body& body, std::size_t count) {
  if (body.IsOneSlice() && count == body.size) {  // a header and nothing else
    body.slices[0].buffer = Buffer();
    body.slice_count = 0;
    body.size = 0;
    return;
  }
  CHECK(count <= body.size);
  const std::size_t from_header = std::min(count, kHeadroom - body.header_start);
  body.header_start = static_cast<std::uint16_t>(body.header_start + from_header);
  body.size -= static_cast<std::uint32_t>(from_header);
  DropPayload(body, count - from_header);
}

void Packet::Truncate(std::size_t size) {
  Body& body = *body_;
  CHECK(size <= body.size);
  std::size_t excess = body.size - size;
  body.size = static_cast<std::uint32_t>(size);
  while (excess > 0 && body.slice_count > 0) {
    Slice& slice = body.slices[body.first_slice + body.slice_count - 1];
    if (excess < slice.size) {
      slice.size -= static_cast<std::uint32_t>(excess);
      return;
    }
    excess -= slice.size;
    slice.buffer = Buffer();
    --body.slice_count;
  }
  if (excess == 0) return;
  // What is left is the header part; it must end where the headroom ends.
  const std::size_t kept = size;
  std::byte* const start = body.room.data() + body.header_start;
  std::memmove(body.room.data() + (kHeadroom - kept), start, kept);
  body.header_start = static_cast<std::uint16_t>(kHeadroom - kept);
}

bool Packet::AppendSlowly(Body& body, Buffer buffer, std::size_t offset, std::size_t size) {
  CHECK(offset <= buffer.capacity() && size <= buffer.capacity() - offset);
  if (size == 0) return true;
  std::size_t end = std::size_t{body.first_slice} + body.slice_count;
  if (body.slice_count > 0) {
    Slice& last = body.slices[end - 1];
    if (last.buffer.data() == buffer.data() && last.offset + last.size == offset) {
      last.size += static_cast<std::uint32_t>(size);
      body.size += static_cast<std::uint32_t>(size);
      return true;
    }
  }
  if (end == kMostSlices && body.first_slice > 0) {
    std::move(body.slices.begin() + body.first_slice, body.slices.end(), body.slices.begin());
    end = body.slice_count;
    body.first_slice = 0;
  }
  if (end == kMostSlices) return false;
  body.Add(end, std::move(buffer), offset, size);
  return true;
}

bool Packet::AppendCopy(const Packet& tail) {
  Body& body = *body_;
  if (body.slice_count == 0) return false;
  Slice& last = body.slices[body.first_slice + body.slice_count - 1u];
  const std::size_t end = std::size_t{last.offset} + last.size;
  if (last.buffer.IsShared() || last.buffer.capacity() - end < tail.size()) return false;
  tail.CopyTo(0, {last.buffer.data() + end, tail.size()});
  last.size += static_cast<std::uint32_t>(tail.size());
  body.size += static_cast<std::uint32_t>(tail.size());
  return true;
}

std::size_t Packet::CopySlowly(const Body& body, std::size_t offset, std::span<std::byte> to) {
  if (offset >= body.size) return 0;
  std::size_t rest = std::min(to.size(), body.size - offset);
  std::byte* at = to.data();
  const std::size_t header_size = kHeadroom - body.header_start;
  if (offset < header_size) {
    const std::size_t part = std::min(rest, header_size - offset);
    std::memcpy(at, body.room.data() + body.header_start + offset, part);
    at += part;
    rest -= part;
    offset = header_size;
  }
  offset -= header_size;
  for (const Slice* slice = body.slices.data() + body.first_slice; rest > 0; ++slice) {
    if (offset >= slice->size) {
      offset -= slice->size;
      continue;
    }
    const std::size_t part = std::min(rest, slice->size - offset);
    std::memcpy(at, slice->buffer.data() + slice->offset + offset, part);
    at += part;
    rest -= part;
    offset = 0;
  }
  return static_cast<std::size_t>(at - to.data());
}

std::uint64_t Packet::SumSlowly(const Body& body, std::size_t offset, std::size_t size) {
  CHECK(offset <= body.size && size <= body.size - offset);
  const std::size_t header_size = kHeadroom - body.header_start;
  // Nearly all that goes is a header part, of an even number of bytes, and a piece behind it.
  if (offset <= header_size && (header_size - offset) % 2 == 0 && size == body.size - offset && body.slice_count == 1) {
    return wire::SumBytes({body.room.data() + (kHeadroom - header_size) + offset, header_size - offset}) +
           wire::SumBytes(body.slices[body.first_slice].bytes());
  }
  std::uint64_t sum = 0;
  bool is_odd = false;  // so many bytes were added
  const auto add = [&](const std::byte* bytes, std::size_t count) {
    const std::uint64_t part = wire::SumBytes({bytes, count});
    sum += is_odd ? wire::Checksum::Swapped(part) : part;
    is_odd ^= count % 2 != 0;
  };
  if (offset < header_size) {
    const std::size_t part = std::min(size, header_size - offset);
    add(body.room.data() + body.header_start + offset, part);
    size -= part;
    offset = header_size;
  }
  offset -= header_size;
  for (const Slice* slice = body.slices.data() + body.first_slice; size > 0; ++slice) {
    if (offset >= slice->size) {
      offset -= slice->size;
      continue;
    }
    const std::size_t part = std::min(size, slice->size - offset);
    add(slice->buffer.data() + slice->offset + offset, part);
    size -= part;
    offset = 0;
  }
  return sum;
}

bool Packet::AppendRestSlowly(Packet& tail, std::size_t skip) {
  Body& body = *body_;
  Body& other = *tail.body_;
  if (skip < kHeadroom - std::size_t{other.header_start}) return false;
  if (std::size_t{body.slice_count} + other.slice_count > kMostSlices) return false;
  if (std::size_t{body.first_slice} + body.slice_count + other.slice_count > kMostSlices) {
    std::move(body.slices.begin() + body.first_slice, body.slices.begin() + body.first_slice + body.slice_count,
              body.slices.begin());
    body.first_slice = 0;
  }
  tail.DropFront(skip);
  for (std::size_t i = other.first_slice; other.slice_count > 0; ++i, --other.slice_count) {
    Slice& slice = other.slices[i];
    body.Add(std::size_t{body.first_slice} + body.slice_count, std::move(slice.buffer), slice.offset, slice.size);
  }
  tail = Packet();
  return true;
}

Packet Packet::SplitFront(std::size_t size) {
  // Bytes of headers that most segments have at most: Ethernet, IPv4, TCP with timestamps are 66.
  constexpr std::size_t kUsual = 80;
  Body& body = *body_;
  const std::size_t header_size = kHeadroom - body.header_start;
  CHECK(size <= body.size - header_size);
  Packet front = body.pool->Take();
  if (!front) return front;
  Body& to = *front.body_;
  to.header_start = body.header_start;
  to.size = static_cast<std::uint32_t>(header_size);
  to.info = body.info;
  // With sizes that the compiler knows: what is too much lies before the header part.
  if (header_size <= kUsual) {
    std::memcpy(to.room.data() + kHeadroom - kUsual, body.room.data() + kHeadroom - kUsual, kUsual);
  } else {
    to.room = body.room;
  }
  body.size -= static_cast<std::uint32_t>(size);
  std::size_t place = 0;
  Slice* from = body.slices.data() + body.first_slice;
  for (; size > 0 && from->size <= size; ++from, ++place) {
    size -= from->size;
    to.Add(place, std::move(from->buffer), from->offset, from->size);
    ++body.first_slice;
    --body.slice_count;
  }
  if (size > 0) {
    to.Add(place, from->buffer.Share(), from->offset, size);
    from->offset += static_cast<std::uint32_t>(size);
    from->size -= static_cast<std::uint32_t>(size);
  }
  return front;
}

Packet Packet::CloneOf(std::size_t offset, std::size_t size) const {
  CHECK(offset <= this->size() && size <= this->size() - offset);
  const std::size_t header_size = kHeadroom - body_->header_start;
  CHECK(offset >= header_size || size == 0);
  Packet clone = body_->pool->Take();
  if (!clone) return clone;
  offset -= std::min(offset, header_size);
  for (const Slice& slice : slices()) {
    if (size == 0) break;
    if (offset >= slice.size) {
      offset -= slice.size;
      continue;
    }
    const std::size_t part = std::min<std::size_t>(size, slice.size - offset);
    CHECK(clone.Append(slice.buffer.Share(), slice.offset + offset, part));
    size -= part;
    offset = 0;
  }
  return clone;
}

void Packet::GiveBack(Body& body) {
  const Slice* const begin = body.slices.data() + body.first_slice;
  for (const Slice *at = begin, *end = begin + body.slice_count; at != end; ++at) at->~Slice();
  body.pool->Give(body);
}

PacketPool::PacketPool(std::span<std::byte> storage) {
  const auto misaligned = reinterpret_cast<std::uintptr_t>(storage.data()) % alignof(Packet::Body);
  const std::size_t skipped = misaligned == 0 ? 0 : alignof(Packet::Body) - misaligned;
  if (storage.size() < skipped) return;
  count_ = free_count_ = unused_count_ = (storage.size() - skipped) / sizeof(Packet::Body);
  unused_ = storage.data() + skipped;
}

bool PacketPool::MakeOne() {
  if (unused_count_ == 0) return false;
  --unused_count_;
  auto* const body = new (unused_) Packet::Body;
  unused_ += sizeof(Packet::Body);
  body->pool = this;
  free_ = body;
  return true;
}

PacketPool::~PacketPool() { CHECK(free_count_ == count_); }

void PacketQueue::PushFront(Packet packet) {
  Packet::Body* const body = std::exchange(packet.body_, nullptr);
  body->next = first_;
  first_ = body;
  if (last_ == nullptr) last_ = body;
  ++count_;
}

void PacketQueue::Splice(PacketQueue& other) {
  if (other.first_ == nullptr) return;
  (last_ == nullptr ? first_ : last_->next) = other.first_;
  last_ = other.last_;
  count_ += other.count_;
  other.first_ = other.last_ = nullptr;
  other.count_ = 0;
}

bool PacketQueue::AppendCopy(const Packet& tail) {
  if (last_ == nullptr) return false;
  Packet last(last_);
  const bool is_copied = last.AppendCopy(tail);
  last.body_ = nullptr;  // the queue owns it still
  return is_copied;
}

void PacketQueue::Clear() {
  while (Pop()) continue;
}

}  // namespace net
