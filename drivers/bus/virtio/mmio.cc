#include "drivers/bus/virtio/mmio.h"

#include <cstddef>
#include <cstdint>
#include <span>

#include "drivers/bus/dma/dma.h"
#include "drivers/bus/virtio/transport.h"

namespace drivers::virtio {

// [VIRTIO] 4.2.2, in its order.
struct Mmio::Registers {
  std::uint32_t magic_value;
  std::uint32_t version;
  std::uint32_t device_id;
  std::uint32_t vendor_id;
  std::uint32_t device_features;
  std::uint32_t device_features_sel;
  std::uint32_t reserved_018[2];
  std::uint32_t driver_features;
  std::uint32_t driver_features_sel;
  std::uint32_t reserved_028[2];
  std::uint32_t queue_sel;
  std::uint32_t queue_num_max;
  std::uint32_t queue_num;
  std::uint32_t reserved_03c[2];
  std::uint32_t queue_ready;
  std::uint32_t reserved_048[2];
  std::uint32_t queue_notify;
  std::uint32_t reserved_054[3];
  std::uint32_t interrupt_status;
  std::uint32_t interrupt_ack;
  std::uint32_t reserved_068[2];
  std::uint32_t status;
  std::uint32_t reserved_074[3];
  std::uint32_t queue_desc_low;
  std::uint32_t queue_desc_high;
  std::uint32_t reserved_088[2];
  std::uint32_t queue_driver_low;
  std::uint32_t queue_driver_high;
  std::uint32_t reserved_098[2];
  std::uint32_t queue_device_low;
  std::uint32_t queue_device_high;
  std::uint32_t reserved_0a8[21];
  std::uint32_t config_generation;
  std::uint8_t config[Mmio::kSlotSize - 0x100];
};

namespace {

constexpr std::uint32_t kMagic = 0x74726976;  // "virt"
constexpr std::uint32_t kVersion = 2;

constexpr std::uint32_t Low(BusAddress address) { return static_cast<std::uint32_t>(address.value); }
constexpr std::uint32_t High(BusAddress address) { return static_cast<std::uint32_t>(address.value >> 32); }

}  // namespace

volatile Mmio::Registers& Mmio::registers() const {
  static_assert(offsetof(Registers, queue_notify) == 0x50 && offsetof(Registers, status) == 0x70 &&
                offsetof(Registers, queue_device_high) == 0xa4 && offsetof(Registers, config) == 0x100);
  return *reinterpret_cast<volatile Registers*>(base_.value);
}

DeviceType Mmio::Identify() const {
  if (registers().magic_value != kMagic || registers().version != kVersion) return DeviceType::kNone;
  return static_cast<DeviceType>(registers().device_id);
}

Features Mmio::OfferedFeatures() {
  registers().device_features_sel = 0;
  const Features low = registers().device_features;
  registers().device_features_sel = 1;
  const Features high = registers().device_features;
  return high << 32 | low;
}

void Mmio::AcceptFeatures(Features features) {
  registers().driver_features_sel = 0;
  registers().driver_features = static_cast<std::uint32_t>(features);
  registers().driver_features_sel = 1;
  registers().driver_features = static_cast<std::uint32_t>(features >> 32);
}

std::uint8_t Mmio::Status() { return static_cast<std::uint8_t>(registers().status); }

void Mmio::SetStatus(std::uint8_t status) { registers().status = status; }

std::uint16_t Mmio::MostEntries(std::uint16_t index) {
  registers().queue_sel = index;
  if (registers().queue_ready != 0) return 0;
  const std::uint32_t most = registers().queue_num_max;
  return most > UINT16_MAX ? UINT16_MAX : static_cast<std::uint16_t>(most);
}

// [VIRTIO] 4.2.3.2
void Mmio::EnableQueue(std::uint16_t index, std::uint16_t entries, const QueueAddresses& addresses) {
  volatile Registers& to = registers();
  to.queue_sel = index;
  to.queue_num = entries;
  to.queue_desc_low = Low(addresses.descriptors);
  to.queue_desc_high = High(addresses.descriptors);
  to.queue_driver_low = Low(addresses.available);
  to.queue_driver_high = High(addresses.available);
  to.queue_device_low = Low(addresses.used);
  to.queue_device_high = High(addresses.used);
  to.queue_ready = 1;
}

void Mmio::Notify(std::uint16_t index) { registers().queue_notify = index; }

// The generation tells whether it changed meanwhile; a device that changes it without end is read as it is.
void Mmio::ReadConfiguration(std::size_t offset, std::span<std::byte> to) {
  constexpr int kMostReads = 8;
  if (offset + to.size() > sizeof(Registers::config)) return;
  for (int reads = 0; reads < kMostReads; ++reads) {
    const std::uint32_t generation = registers().config_generation;
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = static_cast<std::byte>(registers().config[offset + i]);
    if (registers().config_generation == generation) return;
  }
}

std::uint32_t Mmio::TakeInterrupt() {
  const std::uint32_t why = registers().interrupt_status;
  registers().interrupt_ack = why;
  return why;
}

}  // namespace drivers::virtio
