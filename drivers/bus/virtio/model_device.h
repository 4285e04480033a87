// A virtio device for tests: the device's side of the rings, by the book, or lying where the test makes it.
#ifndef ENKEL_DRIVERS_BUS_VIRTIO_MODEL_DEVICE_H_
#define ENKEL_DRIVERS_BUS_VIRTIO_MODEL_DEVICE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "drivers/bus/dma/dma.h"
#include "drivers/bus/virtio/transport.h"

namespace drivers::virtio {

// Devices see memory where the CPU does, but for one bit, and another in every second page: who mixes the two up reads
// nonsense, and pages that are neighbours here are none there.
class ModelDomain final : public DmaDomain {
 public:
  static constexpr std::uint64_t kBit = std::uint64_t{1} << 60;
  static constexpr std::uint64_t kOddBit = std::uint64_t{1} << 61;
  BusAddress AddressOf(const void* byte) const override {
    const auto address = reinterpret_cast<std::uintptr_t>(byte);
    return {address ^ kBit ^ ((address / kPiece) % 2 != 0 ? kOddBit : 0)};
  }
  static std::byte* PointerOf(std::uint64_t address) {
    return reinterpret_cast<std::byte*>(address & ~(kBit | kOddBit));
  }
};

class ModelDevice final : public Transport {
 public:
  // A chain that the driver lent.
  struct Lent {
    std::uint16_t head = 0;
    std::vector<std::byte> read;                 // what the driver gave
    std::vector<std::span<std::byte>> writable;  // where the device may write
    int descriptors = 0;
  };

  Features offered = kVersion1 | kEventIndex;
  std::uint16_t most_entries = 256;
  std::vector<std::byte> configuration = std::vector<std::byte>(64);
  bool refuses_features = false;
  std::uint32_t interrupt = 0;

  Features accepted = 0;
  std::uint8_t status = 0;
  std::map<std::uint16_t, int> notifications;

  Features OfferedFeatures() override { return offered; }
  void AcceptFeatures(Features features) override { accepted = features; }
  std::uint8_t Status() override { return status; }
  void SetStatus(std::uint8_t value) override {
    status = refuses_features ? static_cast<std::uint8_t>(value & ~kFeaturesOk) : value;
    if (value != 0) return;
    queues_.clear();
    ++resets;
  }
  std::uint16_t MostEntries(std::uint16_t index) override { return queues_.contains(index) ? 0 : most_entries; }
  void EnableQueue(std::uint16_t index, std::uint16_t entries, const QueueAddresses& addresses) override {
    queues_[index] = {.entries = entries,
                      .descriptors = ModelDomain::PointerOf(addresses.descriptors.value),
                      .available = ModelDomain::PointerOf(addresses.available.value),
                      .used = ModelDomain::PointerOf(addresses.used.value)};
  }
  void Notify(std::uint16_t index) override { ++notifications[index]; }
  void ReadConfiguration(std::size_t offset, std::span<std::byte> to) override {
    std::memcpy(to.data(), configuration.data() + offset, to.size());
  }
  std::uint32_t TakeInterrupt() override {
    const std::uint32_t why = interrupt;
    interrupt = 0;
    return why;
  }

  // The next chain that was published; nothing: none.
  std::optional<Lent> Take(std::uint16_t index) {
    Queue& queue = queues_.at(index);
    if (queue.seen == Load16(queue.available + 2)) return std::nullopt;
    Lent lent;
    lent.head = Load16(queue.available + 4 + std::size_t{2} * (queue.seen % queue.entries));
    ++queue.seen;
    if (wants_notification) Store16(queue.used + 4 + std::size_t{8} * queue.entries, queue.seen);
    const std::byte* table = queue.descriptors;
    for (std::uint16_t entry = lent.head;;) {
      const std::byte* const descriptor = table + std::size_t{16} * entry;
      std::uint64_t address;
      std::uint32_t size;
      std::memcpy(&address, descriptor, sizeof(address));
      std::memcpy(&size, descriptor + 8, sizeof(size));
      const std::span<std::byte> bytes(ModelDomain::PointerOf(address), size);
      const std::uint16_t flags = Load16(descriptor + 12);
      if ((flags & 4) != 0) {  // a table of descriptors, [VIRTIO] 2.7.5.3
        is_book_broken |=
            (offered & kIndirect) == 0 || (flags & 1) != 0 || size % 16 != 0 || table != queue.descriptors;
        ++tables_seen;
        table = bytes.data();
        entry = 0;
        continue;
      }
      ++lent.descriptors;
      if ((flags & 2) != 0) {
        lent.writable.push_back(bytes);
      } else {
        lent.read.insert(lent.read.end(), bytes.begin(), bytes.end());
      }
      if ((flags & 1) == 0) return lent;
      entry = Load16(descriptor + 14);
    }
  }

  // Writes `bytes` where the chain allows it; returns how many went.
  static std::uint32_t Fill(const Lent& lent, std::span<const std::byte> bytes) {
    std::size_t done = 0;
    for (const std::span<std::byte> room : lent.writable) {
      const std::size_t size = std::min(room.size(), bytes.size() - done);
      std::memcpy(room.data(), bytes.data() + done, size);
      done += size;
    }
    return static_cast<std::uint32_t>(done);
  }

  // Gives a chain back, or says so.
  void Give(std::uint16_t index, std::uint32_t id, std::uint32_t written) {
    Queue& queue = queues_.at(index);
    std::byte* const element = queue.used + 4 + std::size_t{8} * (queue.given % queue.entries);
    std::memcpy(element, &id, sizeof(id));
    std::memcpy(element + 4, &written, sizeof(written));
    Store16(queue.used + 2, ++queue.given);
  }

  // Says that it has given back so many in all.
  void Claim(std::uint16_t index, std::uint16_t count) { Store16(queues_.at(index).used + 2, count); }

  // Where the driver wants its next interrupt, if it agreed on that.
  std::uint16_t UsedEvent(std::uint16_t index) {
    const Queue& queue = queues_.at(index);
    return Load16(queue.available + 4 + std::size_t{2} * queue.entries);
  }

  bool wants_notification = true;
  int tables_seen = 0;
  bool is_book_broken = false;  // by the driver
  int resets = 0;

 private:
  struct Queue {
    std::uint16_t entries;
    std::byte* descriptors;
    std::byte* available;
    std::byte* used;
    std::uint16_t seen = 0;
    std::uint16_t given = 0;
  };

  static std::uint16_t Load16(const std::byte* place) {
    std::uint16_t value;
    std::memcpy(&value, place, sizeof(value));
    return value;
  }
  static void Store16(std::byte* place, std::uint16_t value) { std::memcpy(place, &value, sizeof(value)); }

  std::map<std::uint16_t, Queue> queues_;
};

}  // namespace drivers::virtio

#endif  // ENKEL_DRIVERS_BUS_VIRTIO_MODEL_DEVICE_H_
