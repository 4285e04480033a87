#include "drivers/bus/virtio/pci.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "drivers/bus/dma/dma.h"
#include "drivers/bus/pci/capability.h"
#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/device.h"
#include "drivers/bus/pci/registers.h"
#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/registers.h"
#include "drivers/bus/virtio/registers.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace drivers::virtio {
namespace {

using namespace pci_common;  // NOLINT(google-build-using-namespace): the registers' names

// [VIRTIO] 4.1.2
constexpr std::uint16_t kVendor = 0x1af4;
constexpr std::uint16_t kFirstTransitional = 0x1000;
constexpr std::uint16_t kFirstModern = 0x1040;
constexpr std::uint16_t kLastModern = 0x107f;

constexpr unsigned kCapabilitySize = 16;
constexpr unsigned kNotifySize = 20;
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
    if (!found_.common.are_there() || !found_.notify.are_there()) return kernel::Fail(kernel::Error::kUnsupported);
    return found_;
  }

 private:
  template <typename R>
  R::Word Read(pci::Capability capability) {
    return device_.configuration().Of(device_.location()).Read<R>(capability.offset).value;
  }

  kernel::Result<void> Take(pci::Capability capability) {
    const std::uint8_t size = Read<pci_cap::cap_len>(capability);
    const std::uint8_t kind = Read<pci_cap::cfg_type>(capability);
    const unsigned least = kind == kNotify ? kNotifySize : kCapabilitySize;
    if (size < least || !capability.Holds(least)) return kernel::Fail(kernel::Error::kMalformed);
    switch (kind) {
      case kCommon:
        return Map(capability, found_.common, pci_common::kSize, 4);
      case kNotify:
        if (!found_.notify.are_there()) {
          found_.notify_size = Read<pci_cap::length>(capability);
          found_.notify_multiplier = Read<pci_cap::notify_off_multiplier>(capability);
        }
        return Map(capability, found_.notify, sizeof(std::uint16_t), 2);
      case kInterruptStatus:
        return Map(capability, found_.interrupt_status, 1, 1);
      case kDevice:
        if (!found_.device_configuration.are_there()) {
          found_.device_configuration_size = Read<pci_cap::length>(capability);
        }
        return Map(capability, found_.device_configuration, 1, 4);
      default:
        return {};  // what is reserved, or the window for a machine that cannot map memory
    }
  }

  // The whole structure, which has at least `least` bytes. The first one counts.
  kernel::Result<void> Map(pci::Capability capability, MappedRegisters& place, std::uint32_t least,
                           std::uint64_t alignment) {
    if (place.are_there()) return {};
    const std::uint32_t size = Read<pci_cap::length>(capability);
    if (size < least) return kernel::Fail(kernel::Error::kMalformed);
    const auto mapped =
        device_.MapRegisters(Read<pci_cap::bar>(capability), Read<pci_cap::offset>(capability), size, alignment);
    if (!mapped) return kernel::Fail(mapped.error());
    place = *mapped;
    return {};
  }

  pci::Device& device_;
  PciRegisters found_;
};

}  // namespace

DeviceType IdentifyPci(pci::Configuration& configuration, pci::Location at) {
  const pci::FunctionRegisters function = configuration.Of(at);
  const std::uint16_t vendor = function.Read<pci::VENDOR_ID>().value;
  const std::uint16_t device = function.Read<pci::DEVICE_ID>().value;
  if (vendor != kVendor || device < kFirstTransitional || device > kLastModern) return DeviceType::kNone;
  if (device > kFirstModern) return static_cast<DeviceType>(device - kFirstModern);
  return static_cast<DeviceType>(function.Read<pci::SUBSYSTEM_ID>().value);
}

kernel::Result<PciRegisters> FindPciRegisters(pci::Device& device) { return Finder(device).Find(); }

template <typename Registers>
Features PciOn<Registers>::OfferedFeatures() {
  at_.common.template Write<device_feature_select>(0);
  const Features low = at_.common.template Read<device_feature>().value;
  at_.common.template Write<device_feature_select>(1);
  const Features high = at_.common.template Read<device_feature>().value;
  return high << 32 | low;
}

template <typename Registers>
void PciOn<Registers>::AcceptFeatures(Features features) {
  at_.common.template Write<driver_feature_select>(0);
  at_.common.template Write<driver_feature>(static_cast<std::uint32_t>(features));
  at_.common.template Write<driver_feature_select>(1);
  at_.common.template Write<driver_feature>(static_cast<std::uint32_t>(features >> 32));
}

template <typename Registers>
std::uint8_t PciOn<Registers>::Status() {
  return at_.common.template Read<device_status>().value;
}

template <typename Registers>
void PciOn<Registers>::SetStatus(std::uint8_t status) {
  at_.common.template Write<device_status>(status);
}

// A device that has no room for a vector says so when it is read back. [VIRTIO] 4.1.5.1.2
template <typename Registers>
bool PciOn<Registers>::HasVectors() const {
  at_.common.template Write<config_msix_vector>(configuration_vector_);
  at_.common.template Write<queue_msix_vector>(queue_vector_);
  return at_.common.template Read<config_msix_vector>().value == configuration_vector_ &&
         at_.common.template Read<queue_msix_vector>().value == queue_vector_;
}

template <typename Registers>
std::uint16_t PciOn<Registers>::MostEntries(std::uint16_t index) {
  if (index >= kMostQueues || index >= at_.common.template Read<num_queues>().value) return 0;
  at_.common.template Write<queue_select>(index);
  const std::uint16_t most = at_.common.template Read<queue_size>().value;
  if (most == 0 || at_.common.template Read<queue_enable>().value != 0 || !HasVectors()) return 0;
  const std::uint64_t offset =
      std::uint64_t{at_.common.template Read<queue_notify_off>().value} * at_.notify_multiplier;
  if (offset + sizeof(std::uint16_t) > at_.notify_size || offset % sizeof(std::uint16_t) != 0) return 0;
  notify_offsets_[index] = static_cast<std::uint32_t>(offset);
  return most;
}

// [VIRTIO] 4.1.5.1.3
template <typename Registers>
void PciOn<Registers>::EnableQueue(std::uint16_t index, std::uint16_t entries, const QueueAddresses& addresses) {
  const Registers& to = at_.common;
  to.template Write<queue_select>(index);
  to.template Write<queue_size>(entries);
  to.template Write<queue_desc>(Low(addresses.descriptors));
  to.template Write<queue_desc>(High(addresses.descriptors), kUpperHalf);
  to.template Write<queue_driver>(Low(addresses.available));
  to.template Write<queue_driver>(High(addresses.available), kUpperHalf);
  to.template Write<queue_device>(Low(addresses.used));
  to.template Write<queue_device>(High(addresses.used), kUpperHalf);
  to.template Write<queue_enable>(1);
}

template <typename Registers>
void PciOn<Registers>::Notify(std::uint16_t index) {
  at_.notify.template Write<pci_structures::queue_notify>(index, notify_offsets_[index]);
}

// As MmioOn::ReadConfiguration.
template <typename Registers>
void PciOn<Registers>::ReadConfiguration(std::size_t offset, std::span<std::byte> to) {
  constexpr int kMostReads = 8;
  const std::size_t size = at_.device_configuration_size;
  if (to.size() > size || offset > size - to.size()) return;
  for (int reads = 0; reads < kMostReads; ++reads) {
    const std::uint8_t generation = at_.common.template Read<config_generation>().value;
    auto from = static_cast<std::uint32_t>(offset);
    for (std::byte& byte : to) {
      byte =
          static_cast<std::byte>(at_.device_configuration.template Read<pci_structures::device_config>(from++).value);
    }
    if (at_.common.template Read<config_generation>().value == generation) return;
  }
}

template <typename Registers>
std::uint32_t PciOn<Registers>::TakeInterrupt() {
  if (!at_.interrupt_status.are_there()) return 0;
  return at_.interrupt_status.template Read<pci_structures::ISR_status>().value;
}

template class PciOn<MappedRegisters>;
template class PciOn<DoubleRegisters>;

}  // namespace drivers::virtio
