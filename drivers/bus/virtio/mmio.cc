#include "drivers/bus/virtio/mmio.h"

#include <cstddef>
#include <cstdint>
#include <span>

#include "drivers/bus/dma/dma.h"
#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/registers.h"
#include "drivers/bus/virtio/registers.h"
#include "drivers/bus/virtio/transport.h"

namespace drivers::virtio {
namespace {

using namespace mmio;  // NOLINT(google-build-using-namespace): the registers' names

constexpr std::uint32_t Low(BusAddress address) { return static_cast<std::uint32_t>(address.value); }
constexpr std::uint32_t High(BusAddress address) { return static_cast<std::uint32_t>(address.value >> 32); }

}  // namespace

template <typename Registers>
DeviceType MmioOn<Registers>::Identify() const {
  if (registers_.template Read<MagicValue>().value != MagicValue::kVirt) return DeviceType::kNone;
  if (registers_.template Read<Version>().value != Version::kModern) return DeviceType::kNone;
  return static_cast<DeviceType>(registers_.template Read<DeviceID>().value);
}

template <typename Registers>
Features MmioOn<Registers>::OfferedFeatures() {
  registers_.template Write<DeviceFeaturesSel>(0);
  const Features low = registers_.template Read<DeviceFeatures>().value;
  registers_.template Write<DeviceFeaturesSel>(1);
  const Features high = registers_.template Read<DeviceFeatures>().value;
  return high << 32 | low;
}

template <typename Registers>
void MmioOn<Registers>::AcceptFeatures(Features features) {
  registers_.template Write<DriverFeaturesSel>(0);
  registers_.template Write<DriverFeatures>(static_cast<std::uint32_t>(features));
  registers_.template Write<DriverFeaturesSel>(1);
  registers_.template Write<DriverFeatures>(static_cast<std::uint32_t>(features >> 32));
}

template <typename Registers>
std::uint8_t MmioOn<Registers>::Status() {
  return static_cast<std::uint8_t>(registers_.template Read<mmio::Status>().value);
}

template <typename Registers>
void MmioOn<Registers>::SetStatus(std::uint8_t status) {
  registers_.template Write<mmio::Status>(status);
}

template <typename Registers>
std::uint16_t MmioOn<Registers>::MostEntries(std::uint16_t index) {
  registers_.template Write<QueueSel>(index);
  if (registers_.template Read<QueueReady>().value != 0) return 0;
  const std::uint32_t most = registers_.template Read<QueueNumMax>().value;
  return most > UINT16_MAX ? UINT16_MAX : static_cast<std::uint16_t>(most);
}

// [VIRTIO] 4.2.3.2
template <typename Registers>
void MmioOn<Registers>::EnableQueue(std::uint16_t index, std::uint16_t entries, const QueueAddresses& addresses) {
  registers_.template Write<QueueSel>(index);
  registers_.template Write<QueueNum>(entries);
  registers_.template Write<QueueDescLow>(Low(addresses.descriptors));
  registers_.template Write<QueueDescHigh>(High(addresses.descriptors));
  registers_.template Write<QueueDriverLow>(Low(addresses.available));
  registers_.template Write<QueueDriverHigh>(High(addresses.available));
  registers_.template Write<QueueDeviceLow>(Low(addresses.used));
  registers_.template Write<QueueDeviceHigh>(High(addresses.used));
  registers_.template Write<QueueReady>(1);
}

template <typename Registers>
void MmioOn<Registers>::Notify(std::uint16_t index) {
  registers_.template Write<QueueNotify>(index);
}

// The generation tells whether it changed meanwhile; a device that changes it without end is read as it is.
template <typename Registers>
void MmioOn<Registers>::ReadConfiguration(std::size_t offset, std::span<std::byte> to) {
  constexpr int kMostReads = 8;
  constexpr std::size_t kSize = kSlotSize - Config::kOffset;
  if (to.size() > kSize || offset > kSize - to.size()) return;
  for (int reads = 0; reads < kMostReads; ++reads) {
    const std::uint32_t generation = registers_.template Read<ConfigGeneration>().value;
    auto from = static_cast<std::uint32_t>(offset);
    for (std::byte& byte : to) byte = static_cast<std::byte>(registers_.template Read<Config>(from++).value);
    if (registers_.template Read<ConfigGeneration>().value == generation) return;
  }
}

template <typename Registers>
std::uint32_t MmioOn<Registers>::TakeInterrupt() {
  const std::uint32_t why = registers_.template Read<InterruptStatus>().value;
  registers_.template Write<InterruptACK>(why);
  return why;
}

template class MmioOn<MappedRegisters>;
template class MmioOn<DoubleRegisters>;

}  // namespace drivers::virtio
