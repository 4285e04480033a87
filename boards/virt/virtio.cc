// The virtio devices of QEMU's command line: `-device virtio-net-device,...`, and then `-device virtio-net-pci,...`.
#include <cstdint>
#include <optional>

#include "boards/virt/addresses.h"
#include "boards/virtio/port.h"
#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/ecam.h"
#include "drivers/bus/pci/host.h"
#include "drivers/bus/virtio/mmio.h"
#include "drivers/bus/virtio/pci.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/arch/address_space.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"

namespace board {
namespace {

using drivers::virtio::DeviceType;
using drivers::virtio::Mmio;
using kernel::Fail;
using kernel::Result;

constexpr std::uint32_t kSlots = 32;
constexpr std::uint32_t kFirstLine = 32 + 16;  // of slot 0

constexpr kernel::VirtualAddress SlotAt(std::uint32_t slot) {
  return {kVirtioDevices.value + std::uint64_t{slot} * Mmio::kSlotSize};
}

// QEMU fills the slots from the last one down.
std::optional<std::uint32_t> FindSlot(DeviceType type, unsigned& index) {
  for (std::uint32_t slot = kSlots; slot-- > 0;) {
    if (Mmio(SlotAt(slot)).Identify() == type && index-- == 0) return slot;
  }
  return std::nullopt;
}

Result<kernel::VirtualAddress> MapRegisters(kernel::PhysicalAddress address, std::uint64_t size) {
  const kernel::VirtualAddress place = {address.value};  // to itself
  const Result<void> mapped =
      kernel::arch::Map(place, address, size, kernel::arch::Access::kReadWrite, kernel::arch::MemoryType::kDevice);
  if (!mapped) return Fail(mapped.error());
  return place;
}

// Of the buses, as many as have a place in eight blocks of the page tables.
constexpr drivers::pci::BusRange kBuses = {.first = 0, .last = 15};

constinit drivers::pci::Ecam configuration({kPciConfiguration.value}, kBuses);
constinit drivers::pci::Host host(configuration, kBuses, {.first = kPciMemory.value, .size = kPciMemorySize},
                                  &MapRegisters);
constinit bool is_configuration_mapped = false;

// `index` counts on from the devices that were found elsewhere.
Result<void> OpenOnPci(DeviceType type, unsigned index, VirtioPort& port) {
  if (!is_configuration_mapped) {
    const auto mapped = MapRegisters(kPciConfiguration, (kBuses.last + 1) * drivers::pci::Ecam::kBusSize);
    if (!mapped) return Fail(mapped.error());
    is_configuration_mapped = true;
  }
  const std::optional<drivers::pci::Location> at = host.Find(
      [type](drivers::pci::Location at) { return drivers::virtio::IdentifyPci(configuration, at) == type; }, index);
  if (!at) return Fail(kernel::Error::kNotFound);
  return port.OpenPci(host, *at);
}

}  // namespace

Result<void> OpenVirtio(DeviceType type, unsigned index, VirtioPort& port) {
  const std::optional<std::uint32_t> slot = FindSlot(type, index);
  if (!slot) return OpenOnPci(type, index, port);
  port.OpenMmio(SlotAt(*slot), {kFirstLine + *slot});
  return {};
}

}  // namespace board
