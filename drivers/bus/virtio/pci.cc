#include "drivers/bus/virtio/pci.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "drivers/bus/dma/dma.h"
#include "drivers/bus/pci/capability.h"
#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/device.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace drivers::virtio {

// [VIRTIO] 4.1.4.3, in its order.
struct Pci::Common {
  std::uint32_t device_feature_select;
  std::uint32_t device_feature;
  std::uint32_t driver_feature_select;
  std::uint32_t driver_feature;
  std::uint16_t config_msix_vector;
  std::uint16_t num_queues;
  std::uint8_t device_status;
  std::uint8_t config_generation;
  std::uint16_t queue_select;
  std::uint16_t queue_size;
  std::uint16_t queue_msix_vector;
  std::uint16_t queue_enable;
  std::uint16_t queue_notify_off;
  std::uint32_t queue_desc_low;
  std::uint32_t queue_desc_high;
  std::uint32_t queue_driver_low;
  std::uint32_t queue_driver_high;
  std::uint32_t queue_device_low;
  std::uint32_t queue_device_high;
};

namespace {

constexpr std::uint32_t kCommonSize = 56;

// [VIRTIO] 4.1.2
constexpr std::uint16_t kVendor = 0x1af4;
constexpr std::uint16_t kFirstTransitional = 0x1000;
constexpr std::uint16_t kFirstModern = 0x1040;
constexpr std::uint16_t kLastModern = 0x107f;
constexpr std::uint16_t kSubsystemDevice = 0x2e;

// struct virtio_pci_cap, as 32-bit words. [VIRTIO] 4.1.4
constexpr unsigned kCapabilitySize = 16;
constexpr unsigned kNotifySize = 20;
constexpr std::uint16_t kBarWord = 4;
constexpr std::uint16_t kOffsetWord = 8;
constexpr std::uint16_t kLengthWord = 12;
constexpr std::uint16_t kMultiplierWord = 16;
enum Structure : std::uint8_t { kCommon = 1, kNotify = 2, kInterruptStatus = 3, kDevice = 4 };

constexpr std::uint32_t Low(BusAddress address) { return static_cast<std::uint32_t>(address.value); }
constexpr std::uint32_t High(BusAddress address) { return static_cast<std::uint32_t>(address.value >> 32); }

// Collects the first capability of each kind that this driver can use. [VIRTIO] 4.1.4.1
class Finder {
 public:
  explicit Finder(pci::Device& device) : device_(device) {}

  kernel::Result<PciRegisters> Find() {
    pci::CapabilityList list(device_.configuration(), device_.location());
    while (const std::optional<pci::Capability> capability = list.Next()) {
      if (capability->id != pci::kVendorCapability) continue;
      if (const kernel::Result<void> taken = Take(*capability); !taken) return kernel::Fail(taken.error());
    }
    if (found_.common.value == 0 || found_.notify.value == 0) return kernel::Fail(kernel::Error::kUnsupported);
    return found_;
  }

 private:
  std::uint32_t Word(pci::Capability capability, std::uint16_t place) {
    return device_.configuration().Read(device_.location(), capability.offset + place);
  }

  kernel::Result<void> Take(pci::Capability capability) {
    const std::uint32_t head = Word(capability, 0);
    const auto size = static_cast<std::uint8_t>(head >> 16);
    const auto kind = static_cast<std::uint8_t>(head >> 24);
    const unsigned least = kind == kNotify ? kNotifySize : kCapabilitySize;
    if (size < least || !capability.Holds(least)) return kernel::Fail(kernel::Error::kMalformed);
    switch (kind) {
      case kCommon:
        return Map(capability, found_.common, kCommonSize, 4);
      case kNotify:
        if (found_.notify.value == 0) {
          found_.notify_size = Word(capability, kLengthWord);
          found_.notify_multiplier = Word(capability, kMultiplierWord);
        }
        return Map(capability, found_.notify, sizeof(std::uint16_t), 2);
      case kInterruptStatus:
        return Map(capability, found_.interrupt_status, 1, 1);
      case kDevice:
        if (found_.device_configuration.value == 0) {
          found_.device_configuration_size = Word(capability, kLengthWord);
        }
        return Map(capability, found_.device_configuration, 1, 4);
      default:
        return {};  // what is reserved, or the window for a machine that cannot map memory
    }
  }

  // The whole structure, which has at least `least` bytes. The first one counts.
  kernel::Result<void> Map(pci::Capability capability, kernel::VirtualAddress& place, std::uint32_t least,
                           std::uint64_t alignment) {
    if (place.value != 0) return {};
    const std::uint32_t size = Word(capability, kLengthWord);
    if (size < least) return kernel::Fail(kernel::Error::kMalformed);
    const auto bar = static_cast<std::uint8_t>(Word(capability, kBarWord));
    const auto mapped = device_.MapRegisters(bar, Word(capability, kOffsetWord), size, alignment);
    if (!mapped) return kernel::Fail(mapped.error());
    place = *mapped;
    return {};
  }

  pci::Device& device_;
  PciRegisters found_;
};

}  // namespace

DeviceType IdentifyPci(pci::Configuration& configuration, pci::Location at) {
  const std::uint32_t identity = configuration.Read(at, pci::kIdentity);
  const auto device = static_cast<std::uint16_t>(identity >> 16);
  if (static_cast<std::uint16_t>(identity) != kVendor || device < kFirstTransitional || device > kLastModern) {
    return DeviceType::kNone;
  }
  if (device > kFirstModern) return static_cast<DeviceType>(device - kFirstModern);
  return static_cast<DeviceType>(configuration.Read16(at, kSubsystemDevice));
}

kernel::Result<PciRegisters> FindPciRegisters(pci::Device& device) { return Finder(device).Find(); }

volatile Pci::Common& Pci::common() const {
  static_assert(offsetof(Common, device_status) == 20 && offsetof(Common, queue_desc_low) == 32 &&
                sizeof(Common) == kCommonSize);
  return *reinterpret_cast<volatile Common*>(at_.common.value);
}

Features Pci::OfferedFeatures() {
  common().device_feature_select = 0;
  const Features low = common().device_feature;
  common().device_feature_select = 1;
  const Features high = common().device_feature;
  return high << 32 | low;
}

void Pci::AcceptFeatures(Features features) {
  common().driver_feature_select = 0;
  common().driver_feature = static_cast<std::uint32_t>(features);
  common().driver_feature_select = 1;
  common().driver_feature = static_cast<std::uint32_t>(features >> 32);
}

std::uint8_t Pci::Status() { return common().device_status; }

void Pci::SetStatus(std::uint8_t status) { common().device_status = status; }

// A device that has no room for a vector says so when it is read back. [VIRTIO] 4.1.5.1.2
bool Pci::HasVectors() const {
  common().config_msix_vector = configuration_vector_;
  common().queue_msix_vector = queue_vector_;
  return common().config_msix_vector == configuration_vector_ && common().queue_msix_vector == queue_vector_;
}

std::uint16_t Pci::MostEntries(std::uint16_t index) {
  if (index >= kMostQueues || index >= common().num_queues) return 0;
  common().queue_select = index;
  const std::uint16_t most = common().queue_size;
  if (most == 0 || common().queue_enable != 0 || !HasVectors()) return 0;
  const std::uint64_t offset = std::uint64_t{common().queue_notify_off} * at_.notify_multiplier;
  if (offset + sizeof(std::uint16_t) > at_.notify_size || offset % sizeof(std::uint16_t) != 0) return 0;
  notify_offsets_[index] = static_cast<std::uint32_t>(offset);
  return most;
}

// [VIRTIO] 4.1.5.1.3
void Pci::EnableQueue(std::uint16_t index, std::uint16_t entries, const QueueAddresses& addresses) {
  volatile Common& to = common();
  to.queue_select = index;
  to.queue_size = entries;
  to.queue_desc_low = Low(addresses.descriptors);
  to.queue_desc_high = High(addresses.descriptors);
  to.queue_driver_low = Low(addresses.available);
  to.queue_driver_high = High(addresses.available);
  to.queue_device_low = Low(addresses.used);
  to.queue_device_high = High(addresses.used);
  to.queue_enable = 1;
}

void Pci::Notify(std::uint16_t index) {
  *reinterpret_cast<volatile std::uint16_t*>(at_.notify.value + notify_offsets_[index]) = index;
}

// As Mmio::ReadConfiguration.
void Pci::ReadConfiguration(std::size_t offset, std::span<std::byte> to) {
  constexpr int kMostReads = 8;
  if (offset + to.size() > at_.device_configuration_size) return;
  const auto* const from = reinterpret_cast<const volatile std::byte*>(at_.device_configuration.value + offset);
  for (int reads = 0; reads < kMostReads; ++reads) {
    const std::uint8_t generation = common().config_generation;
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = from[i];
    if (common().config_generation == generation) return;
  }
}

std::uint32_t Pci::TakeInterrupt() {
  if (at_.interrupt_status.value == 0) return 0;
  return *reinterpret_cast<volatile std::uint8_t*>(at_.interrupt_status.value);
}

}  // namespace drivers::virtio
