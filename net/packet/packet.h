// A packet on its way up or down the stack: a little room for headers, and shares of the buffers that hold the rest.
//
//   going down   a transport appends payload, each layer prepends its header into the headroom
//   coming up    a device appends what it received, each layer looks at its header and drops it from the front
//
// Payload is never moved: a retransmission, a fragment or a segment of a large packet shares its buffers (CloneOf).
// Packets are move-only, come from a pool, and go back to it by themselves. Nothing here blocks or allocates.
#ifndef ENKEL_NET_PACKET_PACKET_H_
#define ENKEL_NET_PACKET_PACKET_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <utility>

#include "kernel/base/check.h"
#include "net/packet/buffer.h"
#include "net/wire/checksum.h"

namespace net {

class PacketPool;

// Bytes for headers in each packet: Ethernet with a tag (18), IPv6 (40), TCP with options (60), and 10 to spare.
inline constexpr std::size_t kHeadroom = 128;

// Pieces of payload in a packet: 64 KiB in buffers of 4 KiB that begin anywhere, and one more.
inline constexpr std::size_t kMostSlices = 18;

// What a device and the stack tell each other about a packet.
struct PacketInfo {
  enum class Checksum : std::uint8_t {
    kNone,      // received: nobody has looked. Sent: the packet is complete
    kVerified,  // received: the transport's checksum is right
    kPartial,   // sent: the device adds the sum from `checksum_start` to the end into the field at `checksum_field`,
                // which holds the pseudo-header's sum already. Received: it never was on a wire, so it is right
  };
  enum class Segmentation : std::uint8_t { kNone, kTcpIpv4, kTcpIpv6 };

  Checksum checksum = Checksum::kNone;
  Segmentation segmentation = Segmentation::kNone;
  std::uint16_t checksum_start = 0;  // bytes from the packet's front
  std::uint16_t checksum_field = 0;  // bytes from checksum_start
  std::uint16_t segment_size = 0;    // payload bytes of each piece of a large TCP segment, sent or coalesced on receipt
  std::uint16_t segment_count = 0;   // frames that a received packet was coalesced from; 0 and 1: one
};

// A part of a packet's payload.
struct Slice {
  Buffer buffer;
  std::uint32_t offset = 0;  // bytes from the buffer's start
  std::uint32_t size = 0;    // bytes, not 0

  std::span<std::byte> bytes() const { return {buffer.data() + offset, size}; }
};

// Passed in a register: whoever is given one destroys it.
class [[clang::trivial_abi]] Packet {
 public:
  constexpr Packet() = default;  // no packet
  Packet(Packet&& other) noexcept : body_(std::exchange(other.body_, nullptr)) {}
  Packet& operator=(Packet&& other) noexcept {
    std::swap(body_, other.body_);
    return *this;
  }
  // Most packets that die are none: they were moved from, and that takes no call.
  [[gnu::always_inline]] ~Packet() {
    if (body_ != nullptr) GiveBack(*body_);
  }

  explicit operator bool() const { return body_ != nullptr; }

  std::size_t size() const { return body_->size; }  // bytes, headers and payload
  PacketInfo& info() { return body_->info; }
  const PacketInfo& info() const { return body_->info; }

  // The header part, and then the payload: concatenated, they are the packet.
  std::span<std::byte> header() const {
    return {body_->room.data() + body_->header_start, kHeadroom - std::size_t{body_->header_start}};
  }
  std::span<const Slice> slices() const { return {body_->slices.data() + body_->first_slice, body_->slice_count}; }

  // The first `count` bytes in one piece; empty when the packet is shorter, or count > kHeadroom and they lie in
  // several pieces. Bytes of a shared buffer are copied into the headroom first where they are divided. Read them, do
  // not write.
  std::span<const std::byte> Peek(std::size_t count) {
    const Slice& first = body_->slices[0];
    if (body_->IsOneSlice() && count <= first.size) [[likely]]
      return {first.buffer.data() + first.offset, count};
    return PeekSlowly(*body_, count);
  }

  // Room for `count` bytes before the front, now part of the packet. CHECKs that the headroom has it.
  std::span<std::byte> Prepend(std::size_t count) {
    CHECK(count <= body_->header_start);
    body_->header_start = static_cast<std::uint16_t>(body_->header_start - count);
    body_->size += static_cast<std::uint32_t>(count);
    return {body_->room.data() + body_->header_start, count};  // in the room: see the CHECK
  }

  // Forgets bytes at the front or keeps only the first ones. CHECKs that there are so many.
  void DropFront(std::size_t count) {
    Body& body = *body_;
    Slice& first = body.slices[0];
    if (body.IsOneSlice() && count < first.size) [[likely]] {
      first.offset += static_cast<std::uint32_t>(count);
      first.size -= static_cast<std::uint32_t>(count);
      body.size -= static_cast<std::uint32_t>(count);
    } else if (count <= kHeadroom - body.header_start) {
      body.header_start = static_cast<std::uint16_t>(body.header_start + count);
      body.size -= static_cast<std::uint32_t>(count);
    } else {
      DropFrontSlowly(body, count);
    }
  }
  void Truncate(std::size_t size);

  // Adds payload at the end. False, and nothing changed, when all slices are in use. Bytes that follow right on the
  // last slice in the same buffer join it.
  [[nodiscard]] bool Append(Buffer buffer, std::size_t offset, std::size_t size) {
    Body& body = *body_;
    if (body.slice_count > 0 || body.first_slice > 0 || size == 0) {
      return AppendSlowly(body, std::move(buffer), offset, size);
    }
    CHECK(offset + size <= buffer.capacity());
    body.Add(0, std::move(buffer), offset, size);
    return true;
  }

  // Copies `tail` behind the last slice, into room of its buffer that nobody else shares. False, and nothing changed,
  // when there is not as much. For crumbs, which would hold a whole buffer each.
  [[nodiscard]] bool AppendCopy(const Packet& tail);

  // Copies bytes from `offset` on; returns how many there were, at most to.size().
  std::size_t CopyTo(std::size_t offset, std::span<std::byte> to) const {
    const Slice& first = body_->slices[0];
    if (!body_->IsOneSlice() || offset != 0 || to.empty()) return CopySlowly(*body_, offset, to);
    const std::size_t size = to.size() < first.size ? to.size() : first.size;
    __builtin_memcpy(to.data(), first.buffer.data() + first.offset, size);
    return size;
  }

  // SumBytes-style sum of [offset, +size), for Checksum::AddSum.
  std::uint64_t Sum(std::size_t offset, std::size_t size) const {
    const Slice& first = body_->slices[0];
    if (!body_->IsOneSlice() || offset > first.size || size > first.size - offset) {
      return SumSlowly(*body_, offset, size);
    }
    return wire::SumBytes({first.buffer.data() + first.offset + offset, size});
  }

  // The same with a share of [offset, +size) of `slice`'s bytes.
  [[nodiscard]] bool AppendShare(const Slice& slice, std::size_t offset, std::size_t size) {
    Body& body = *body_;
    const std::size_t end = std::size_t{body.first_slice} + body.slice_count;
    if (end == kMostSlices || size == 0) return size == 0;
    if (body.slice_count > 0 && body.slices[end - 1].buffer.data() == slice.buffer.data()) [[unlikely]] {
      return AppendSlowly(body, slice.buffer.Share(), slice.offset + offset, size);  // the last one may grow
    }
    body.Add(end, slice.buffer.Share(), slice.offset + offset, size);
    return true;
  }

  // Moves the bytes of `tail` from `skip` on behind this packet's; `tail` is no packet then. False, and nothing
  // changed: fewer slices are free than `tail` has, or some of those bytes are not payload.
  [[nodiscard]] bool AppendRest(Packet& tail, std::size_t skip);

  // Cuts off the first `size` bytes behind the header part, as a packet with a copy of that and of info(). No packet,
  // and nothing changed, when the pool is empty. CHECKs the size.
  Packet SplitFront(std::size_t size);

  // A packet whose payload is [offset, +size) of this one's bytes, which are payload here, too: shares, no copies.
  // No packet when the pool is empty. CHECKs the range.
  Packet CloneOf(std::size_t offset, std::size_t size) const;

 private:
  friend class PacketPool;
  friend class PacketQueue;

  // Where its bytes are.
  struct Layout {
    std::uint16_t header_start = kHeadroom;  // the header part is [header_start, kHeadroom) of `room`
    std::uint8_t first_slice = 0;
    std::uint8_t slice_count = 0;

    // No header part, and all in slices[0], as nearly all that comes: one comparison.
    bool IsOneSlice() const {
      return std::bit_cast<std::uint32_t>(*this) == std::bit_cast<std::uint32_t>(Layout{.slice_count = 1});
    }
  };
  struct Body : Layout {
    std::uint32_t size = 0;
    PacketPool* pool = nullptr;
    Body* next = nullptr;  // in a queue, or of the free ones
    PacketInfo info;
    std::array<std::byte, kHeadroom> room;
    std::array<Slice, kMostSlices> slices;  // those beyond slice_count hold nothing, whatever their bytes are

    // A slice in the place behind the last one.
    void Add(std::size_t place, Buffer buffer, std::size_t offset, std::size_t its_size) {
      new (slices.data() + place) Slice{.buffer = std::move(buffer),
                                        .offset = static_cast<std::uint32_t>(offset),
                                        .size = static_cast<std::uint32_t>(its_size)};
      ++slice_count;
      size += static_cast<std::uint32_t>(its_size);
    }
  };

  explicit Packet(Body* body) : body_(body) {}
  static void GiveBack(Body& body);
  bool AppendRestSlowly(Packet& tail, std::size_t skip);

  // What is not the usual case. Of the body: a packet whose address nobody takes stays in a register.
  static bool AppendSlowly(Body& body, Buffer buffer, std::size_t offset, std::size_t size);
  static std::span<const std::byte> PeekSlowly(Body& body, std::size_t count);
  static std::uint64_t SumSlowly(const Body& body, std::size_t offset, std::size_t size);
  static std::size_t CopySlowly(const Body& body, std::size_t offset, std::span<std::byte> to);
  static void DropFrontSlowly(Body& body, std::size_t count);
  static void DropPayload(Body& body, std::size_t count);

  Body* body_ = nullptr;
};

// Packets without payload, a fixed number of them, in storage that the caller gives and that outlives the pool. Storage
// is touched when its packet is taken for the first time: what is never used costs no start-up time, and no page.
class PacketPool {
 public:
  explicit PacketPool(std::span<std::byte> storage);
  ~PacketPool();  // CHECKs that every packet came home
  PacketPool(const PacketPool&) = delete;
  PacketPool& operator=(const PacketPool&) = delete;

  // Bytes of storage for `count` packets.
  static constexpr std::size_t StorageFor(std::size_t count) {
    return count * sizeof(Packet::Body) + alignof(Packet::Body);
  }

  // An empty packet; no packet when none is left.
  Packet Take() {
    if (free_ == nullptr && !MakeOne()) [[unlikely]] {
      ++refusals_;
      return {};
    }
    Packet::Body* const body = free_;
    free_ = body->next;
    --free_count_;
    static_cast<Packet::Layout&>(*body) = {};
    body->size = 0;
    body->info = {};
    return Packet(body);
  }

  std::size_t count() const { return count_; }
  std::size_t free_count() const { return free_count_; }
  std::uint64_t refusals() const { return refusals_; }

 private:
  friend class Packet;

  bool MakeOne();  // from storage that was never used, for an empty list; false when all was
  void Give(Packet::Body& body) {
    body.next = free_;
    free_ = &body;
    ++free_count_;
  }

  std::size_t count_ = 0;
  std::size_t free_count_ = 0;
  std::uint64_t refusals_ = 0;
  Packet::Body* free_ = nullptr;
  std::byte* unused_ = nullptr;
  std::size_t unused_count_ = 0;  // packets that fit there
};

inline bool Packet::AppendRest(Packet& tail, std::size_t skip) {
  Body& body = *body_;
  Body& other = *tail.body_;
  const std::size_t end = std::size_t{body.first_slice} + body.slice_count;
  if (!other.IsOneSlice() || end == kMostSlices || skip >= other.size) return AppendRestSlowly(tail, skip);
  Slice& only = *other.slices.data();
  body.Add(end, std::move(only.buffer), only.offset + skip, other.size - skip);
  other.pool->Give(other);
  tail.body_ = nullptr;
  return true;
}

// Packets in a row, first in, first out. Owns them.
class PacketQueue {
 public:
  constexpr PacketQueue() = default;
  PacketQueue(const PacketQueue&) = delete;
  PacketQueue& operator=(const PacketQueue&) = delete;
  ~PacketQueue() { Clear(); }

  bool IsEmpty() const { return first_ == nullptr; }
  std::size_t count() const { return count_; }
  void Push(Packet packet) {
    Packet::Body* const body = std::exchange(packet.body_, nullptr);
    body->next = nullptr;
    (last_ == nullptr ? first_ : last_->next) = body;
    last_ = body;
    ++count_;
  }
  void PushFront(Packet packet);
  Packet Pop() {  // no packet when empty
    Packet::Body* const body = first_;
    if (body == nullptr) return {};
    first_ = body->next;
    if (first_ == nullptr) last_ = nullptr;
    --count_;
    return Packet(body);
  }
  void Clear();

  // Calls `look(packet)` for the first packet, if there is one.
  template <typename Look>
  void WithFirst(Look look) const {
    if (first_ == nullptr) return;
    Packet packet(first_);
    look(std::as_const(packet));
    packet.body_ = nullptr;
  }

  // Takes all of `other`'s behind its own.
  void Splice(PacketQueue& other);

  // Packet::AppendCopy to the last one. False when there is none.
  [[nodiscard]] bool AppendCopy(const Packet& tail);

 private:
  Packet::Body* first_ = nullptr;
  Packet::Body* last_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace net

#endif  // ENKEL_NET_PACKET_PACKET_H_
