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

// Places in the rings, in bytes. Both begin with flags and an index of 16 bits each. [VIRTIO] 2.7.6, 2.7.8
constexpr std::size_t kFlags = 0;
constexpr std::size_t kIndex = 2;
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
  added_ = published_ = taken_ = seen_ = 0;
  free_count_ = entries_ = fresh_ = 0;
  first_free_ = kNoEntry;
  table_count_ = 0;
  const std::size_t tables = std::min<std::size_t>(tables_.size() * kTablesInPage, kMostTables);
  for (std::size_t i = 0; i < tables; ++i) free_tables_[table_count_++] = static_cast<std::uint8_t>(i);
  const std::uint16_t most = transport_.MostEntries(index_);
  if (most == 0) return;
  entries_ = std::min(std::bit_floor(most), kMostEntries);
  free_count_ = entries_;
  // Flags, indices and events; nobody reads entries beyond an index, or descriptors that no entry leads to.
  for (const std::span<std::byte> ring : {std::span<std::byte>(rings_.available), std::span<std::byte>(rings_.used)}) {
    Store(ring.data() + kFlags, std::uint16_t{0});
    Store(ring.data() + kIndex, std::uint16_t{0});
  }
  Store(rings_.available.data() + kRing + std::size_t{2} * entries_, std::uint16_t{0});
  Store(rings_.used.data() + kRing + std::size_t{8} * entries_, std::uint16_t{0});
  transport_.EnableQueue(index_, entries_,
                         {.descriptors = domain_.AddressOf(rings_.descriptors.data()),
                          .available = domain_.AddressOf(rings_.available.data()),
                          .used = domain_.AddressOf(rings_.used.data())});
}

std::byte* SplitQueue::TableAt(std::uint8_t number) const {
  return tables_[number / kTablesInPage].bytes.data() + std::size_t{16} * kTableEntries * (number % kTablesInPage);
}

// An entry that nobody uses: one that came back, else the next that was never lent.
inline std::uint16_t SplitQueue::TakeEntry() {
  // Of our own: below entries_.
  if (first_free_ != kNoEntry) [[likely]]
    return std::exchange(first_free_, chains_.data()[first_free_].next);
  chains_[fresh_] = {.next = kNoEntry, .token = 0, .count = 0, .table = kNoTable, .last = 0, .writable = 0};
  return fresh_++;
}

// What follows the last piece for the device, too, joins it.
bool SplitQueue::Describe(BusAddress address, std::uint32_t size, bool is_for_device) {
  const std::uint16_t flags = is_for_device ? kWrite : 0;
  if (is_for_device) writable_ += size;
  if (described_count_ > 0) {
    Descriptor& last = described_[described_count_ - 1];
    if (last.flags == flags && last.address + last.size == address.value) {
      last.size += size;
      return true;
    }
  }
  if (described_count_ == kTableEntries) return false;
  described_[described_count_++] = {.address = address.value, .size = size, .flags = flags, .next = 0};
  return true;
}

bool SplitQueue::PutSlowly(std::span<const std::byte> bytes, bool is_for_device) {
  CHECK(!bytes.empty());
  do {
    const DmaDomain::Run run = domain_.RunAt(bytes.data());
    if (run.size > DmaDomain::kPiece) {
      run_begin_ = reinterpret_cast<std::uintptr_t>(bytes.data());
      run_ = run;
    }
    const auto size = static_cast<std::uint32_t>(std::min(bytes.size(), run.size));
    bytes = bytes.subspan(size);
    if (!Describe(run.address, size, is_for_device)) return false;
  } while (!bytes.empty());
  return true;
}

// What was described, as entries of the queue.
[[gnu::always_inline]] inline bool SplitQueue::LendDirectly(std::uint16_t token) {
  const std::uint16_t head = TakeEntry();
  std::byte* const ring = rings_.descriptors.data();
  Descriptor* descriptor = described_.data();
  Descriptor* const end = descriptor + described_count_ - 1;
  std::uint16_t here = head;
  for (; descriptor != end; ++descriptor) {
    const std::uint16_t next = TakeEntry();
    chains_.data()[here].next = next;
    descriptor->next = next;
    descriptor->flags |= kNext;
    std::memcpy(ring + sizeof(*descriptor) * here, descriptor, sizeof(*descriptor));
    here = next;
  }
  std::memcpy(ring + sizeof(*descriptor) * here, descriptor, sizeof(*descriptor));
  Chain& chain = chains_.data()[head];
  chain.count = static_cast<std::uint16_t>(described_count_);
  chain.last = here;
  free_count_ = static_cast<std::uint16_t>(free_count_ - described_count_);
  Offer(head, token, writable_);
  return true;
}

// As a table, which one entry refers to, where there is one. [VIRTIO] 2.7.5.3
[[gnu::noinline]] bool SplitQueue::LendTable(std::uint16_t token) {
  if (is_broken_ || described_count_ == 0) return false;
  if (table_count_ == 0 || free_count_ == 0) return described_count_ <= free_count_ && LendDirectly(token);
  const std::uint16_t head = TakeEntry();
  --free_count_;
  const std::uint8_t number = free_tables_[--table_count_];
  std::byte* const table = TableAt(number);
  for (std::size_t i = 0; i < described_count_; ++i) {
    Descriptor& descriptor = described_[i];
    descriptor.next = static_cast<std::uint16_t>(i + 1);
    if (i + 1 < described_count_) descriptor.flags |= kNext;
    std::memcpy(table + sizeof(descriptor) * i, &descriptor, sizeof(descriptor));
  }
  const Descriptor refers = {.address = domain_.AddressOf(table).value,
                             .size = static_cast<std::uint32_t>(sizeof(Descriptor) * described_count_),
                             .flags = kTable,
                             .next = 0};
  std::memcpy(rings_.descriptors.data() + sizeof(refers) * head, &refers, sizeof(refers));
  chains_[head].table = number;
  chains_[head].count = 1;
  chains_[head].last = head;
  Offer(head, token, writable_);
  return true;
}

bool SplitQueue::Lend(std::uint16_t token) {
  // Two or three entries cost the device less than a table.
  constexpr std::size_t kFewEntries = 3;
  const bool are_few = described_count_ - 1 < kFewEntries && described_count_ <= free_count_ && !is_broken_;
  return are_few ? LendDirectly(token) : LendTable(token);
}

bool SplitQueue::Add(std::span<const Piece> pieces, std::uint16_t token) {
  Begin();
  for (const Piece& piece : pieces) {
    if (!Put(piece.bytes, piece.is_for_device)) return false;
  }
  return Lend(token);
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

// Nothing that it has said counts any more.
void SplitQueue::Break() {
  is_broken_ = true;
  seen_ = taken_;
}

std::optional<SplitQueue::Used> SplitQueue::TakeUsed() {
  if (seen_ == taken_) {
    if (entries_ == 0 || is_broken_) return std::nullopt;
    const std::uint16_t used_index = ReadUsedIndex();
    if (used_index == taken_) return std::nullopt;
    // More than was ever lent: every count from there on would be taken for news.
    if (static_cast<std::uint16_t>(used_index - taken_) > entries_) {
      Break();
      return std::nullopt;
    }
    seen_ = used_index;
  }
  const std::byte* const element = rings_.used.data() + kRing + std::size_t{8} * (taken_ & (entries_ - 1));
  const auto id = Load<std::uint32_t>(element);
  const auto written = Load<std::uint32_t>(element + 4);
  // fresh_ is at most the size of chains_, and what is linked there is below it.
  Chain* const chains = chains_.data();
  if (id >= fresh_ || chains[id].count == 0 || written > chains[id].writable) {
    Break();
    return std::nullopt;
  }
  Chain& chain = chains[id];
  if (chain.table != kNoTable) free_tables_[table_count_++] = std::exchange(chain.table, kNoTable);
  chains[chain.last].next = first_free_;
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
