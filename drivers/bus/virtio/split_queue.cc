#include "drivers/bus/virtio/split_queue.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "drivers/bus/dma/dma.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/base/check.h"

namespace drivers::virtio {
namespace {

// Descriptor flags. [VIRTIO] 2.7.5
constexpr std::uint16_t kNext = 1;
constexpr std::uint16_t kWrite = 2;

// Places in the rings, in bytes. Both begin with flags and an index of 16 bits each. [VIRTIO] 2.7.6, 2.7.8
constexpr std::size_t kFlags = 0;
constexpr std::size_t kIndex = 2;
constexpr std::size_t kRing = 4;
constexpr std::uint16_t kNoInterrupt = 1;  // in the available ring's flags
constexpr std::uint16_t kNoNotify = 1;     // in the used ring's flags

// Words that two sides use: read and written once each, in one access. All are in the order of little-endian CPUs, of
// which this is one.
static_assert(std::endian::native == std::endian::little);
template <typename T>
T Load(const std::byte* place) {
  return *reinterpret_cast<const volatile T*>(place);
}
template <typename T>
void Store(std::byte* place, T value) {
  *reinterpret_cast<volatile T*>(place) = value;
}

// Whether `event` is among the counts after `before` up to `after`. [VIRTIO] 2.7.10
bool IsPassed(std::uint16_t event, std::uint16_t before, std::uint16_t after) {
  return static_cast<std::uint16_t>(after - event - 1) < static_cast<std::uint16_t>(after - before);
}

}  // namespace

SplitQueue::SplitQueue(Transport& transport, std::uint16_t index, Features features, const DmaDomain& domain,
                       Rings& rings)
    : transport_(transport),
      domain_(domain),
      rings_(rings),
      index_(index),
      has_event_index_((features & kEventIndex) != 0) {
  const std::uint16_t most = transport.MostEntries(index);
  if (most == 0) return;
  entries_ = std::min(std::bit_floor(most), kMostEntries);
  free_count_ = entries_;
  for (std::uint16_t i = 0; i < entries_; ++i) chains_[i].next = static_cast<std::uint16_t>(i + 1);
  transport.EnableQueue(index, entries_,
                        {.descriptors = domain.AddressOf(rings.descriptors.data()),
                         .available = domain.AddressOf(rings.available.data()),
                         .used = domain.AddressOf(rings.used.data())});
}

// [VIRTIO] 2.7.5
void SplitQueue::Describe(std::uint16_t entry, BusAddress address, std::uint32_t size, std::uint16_t flags) {
  std::byte* const descriptor = rings_.descriptors.data() + std::size_t{16} * entry;
  Store(descriptor, address.value);
  Store(descriptor + 8, size);
  Store(descriptor + 12, flags);
  Store(descriptor + 14, chains_[entry].next);
}

bool SplitQueue::Add(std::span<const Piece> pieces, std::uint16_t token) {
  std::size_t needed = 0;
  for (const Piece& piece : pieces) {
    CHECK(!piece.bytes.empty());
    const auto first = reinterpret_cast<std::uintptr_t>(piece.bytes.data());
    needed += (first + piece.bytes.size() - 1) / DmaDomain::kPiece - first / DmaDomain::kPiece + 1;
  }
  if (needed == 0 || needed > free_count_ || is_broken_) return false;

  const std::uint16_t head = first_free_;
  Chain& chain = chains_[head];
  chain.token = token;
  chain.count = static_cast<std::uint16_t>(needed);
  chain.writable = 0;
  std::size_t left = needed;
  std::uint16_t entry = head;
  for (const Piece& piece : pieces) {
    std::span<std::byte> rest = piece.bytes;
    while (!rest.empty()) {
      const auto place = reinterpret_cast<std::uintptr_t>(rest.data());
      const std::size_t size = std::min(rest.size(), DmaDomain::kPiece - place % DmaDomain::kPiece);
      --left;
      const auto flags = static_cast<std::uint16_t>((left > 0 ? kNext : 0) | (piece.is_for_device ? kWrite : 0));
      Describe(entry, domain_.AddressOf(rest.data()), static_cast<std::uint32_t>(size), flags);
      if (piece.is_for_device) chain.writable += static_cast<std::uint32_t>(size);
      entry = chains_[entry].next;
      rest = rest.subspan(size);
    }
  }
  first_free_ = entry;
  free_count_ = static_cast<std::uint16_t>(free_count_ - needed);
  Store(rings_.available.data() + kRing + std::size_t{2} * (added_ % entries_), head);
  ++added_;
  return true;
}

void SplitQueue::Publish() {
  if (added_ == published_ || is_broken_) return;
  std::atomic_thread_fence(std::memory_order_release);  // descriptors and ring before the index
  Store(rings_.available.data() + kIndex, added_);
  std::atomic_thread_fence(std::memory_order_seq_cst);  // the index before the look at what the device wants
  const std::byte* const used = rings_.used.data();
  const bool wants = has_event_index_
                         ? IsPassed(Load<std::uint16_t>(used + kRing + std::size_t{8} * entries_), published_, added_)
                         : (Load<std::uint16_t>(used + kFlags) & kNoNotify) == 0;
  published_ = added_;
  if (wants) transport_.Notify(index_);
}

std::uint16_t SplitQueue::ReadUsedIndex() const {
  const auto index = Load<std::uint16_t>(rings_.used.data() + kIndex);
  std::atomic_thread_fence(std::memory_order_acquire);  // the index before what it counts
  return index;
}

std::optional<SplitQueue::Used> SplitQueue::TakeUsed() {
  if (entries_ == 0 || is_broken_ || ReadUsedIndex() == taken_) return std::nullopt;
  const std::byte* const element = rings_.used.data() + kRing + std::size_t{8} * (taken_ % entries_);
  const auto id = Load<std::uint32_t>(element);
  const auto written = Load<std::uint32_t>(element + 4);
  if (id >= entries_ || chains_[id].count == 0 || written > chains_[id].writable) {
    is_broken_ = true;
    return std::nullopt;
  }
  Chain& chain = chains_[id];
  std::uint16_t last = static_cast<std::uint16_t>(id);
  for (std::uint16_t i = 1; i < chain.count; ++i) last = chains_[last].next;
  chains_[last].next = first_free_;
  first_free_ = static_cast<std::uint16_t>(id);
  free_count_ = static_cast<std::uint16_t>(free_count_ + chain.count);
  chain.count = 0;
  ++taken_;
  return Used{.token = chain.token, .written = written};
}

bool SplitQueue::RequestInterrupt() {
  if (entries_ == 0 || is_broken_) return false;
  std::byte* const available = rings_.available.data();
  if (has_event_index_) {
    Store(available + kRing + std::size_t{2} * entries_, taken_);
  } else {
    Store(available + kFlags, std::uint16_t{0});
  }
  std::atomic_thread_fence(std::memory_order_seq_cst);  // the wish before the look that finds it too late
  return ReadUsedIndex() != taken_;
}

void SplitQueue::RefuseInterrupts() {
  if (!has_event_index_ && entries_ > 0) Store(rings_.available.data() + kFlags, kNoInterrupt);
}

}  // namespace drivers::virtio
