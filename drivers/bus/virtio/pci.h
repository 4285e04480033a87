// A virtio device on a PCI bus, by the interface of virtio 1.0 and later: also a transitional one. [VIRTIO] 4.1
#ifndef ENKEL_DRIVERS_BUS_VIRTIO_PCI_H_
#define ENKEL_DRIVERS_BUS_VIRTIO_PCI_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/device.h"
#include "drivers/bus/registers/registers.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/base/result.h"

namespace drivers::virtio {

// What a function is; kNone: not a virtio device. [VIRTIO] 4.1.2
DeviceType IdentifyPci(pci::Configuration& configuration, pci::Location at);

// The structures of a function.
template <typename Registers>
struct PciStructures {
  Registers common = {};
  Registers notify = {};
  Registers interrupt_status = {};      // it need not have one
  Registers device_configuration = {};  // the same
  std::uint32_t notify_size = 0;        // bytes
  std::uint32_t notify_multiplier = 0;
  std::uint32_t device_configuration_size = 0;  // bytes
};
using PciRegisters = PciStructures<MappedRegisters>;

// Finds and maps them. Errors: kUnsupported (a device of before virtio 1.0, or one without addresses), kMalformed.
kernel::Result<PciRegisters> FindPciRegisters(pci::Device& device);

template <typename Registers>
class PciOn final : public Transport {
 public:
  static constexpr std::uint16_t kMostQueues = 32;
  static constexpr std::uint16_t kNoVector = 0xffff;

  constexpr PciOn() = default;
  constexpr explicit PciOn(const PciStructures<Registers>& structures) : at_(structures) {}

  // The entries of the function's MSI-X table that it uses: for news of the configuration, and of any queue.
  void UseVectors(std::uint16_t configuration, std::uint16_t queues) {
    configuration_vector_ = configuration;
    queue_vector_ = queues;
  }

  Features OfferedFeatures() override;
  void AcceptFeatures(Features features) override;
  std::uint8_t Status() override;
  void SetStatus(std::uint8_t status) override;
  // Also 0 where the device has no interrupt for it, or no register to notify it by.
  std::uint16_t MostEntries(std::uint16_t index) override;
  void EnableQueue(std::uint16_t index, std::uint16_t entries, const QueueAddresses& addresses) override;
  void Notify(std::uint16_t index) override;
  void ReadConfiguration(std::size_t offset, std::span<std::byte> to) override;
  // For a device whose interrupt is its pin.
  std::uint32_t TakeInterrupt() override;

 private:
  bool HasVectors() const;  // of the selected queue

  PciStructures<Registers> at_ = {};
  std::uint16_t configuration_vector_ = kNoVector;
  std::uint16_t queue_vector_ = kNoVector;
  std::array<std::uint32_t, kMostQueues> notify_offsets_ = {};
};

using Pci = PciOn<MappedRegisters>;

}  // namespace drivers::virtio

#endif  // ENKEL_DRIVERS_BUS_VIRTIO_PCI_H_
