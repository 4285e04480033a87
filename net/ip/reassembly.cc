#include "net/ip/reassembly.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/base/check.h"
#include "net/context.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/storage.h"
#include "net/wire/address.h"
#include "net/wire/endian.h"

namespace net {
namespace {

// Keep these hashes apart from all others of the same source.
constexpr std::byte kDatagramDomain{0x72};
constexpr std::byte kSourceDomain{0x73};

// [RFC3168] 5: the mark in the lower bits of the traffic class.
constexpr std::uint8_t kMarkMask = 3;
constexpr std::uint8_t kNotCapable = 0;
constexpr std::uint8_t kCongested = 3;

// The first of the free ones, or where there is none a fresh one. There is one.
template <typename T>
T* TakeFreeOr(T*& free, LazyArray<T>& fresh) {
  return free != nullptr ? std::exchange(free, free->next) : fresh.MakeOne();
}

// A number for whoever can send from `source`: of IPv6, a whole network.
std::size_t SourceHash(Context& context, const IpAddress& source) {
  std::array<std::byte, 17> key = {kSourceDomain};
  source.ipv6().Store(&key[1]);
  return static_cast<std::size_t>(context.random().Hash(std::span(key).first(source.IsIpv4() ? 17 : 9)));
}

// Whether both hold the same bytes; they are equally long.
bool HaveSameBytes(const Packet& one, const Packet& other) {
  std::array<std::byte, 256> bytes;
  std::array<std::byte, 256> other_bytes;
  for (std::size_t offset = 0; offset < one.size(); offset += bytes.size()) {
    const std::size_t count = one.CopyTo(offset, bytes);
    other.CopyTo(offset, other_bytes);
    if (!std::ranges::equal(std::span(bytes).first(count), std::span(other_bytes).first(count))) return false;
  }
  return true;
}

}  // namespace

Reassembly::Reassembly(Context& context, Owner& owner, const Options& options, std::span<std::byte> storage)
    : Timer(OnTimer), context_(context), owner_(owner), options_(options) {
  CHECK(std::has_single_bit(options.most_datagrams));
  StorageCutter cutter(storage);
  datagrams_ = cutter.CutLazily<Datagram>(options.most_datagrams);
  buckets_ = cutter.Cut<Datagram*>(options.most_datagrams);
  pieces_ = cutter.CutLazily<Piece>(options.most_buffers);
}

Reassembly::~Reassembly() {
  while (oldest_ != nullptr) Forget(*oldest_);
  context_.timers().Stop(*this);
}

Reassembly::Whole Reassembly::Add(Packet packet, const Fragment& fragment) {
  ++counters_.fragments;
  CHECK(packet.size() > 0);
  const std::size_t buffers = std::max<std::size_t>(packet.slices().size(), 1);
  Datagram* datagram = Find(fragment.key);
  if (datagram != nullptr && datagram->was_ended) {
    ++counters_.refused;
    return {};
  }
  const std::size_t source =
      datagram != nullptr ? datagram->source : SourceHash(context_, fragment.key.source) % kSourceCounts;
  if (!MakeRoom(datagram, source, buffers)) return {};
  if (datagram == nullptr) datagram = Begin(fragment.key, source);
  if (!Place(*datagram, packet, fragment, buffers)) return {};
  return datagram->total != 0 && datagram->received == datagram->total ? Finish(*datagram) : Whole();
}

// Whether there is room for so many buffers, and for a datagram if there is none to `keep` yet; the oldest ones go for
// it. What has no place for more fragments of its own is ended.
bool Reassembly::MakeRoom(Datagram* keep, std::size_t source, std::size_t buffers) {
  const std::size_t wanted = keep == nullptr ? buffers + 1 : buffers;
  if (source_counts_[source] + wanted > options_.most_buffers_of_source || buffers > options_.most_buffers) {
    ++counters_.source_full;
    if (keep != nullptr) End(*keep);
    return false;
  }
  if (keep != nullptr && keep->pieces == kMostFragments) {
    ++counters_.too_many;
    End(*keep);
    return false;
  }
  while (buffer_count_ + buffers > options_.most_buffers ||
         (keep == nullptr && datagram_count_ == options_.most_datagrams)) {
    Datagram* const victim = keep == nullptr || keep != oldest_ ? oldest_ : keep->newer;
    if (victim == nullptr) {  // it holds everything itself
      ++counters_.source_full;
      End(*keep);
      return false;
    }
    if (!victim->was_ended) ++counters_.evictions;
    Forget(*victim);
  }
  return true;
}

// Puts the fragment among the others, or ends the datagram; whether it is now part of it.
bool Reassembly::Place(Datagram& datagram, Packet& packet, const Fragment& fragment, std::size_t buffers) {
  const std::uint32_t begin = fragment.offset;
  const auto end = static_cast<std::uint32_t>(begin + packet.size());
  Piece* before = datagram.last != nullptr && datagram.last->end <= begin ? datagram.last : nullptr;
  if (before == nullptr) {
    for (Piece* piece = datagram.first; piece != nullptr && piece->offset < begin; piece = piece->next) before = piece;
  }
  Piece* const after = before == nullptr ? datagram.first : before->next;
  if (after != nullptr && after->offset == begin && after->end == end && HaveSameBytes(after->packet, packet)) {
    ++counters_.duplicates;
    return false;
  }
  if ((before != nullptr && before->end > begin) || (after != nullptr && after->offset < end)) {
    ++counters_.overlaps;
    End(datagram);
    return false;
  }
  const bool is_beyond = datagram.total != 0 && (end > datagram.total || !fragment.has_more);
  if (is_beyond || (!fragment.has_more && after != nullptr)) {
    ++counters_.inconsistent;
    End(datagram);
    return false;
  }
  if (!fragment.has_more) datagram.total = end;
  if (begin == 0) {
    datagram.next_header = fragment.next_header;
    datagram.traffic_class = fragment.traffic_class;
    if (fragment.header.size() <= kMostHeader) {
      std::ranges::copy(fragment.header, datagram.header.begin());
      datagram.header_size = static_cast<std::uint8_t>(fragment.header.size());
    }
  }
  datagram.ecn_marks |= static_cast<std::uint8_t>(1 << (fragment.traffic_class & kMarkMask));
  Piece* const piece = TakeFreeOr(free_pieces_, pieces_);
  piece->packet = std::move(packet);
  piece->offset = begin;
  piece->end = end;
  piece->buffers = static_cast<std::uint16_t>(buffers);
  piece->next = after;
  (before == nullptr ? datagram.first : before->next) = piece;
  if (after == nullptr) datagram.last = piece;
  ++datagram.pieces;
  datagram.received += end - begin;
  buffer_count_ += buffers;
  source_counts_[datagram.source] = static_cast<std::uint16_t>(source_counts_[datagram.source] + buffers);
  return true;
}

Reassembly::Whole Reassembly::Finish(Datagram& datagram) {
  Whole whole;
  whole.next_header = datagram.next_header;
  whole.traffic_class = datagram.traffic_class;
  if ((datagram.ecn_marks & 1 << kCongested) != 0) {
    if ((datagram.ecn_marks & 1 << kNotCapable) != 0) {
      ++counters_.inconsistent;
      Forget(datagram);
      return {};
    }
    whole.traffic_class |= kCongested;
  }
  whole.packet = Join(datagram);
  ++(whole.packet ? counters_.completed : counters_.out_of_memory);
  Forget(datagram);
  return whole;
}

// All pieces in one packet, which shares their buffers if that has enough slices.
Packet Reassembly::Join(Datagram& datagram) {
  std::size_t slices = 0;
  bool are_shareable = true;
  for (const Piece* piece = datagram.first; piece != nullptr; piece = piece->next) {
    slices += piece->packet.slices().size();
    are_shareable = are_shareable && piece->packet.header().empty();
  }
  if (slices > kMostSlices || !are_shareable) return JoinCopied(datagram);
  Packet whole = std::move(datagram.first->packet);
  whole.info() = {};
  for (Piece* piece = datagram.first->next; piece != nullptr; piece = piece->next) {
    for (const Slice& slice : piece->packet.slices()) {
      CHECK(whole.Append(slice.buffer.Share(), slice.offset, slice.size));
    }
    piece->packet = Packet();
  }
  return whole;
}

Packet Reassembly::JoinCopied(Datagram& datagram) {
  Packet whole = context_.packets().Take();
  if (!whole) return whole;
  Buffer buffer;
  std::size_t filled = 0;
  for (Piece* piece = datagram.first; piece != nullptr; piece = piece->next) {
    for (std::size_t offset = 0; offset < piece->packet.size();) {
      if (!buffer || filled == buffer.capacity()) {
        buffer = context_.buffers().Take();
        filled = 0;
        if (!buffer) return {};
      }
      const std::size_t count = piece->packet.CopyTo(offset, {buffer.data() + filled, buffer.capacity() - filled});
      if (!whole.Append(buffer.Share(), filled, count)) return {};
      filled += count;
      offset += count;
    }
    piece->packet = Packet();  // at most one datagram's worth of buffers is in use twice
  }
  return whole;
}

std::uint64_t Reassembly::HashOf(const Key& key) const {
  std::array<std::byte, 39> bytes = {kDatagramDomain};
  key.source.ipv6().Store(&bytes[1]);
  key.destination.ipv6().Store(&bytes[17]);
  wire::StoreBig(&bytes[33], key.identification);
  bytes[37] = static_cast<std::byte>(key.protocol);
  bytes[38] = static_cast<std::byte>(key.interface);
  return context_.random().Hash(bytes);
}

Reassembly::Datagram*& Reassembly::BucketOf(const Key& key) const {
  return buckets_[HashOf(key) & (buckets_.size() - 1)];
}

Reassembly::Datagram* Reassembly::Find(const Key& key) const {
  for (Datagram* each = BucketOf(key); each != nullptr; each = each->next) {
    if (each->key == key) return each;
  }
  return nullptr;
}

Reassembly::Datagram* Reassembly::Begin(const Key& key, std::size_t source) {
  Datagram& datagram = *TakeFreeOr(free_datagrams_, datagrams_);
  datagram = {};
  datagram.key = key;
  datagram.source = static_cast<std::uint16_t>(source);
  datagram.deadline = context_.now() + options_.timeout;
  datagram.next = std::exchange(BucketOf(key), &datagram);
  datagram.older = std::exchange(newest_, &datagram);
  (datagram.older == nullptr ? oldest_ : datagram.older->newer) = &datagram;
  ++datagram_count_;
  ++source_counts_[source];
  if (!IsRunning()) StartTimer();
  return &datagram;
}

void Reassembly::DropPieces(Datagram& datagram) {
  while (datagram.first != nullptr) {
    Piece& piece = *std::exchange(datagram.first, datagram.first->next);
    piece.packet = Packet();
    buffer_count_ -= piece.buffers;
    source_counts_[datagram.source] = static_cast<std::uint16_t>(source_counts_[datagram.source] - piece.buffers);
    piece.next = std::exchange(free_pieces_, &piece);
  }
  datagram.last = nullptr;
}

// Nothing of it is kept but that it was ended, until its time is over. [RFC5722] 4
void Reassembly::End(Datagram& datagram) {
  DropPieces(datagram);
  datagram.was_ended = true;
}

void Reassembly::Forget(Datagram& datagram) {
  DropPieces(datagram);
  Datagram** link = &BucketOf(datagram.key);
  while (*link != &datagram) link = &(*link)->next;
  *link = datagram.next;
  (datagram.older == nullptr ? oldest_ : datagram.older->newer) = datagram.newer;
  (datagram.newer == nullptr ? newest_ : datagram.newer->older) = datagram.older;
  datagram.next = std::exchange(free_datagrams_, &datagram);
  --datagram_count_;
  --source_counts_[datagram.source];
}

// All wait equally long, so the oldest is the next to time out. A timer that comes too early, for a datagram that went
// before, costs one call a timeout at most.
void Reassembly::StartTimer() {
  if (oldest_ != nullptr) context_.timers().Start(*this, oldest_->deadline);
}

void Reassembly::OnTimer(Timer& timer, kernel::Instant now) {
  auto& self = static_cast<Reassembly&>(timer);
  if (self.oldest_ != nullptr && self.oldest_->deadline <= now) {
    Datagram& late = *self.oldest_;
    Packet first;
    if (!late.was_ended) {
      ++self.counters_.timeouts;
      if (late.first != nullptr && late.first->offset == 0) first = TakeFirst(late);
    }
    self.Forget(late);
    if (first) self.owner_.OnReassemblyTimeout(std::move(first));
  }
  if (!self.IsRunning()) self.StartTimer();
}

// The first fragment, which is there, with its header before it; no packet if that was not kept.
Packet Reassembly::TakeFirst(Datagram& datagram) {
  const std::span<const std::byte> header = std::span(datagram.header).first(datagram.header_size);
  if (header.empty() || header.size() + datagram.first->packet.header().size() > kHeadroom) return {};
  Packet first = std::move(datagram.first->packet);
  std::ranges::copy(header, first.Prepend(header.size()).begin());
  return first;
}

}  // namespace net
