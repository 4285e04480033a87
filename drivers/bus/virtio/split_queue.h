// A split virtqueue: buffers that are lent to a device, and come back in any order. [VIRTIO] 2.7
//
//   queue.Add(pieces, token);      // as often as there is room
//   queue.Publish();               // the device is told, unless it looks by itself
//   while (auto used = queue.TakeUsed()) ...
//
// The rings lie in memory that the device writes: nothing is read from there but the numbers that it is there to tell,
// and those are checked. Which descriptors form a chain is remembered on our side.
#ifndef ENKEL_DRIVERS_BUS_VIRTIO_SPLIT_QUEUE_H_
#define ENKEL_DRIVERS_BUS_VIRTIO_SPLIT_QUEUE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "drivers/bus/dma/dma.h"
#include "drivers/bus/virtio/transport.h"

namespace drivers::virtio {

// Memory that is lent. The device sees only this, however it lies in pages.
struct Piece {
  std::span<std::byte> bytes;  // not empty
  bool is_for_device = false;  // the device writes it; else it only reads. Those come after the others
};

// Not interrupt-safe; nothing blocks or allocates.
class SplitQueue {
 public:
  static constexpr std::uint16_t kMostEntries = 256;

  // Bytes of the rings of a queue of kMostEntries, each part where its alignment puts it. [VIRTIO] 2.7
  static constexpr std::size_t kDescriptorsSize = 16 * kMostEntries;
  static constexpr std::size_t kAvailableSize = 6 + 2 * kMostEntries;
  static constexpr std::size_t kUsedSize = 6 + 8 * kMostEntries;

  // The rings, each of whose parts lies within a page, with arbitrary contents; outlives the queue.
  struct Rings {
    alignas(4096) std::array<std::byte, kDescriptorsSize> descriptors;
    alignas(4096) std::array<std::byte, kUsedSize> used;
    alignas(1024) std::array<std::byte, kAvailableSize> available;
  };

  // Memory for chains of several descriptors, which then take one entry of the queue, each. A table lies within a page.
  static constexpr std::uint16_t kTableEntries = 42;
  static constexpr std::uint16_t kTablesInPage = 6;
  struct alignas(4096) TablePage {
    std::array<std::byte, 4096> bytes;
  };
  static_assert(16 * kTableEntries * kTablesInPage <= sizeof(TablePage));
  static constexpr std::uint16_t kMostTables = 60;

  struct Used {
    std::uint16_t token;
    std::uint32_t written;  // bytes, at most what was lent for the device to write
  };

  // Enables queue `index` of a device that was negotiated with, with as many entries as it allows. All arguments
  // outlive it. `tables` are used where the device takes them, at most kMostTables.
  SplitQueue(Transport& transport, std::uint16_t index, Features features, const DmaDomain& domain, Rings& rings,
             std::span<TablePage> tables = {});
  SplitQueue(const SplitQueue&) = delete;
  SplitQueue& operator=(const SplitQueue&) = delete;

  std::uint16_t entries() const { return entries_; }  // 0: the device has no such queue, or lies about it
  std::uint16_t free_entries() const { return free_count_; }

  // Begins anew, with nothing lent, on a device that was reset and negotiated with again.
  void Restart();

  // How many more chains of up to kTableEntries descriptors Add will take, whatever their pieces.
  std::size_t Room() const {
    const std::size_t tables = table_count_ < free_count_ ? table_count_ : free_count_;
    return tables + (free_count_ - tables) / kTableEntries;
  }
  bool HasRoom() const { return (table_count_ > 0 && free_count_ > 0) || free_count_ >= kTableEntries; }

  // Descriptors that a piece of `size` bytes takes at most.
  static constexpr std::size_t EntriesFor(std::size_t size) {
    return (size + 2 * DmaDomain::kPiece - 2) / DmaDomain::kPiece;
  }

  // The entry at which the next chain will begin, and at which none that is lent begins: a token for who needs no
  // other. Below entries() while there are free ones.
  std::uint16_t NextEntry() const { return first_free_ != kNoEntry ? first_free_ : fresh_; }

  // Lends memory to the device; `token` comes back with it. False, and nothing lent, without enough free descriptors,
  // or if it needs more than kTableEntries.
  bool Add(std::span<const Piece> pieces, std::uint16_t token);

  // The same in steps: Begin, Put for each piece (false: too many), Lend.
  void Begin() {
    described_count_ = 0;
    writable_ = 0;
  }
  bool Put(std::span<const std::byte> bytes, bool is_for_device) {
    if (!IsInRun(bytes) || described_count_ == kTableEntries) [[unlikely]] {
      return PutSlowly(bytes, is_for_device);
    }
    const std::size_t offset = reinterpret_cast<std::uintptr_t>(bytes.data()) - run_begin_;
    const auto size = static_cast<std::uint32_t>(bytes.size());
    described_.data()[described_count_++] = {.address = run_.address.value + offset,
                                             .size = size,
                                             .flags = is_for_device ? kWrite : std::uint16_t{0},
                                             .next = 0};
    if (is_for_device) writable_ += size;
    return true;
  }
  bool Lend(std::uint16_t token);

  // All of it for a single piece that the device writes.
  bool LendOne(std::span<std::byte> bytes, std::uint16_t token) {
    const std::uint16_t entry = first_free_;
    if (!IsInRun(bytes) || entry == kNoEntry || is_broken_) [[unlikely]] {
      Begin();
      return Put(bytes, true) && Lend(token);
    }
    // What came back, and nobody has lent again: an entry of chains_, and free.
    Chain& chain = chains_.data()[entry];
    first_free_ = chain.next;
    --free_count_;
    WriteDescriptor(entry, bytes, kWrite, 0);
    chain.count = 1;
    chain.last = entry;
    Offer(entry, token, static_cast<std::uint32_t>(bytes.size()));
    return true;
  }

  // All of it for two pieces that the device reads.
  bool LendTwo(std::span<const std::byte> one, std::span<const std::byte> other, std::uint16_t token) {
    const std::uint16_t head = first_free_;
    const std::uint16_t last = head != kNoEntry ? chains_.data()[head].next : kNoEntry;  // the next free one
    if (!IsInRun(one) || !IsInRun(other) || last == kNoEntry || is_broken_) [[unlikely]] {
      Begin();
      return Put(one, false) && Put(other, false) && Lend(token);
    }
    first_free_ = chains_.data()[last].next;
    free_count_ = static_cast<std::uint16_t>(free_count_ - 2);
    WriteDescriptor(head, one, kNext, last);
    WriteDescriptor(last, other, 0, 0);
    Chain& chain = chains_.data()[head];
    chain.count = 2;
    chain.last = last;
    Offer(head, token, 0);
    return true;
  }

  // Tells the device what was added, if it wants to be told.
  void Publish();

  // What the device gave back, oldest first. A lie (an unknown or idle chain, more written than lent, more given back
  // than it has) breaks the queue: nothing comes from it any more.
  std::optional<Used> TakeUsed();

  // Asks for an interrupt with the next buffer that comes back. True: something has come back already, look again.
  bool RequestInterrupt();

  // Asks for none.
  void RefuseInterrupts();

  bool is_broken() const { return is_broken_; }

 private:
  static constexpr std::uint8_t kNoTable = 0xff;
  static constexpr std::uint16_t kNoEntry = 0xffff;

  struct Chain {
    std::uint16_t next;   // of a free descriptor, and within a chain
    std::uint16_t token;  // the following: of a chain's first descriptor
    std::uint16_t count;  // descriptors; 0: this begins no chain that is lent
    std::uint8_t table;
    std::uint16_t last;      // of its descriptors
    std::uint32_t writable;  // bytes
  };

  // Where both rings' entries begin. [VIRTIO] 2.7.6, 2.7.8
  static constexpr std::size_t kRing = 4;

  // [VIRTIO] 2.7.5
  struct Descriptor {
    std::uint64_t address;
    std::uint32_t size;
    std::uint16_t flags;
    std::uint16_t next;
  };

  // Flags of a descriptor. [VIRTIO] 2.7.5
  static constexpr std::uint16_t kNext = 1;
  static constexpr std::uint16_t kWrite = 2;
  static constexpr std::uint16_t kTable = 4;

  bool Describe(BusAddress address, std::uint32_t size, bool is_for_device);
  bool PutSlowly(std::span<const std::byte> bytes, bool is_for_device);
  void Break();
  std::uint16_t TakeEntry();
  bool LendDirectly(std::uint16_t token);
  bool LendTable(std::uint16_t token);
  // Whether it lies in the run that was met last.
  bool IsInRun(std::span<const std::byte> bytes) const {
    const std::size_t offset = reinterpret_cast<std::uintptr_t>(bytes.data()) - run_begin_;
    return offset < run_.size && !bytes.empty() && bytes.size() <= run_.size - offset;
  }
  // Of bytes in that run.
  void WriteDescriptor(std::uint16_t entry, std::span<const std::byte> bytes, std::uint16_t flags, std::uint16_t next) {
    const Descriptor descriptor = {
        .address = run_.address.value + (reinterpret_cast<std::uintptr_t>(bytes.data()) - run_begin_),
        .size = static_cast<std::uint32_t>(bytes.size()),
        .flags = flags,
        .next = next};
    __builtin_memcpy(rings_.descriptors.data() + sizeof(descriptor) * entry, &descriptor, sizeof(descriptor));
  }
  void Offer(std::uint16_t head, std::uint16_t token, std::uint32_t writable) {
    Chain& chain = chains_.data()[head];
    chain.token = token;
    chain.writable = writable;
    std::byte* const place = rings_.available.data() + kRing + std::size_t{2} * (added_ & (entries_ - 1));
    *reinterpret_cast<volatile std::uint16_t*>(place) = head;
    ++added_;
  }
  std::byte* TableAt(std::uint8_t number) const;
  std::uint16_t ReadUsedIndex() const;

  Transport& transport_;
  const DmaDomain& domain_;
  Rings& rings_;
  const std::uint16_t index_;
  const bool has_event_index_;
  bool is_broken_ = false;
  std::uint16_t entries_ = 0;
  std::uint16_t free_count_ = 0;
  std::uint16_t first_free_ = kNoEntry;  // of those that came back
  std::uint16_t fresh_ = 0;  // entries from here on were never lent since the start, and chains_ holds nothing
  std::uint16_t added_ = 0;  // counts of the available ring, modulo 2^16
  std::uint16_t published_ = 0;
  std::uint16_t taken_ = 0;  // count of the used ring
  std::uint16_t seen_ = 0;   // of it, what the device has said to be there: at most entries_ more
  // Memory that lies together, for ever, for the device: the last that was met, where nearly all is that it is lent.
  std::uintptr_t run_begin_ = 0;
  DmaDomain::Run run_ = {};
  std::span<TablePage> tables_;
  std::uint8_t table_count_ = 0;  // free ones:
  std::array<std::uint8_t, kMostTables> free_tables_ = {};
  std::size_t described_count_ = 0;  // since Begin:
  std::uint32_t writable_ = 0;       // bytes
  // Written before they are read: filling them with zeroes would be most of what a short start costs.
  std::array<Descriptor, kTableEntries> described_;
  std::array<Chain, kMostEntries> chains_;
};

}  // namespace drivers::virtio

#endif  // ENKEL_DRIVERS_BUS_VIRTIO_SPLIT_QUEUE_H_
