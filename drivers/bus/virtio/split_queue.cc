#include "drivers/bus/virtio/split_queue.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <utility>

#include "drivers/bus/dma/dma.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/base/check.h"

namespace drivers::virtio {
namespace {

// Descriptor flags. [VIRTIO] 2.7.5
constexpr std::uint16_t kNext = 1;
constexpr std::uint16_t kWrite = 2;
constexpr std::uint16_t kTable = 4;

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
                       Rings& rings, std::span<TablePage> tables)
    : transport_(transport),
      domain_(domain),
      rings_(rings),
      index_(index),
      has_event_index_((features & kEventIndex) != 0),
      tables_((features & kIndirect) != 0 ? tables : std::span<TablePage>()) {
  Restart();
}

void SplitQueue::Restart() {
  is_broken_ = false;
  added_ = published_ = taken_ = 0;
  first_free_ = free_count_ = entries_ = 0;
  rings_.available = {};
  rings_.used = {};
  table_count_ = 0;
  const std::size_t tables = std::min<std::size_t>(tables_.size() * kTablesInPage, kMostTables);
  for (std::size_t i = 0; i < tables; ++i) free_tables_[table_count_++] = static_cast<std::uint8_t>(i);
  const std::uint16_t most = transport_.MostEntries(index_);
  if (most == 0) return;
  entries_ = std::min(std::bit_floor(most), kMostEntries);
  free_count_ = entries_;
  for (std::uint16_t i = 0; i < entries_; ++i) chains_[i] = {.next = static_cast<std::uint16_t>(i + 1)};
  transport_.EnableQueue(index_, entries_,
                         {.descriptors = domain_.AddressOf(rings_.descriptors.data()),
                          .available = domain_.AddressOf(rings_.available.data()),
                          .used = domain_.AddressOf(rings_.used.data())});
}

std::byte* SplitQueue::TableAt(std::uint8_t number) const {
  return tables_[number / kTablesInPage].bytes.data() + std::size_t{16} * kTableEntries * (number % kTablesInPage);
}

// The descriptors of these pieces, one for each run of bytes that lie together. 0: too many.
std::size_t SplitQueue::Describe(std::span<const Piece> pieces, Descriptors& into, std::uint32_t& writable) const {
  std::size_t count = 0;
  for (const Piece& piece : pieces) {
    CHECK(!piece.bytes.empty());
    const std::uint16_t flags = piece.is_for_device ? kWrite : 0;
    if (piece.is_for_device) writable += static_cast<std::uint32_t>(piece.bytes.size());
    std::span<const std::byte> rest = piece.bytes;
    while (!rest.empty()) {
      const DmaDomain::Run run = domain_.RunAt(rest.data());
      const auto size = static_cast<std::uint32_t>(std::min(rest.size(), run.size));
      rest = rest.subspan(size);
      if (count > 0 && into[count - 1].flags == flags &&
          into[count - 1].address + into[count - 1].size == run.address.value) {
        into[count - 1].size += size;
        continue;
      }
      if (count == into.size()) return 0;
      into[count++] = {.address = run.address.value, .size = size, .flags = flags, .next = 0};
    }
  }
  return count;
}

// As entries of the queue, from the first free one on.
void SplitQueue::PutDirect(std::span<const Descriptor> all) {
  std::uint16_t entry = first_free_;
  for (std::size_t i = 0; i < all.size(); ++i) {
    Descriptor descriptor = all[i];
    descriptor.next = chains_[entry].next;
    if (i + 1 < all.size()) descriptor.flags |= kNext;
    std::memcpy(rings_.descriptors.data() + sizeof(descriptor) * entry, &descriptor, sizeof(descriptor));
    entry = chains_[entry].next;
  }
  first_free_ = entry;
  free_count_ = static_cast<std::uint16_t>(free_count_ - all.size());
}

// As a table, which one entry refers to. [VIRTIO] 2.7.5.3
void SplitQueue::PutIndirect(std::span<const Descriptor> all) {
  const std::uint8_t number = free_tables_[--table_count_];
  chains_[first_free_].table = number;
  std::byte* const table = TableAt(number);
  for (std::size_t i = 0; i < all.size(); ++i) {
    Descriptor descriptor = all[i];
    descriptor.next = static_cast<std::uint16_t>(i + 1);
    if (i + 1 < all.size()) descriptor.flags |= kNext;
    std::memcpy(table + sizeof(descriptor) * i, &descriptor, sizeof(descriptor));
  }
  const Descriptor head = {.address = domain_.AddressOf(table).value,
                           .size = static_cast<std::uint32_t>(sizeof(Descriptor) * all.size()),
                           .flags = kTable,
                           .next = 0};
  std::memcpy(rings_.descriptors.data() + sizeof(head) * first_free_, &head, sizeof(head));
  first_free_ = chains_[first_free_].next;
  --free_count_;
}

bool SplitQueue::Add(std::span<const Piece> pieces, std::uint16_t token) {
  // Two or three entries cost the device less than a table.
  constexpr std::size_t kFewEntries = 3;
  if (is_broken_ || free_count_ == 0) return false;
  Descriptors all;
  std::uint32_t writable = 0;
  const std::size_t count = Describe(pieces, all, writable);
  if (count == 0) return false;
  const std::uint16_t head = first_free_;
  const bool has_table = table_count_ > 0;
  const bool is_indirect = has_table && (count > kFewEntries || count > free_count_);
  if (!is_indirect && count > free_count_) return false;
  chains_[head].token = token;
  chains_[head].count = is_indirect ? 1 : static_cast<std::uint16_t>(count);
  chains_[head].writable = writable;
  is_indirect ? PutIndirect(std::span(all).first(count)) : PutDirect(std::span(all).first(count));
  Store(rings_.available.data() + kRing + std::size_t{2} * (added_ & (entries_ - 1)), head);
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
  if (entries_ == 0 || is_broken_) return std::nullopt;
  const std::uint16_t used_index = ReadUsedIndex();
  if (used_index == taken_) return std::nullopt;
  // More than was ever lent: every count from there on would be taken for news.
  if (static_cast<std::uint16_t>(used_index - taken_) > entries_) {
    is_broken_ = true;
    return std::nullopt;
  }
  const std::byte* const element = rings_.used.data() + kRing + std::size_t{8} * (taken_ & (entries_ - 1));
  const auto id = Load<std::uint32_t>(element);
  const auto written = Load<std::uint32_t>(element + 4);
  if (id >= entries_ || chains_[id].count == 0 || written > chains_[id].writable) {
    is_broken_ = true;
    return std::nullopt;
  }
  Chain& chain = chains_[id];
  if (chain.table != kNoTable) free_tables_[table_count_++] = std::exchange(chain.table, kNoTable);
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
