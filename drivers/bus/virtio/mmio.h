// A virtio device on a platform bus: registers in memory, version 2. [VIRTIO] 4.2
#ifndef ENKEL_DRIVERS_BUS_VIRTIO_MMIO_H_
#define ENKEL_DRIVERS_BUS_VIRTIO_MMIO_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "drivers/bus/registers/registers.h"
#include "drivers/bus/virtio/transport.h"

namespace drivers::virtio {

template <typename Registers>
class MmioOn final : public Transport {
 public:
  static constexpr std::size_t kSlotSize =
      0x200;  // bytes of registers and configuration on the machines that QEMU makes

  constexpr explicit MmioOn(Registers registers) : registers_(registers) {}

  // What is there; kNone: nothing, or a device that speaks only the form of before virtio 1.0.
  DeviceType Identify() const;

  Features OfferedFeatures() override;
  void AcceptFeatures(Features features) override;
  std::uint8_t Status() override;
  void SetStatus(std::uint8_t status) override;
  std::uint16_t MostEntries(std::uint16_t index) override;
  void EnableQueue(std::uint16_t index, std::uint16_t entries, const QueueAddresses& addresses) override;
  void Notify(std::uint16_t index) override;
  void ReadConfiguration(std::size_t offset, std::span<std::byte> to) override;
  std::uint32_t TakeInterrupt() override;

 private:
  Registers registers_;
};

using Mmio = MmioOn<MappedRegisters>;

}  // namespace drivers::virtio

#endif  // ENKEL_DRIVERS_BUS_VIRTIO_MMIO_H_
