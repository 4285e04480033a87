// The virtio devices of QEMU's command line: `-device virtio-net-device,...`, and then `-device virtio-net-pci,...`.
#include <algorithm>
#include <cstdint>
#include <optional>

#include "boards/virt/addresses.h"
#include "boards/virt/ram.h"
#include "boards/virtio/port.h"
#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/ecam.h"
#include "drivers/bus/pci/host.h"
#include "drivers/bus/pci/pin.h"
#include "drivers/bus/virtio/mmio.h"
#include "drivers/bus/virtio/pci.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/arch/address_space.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/boot/device_tree/loader_pci_host.h"
#include "kernel/boot/device_tree/pci_host.h"
#include "kernel/interrupt/controller.h"

namespace board {
namespace {

using drivers::virtio::DeviceType;
using drivers::virtio::Mmio;
using kernel::Fail;
using kernel::Result;
using kernel::boot::TreePciHost;

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
constexpr std::uint8_t kMostBuses = 16;

// QEMU's usual machine, for an image that got no tree. With highmem=off everything of it is elsewhere.
constexpr TreePciHost kUsual = {.configuration = kPciConfiguration.value,
                                .last_bus = kMostBuses - 1,
                                .memory = kPciMemory.value,
                                .memory_size = kPciMemorySize};

// PCI as the tree says, made when it is first asked for.
struct Pci {
  TreePciHost tree;
  drivers::pci::Ecam configuration;
  std::optional<drivers::pci::Host> host;
};
constinit Pci pci = {};

Result<drivers::pci::Host*> OpenPciHost() {
  if (pci.host) return &*pci.host;
  const Result<TreePciHost> found = kernel::boot::FindPciHostInLoaderTree(TheTree(), kPossibleRam);
  if (!found && TheTree().value != 0) return Fail(found.error());
  pci.tree = found.value_or(kUsual);
  const drivers::pci::BusRange buses = {
      .first = pci.tree.first_bus,
      .last = static_cast<std::uint8_t>(std::min<unsigned>(pci.tree.last_bus, pci.tree.first_bus + kMostBuses - 1U))};
  const std::uint64_t size = (buses.last - buses.first + std::uint64_t{1}) * drivers::pci::Ecam::kBusSize;
  const auto mapped = MapRegisters({pci.tree.configuration}, size);
  if (!mapped) return Fail(mapped.error());
  pci.configuration = drivers::pci::Ecam(*mapped, buses);
  const drivers::pci::MemoryWindow window = {.first = pci.tree.memory, .size = pci.tree.memory_size};
  return &pci.host.emplace(pci.configuration, buses, window, &MapRegisters);
}

kernel::interrupt::Line LineOfPin(drivers::pci::Host& host, drivers::pci::Location at) {
  const std::optional<drivers::pci::Pin> pin = drivers::pci::FindRootPin(host, at);
  if (!pin) return kernel::interrupt::kNoLine;
  const std::uint32_t address =
      std::uint32_t{pin->at.bus} << 16 | std::uint32_t{pin->at.device} << 11 | std::uint32_t{pin->at.function} << 8;
  const std::optional<std::uint32_t> line = pci.tree.LineOf(address, pin->number);
  return line ? kernel::interrupt::Line{*line} : kernel::interrupt::kNoLine;
}

// `index` counts on from the devices that were found elsewhere.
Result<void> OpenOnPci(DeviceType type, unsigned index, VirtioPort& port) {
  const Result<drivers::pci::Host*> host = OpenPciHost();
  if (!host) return Fail(host.error());
  const std::optional<drivers::pci::Location> at = (*host)->Find(
      [type](drivers::pci::Location at) { return drivers::virtio::IdentifyPci(pci.configuration, at) == type; }, index);
  if (!at) return Fail(kernel::Error::kNotFound);
  return port.OpenPci(**host, *at, &LineOfPin);
}

}  // namespace

Result<void> OpenVirtio(DeviceType type, unsigned index, VirtioPort& port) {
  const std::optional<std::uint32_t> slot = FindSlot(type, index);
  if (!slot) return OpenOnPci(type, index, port);
  port.OpenMmio(SlotAt(*slot), {kFirstLine + *slot});
  return {};
}

}  // namespace board
