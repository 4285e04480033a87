// The virtio devices of a virtual machine: on PCI; where there is none, where the command line says, or where QEMU's
// microvm has them, on PCI Express at last.
#include <cstdint>
#include <optional>
#include <string_view>

#include "boards/pc/interrupts.h"
#include "boards/pc/loader.h"
#include "boards/pc/port_registers.h"
#include "boards/virtio/port.h"
#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/ecam.h"
#include "drivers/bus/pci/host.h"
#include "drivers/bus/pci/ports.h"
#include "drivers/bus/pci/registers.h"
#include "drivers/bus/virtio/mmio.h"
#include "drivers/bus/virtio/mmio_words.h"
#include "drivers/bus/virtio/pci.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/arch/address_space.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"

namespace board {
namespace {

using drivers::virtio::DeviceType;
using drivers::virtio::Mmio;
using drivers::virtio::MmioPlace;
using kernel::Fail;
using kernel::Result;

// To itself. Page tables reach to 512 GiB there.
Result<kernel::VirtualAddress> MapRegisters(kernel::PhysicalAddress address, std::uint64_t size) {
  constexpr std::uint64_t kIdentityEnd = std::uint64_t{1} << 39;
  if (address.value >= kIdentityEnd || size > kIdentityEnd - address.value) return Fail(kernel::Error::kUnsupported);
  const kernel::VirtualAddress place = {address.value};
  const Result<void> mapped =
      kernel::arch::Map(place, address, size, kernel::arch::Access::kReadWrite, kernel::arch::MemoryType::kDevice);
  if (!mapped) return Fail(mapped.error());
  return place;
}

// Where no firmware gave out addresses. QEMU's machines with these ports have no RAM and no configuration space from
// here on, and the interrupt controllers where it ends.
constexpr drivers::pci::MemoryWindow kWindow = {.first = 0xe000'0000, .size = 0xfec0'0000 - 0xe000'0000};

constinit drivers::pci::PortConfiguration ports{PortRegisters()};
constinit drivers::pci::Host host(ports, {.first = 0, .last = 255}, kWindow, &MapRegisters);

// The line of the pin as firmware has left it written there: a wire of the ISA bus. [PCI] 6.2.4
kernel::interrupt::Line LineOfPin(drivers::pci::Host& from, drivers::pci::Location at) {
  constexpr std::uint8_t kWires = 16;
  const std::uint8_t wire = from.configuration().Of(at).Read<drivers::pci::INTERRUPT_LINE>().value;
  return wire == 0 || wire >= kWires ? kernel::interrupt::kNoLine : LineOfIsa(wire);
}

// microvm's PCI Express (pcie=on), which has no ports; its places never changed either.
constexpr kernel::PhysicalAddress kMicrovmConfiguration = {0xe000'0000};
constexpr drivers::pci::MemoryWindow kMicrovmWindow = {.first = 0xc000'0000, .size = 0x2000'0000};
constexpr drivers::pci::BusRange kMicrovmBuses = {.first = 0, .last = 15};  // as many as have a place in eight blocks

constinit drivers::pci::Ecam ecam({kMicrovmConfiguration.value}, kMicrovmBuses);
constinit drivers::pci::Host express_host(ecam, kMicrovmBuses, kMicrovmWindow, &MapRegisters);
constinit bool is_ecam_mapped = false;

// How its pins are wired is told by its ACPI tables only, in their language for interpreters.
kernel::interrupt::Line NoLine(drivers::pci::Host&, drivers::pci::Location) { return kernel::interrupt::kNoLine; }

Result<void> OpenOn(drivers::pci::Host& on, VirtioPort::LineOfPin line_of_pin, DeviceType type, unsigned index,
                    VirtioPort& port) {
  const std::optional<drivers::pci::Location> at = on.Find(
      [&on, type](drivers::pci::Location at) { return drivers::virtio::IdentifyPci(on.configuration(), at) == type; },
      index);
  if (!at) return Fail(kernel::Error::kNotFound);
  return port.OpenPci(on, *at, line_of_pin);
}

Result<void> OpenOnExpress(DeviceType type, unsigned index, VirtioPort& port) {
  if (!is_ecam_mapped) {
    const auto mapped = MapRegisters(kMicrovmConfiguration, (kMicrovmBuses.last + 1) * drivers::pci::Ecam::kBusSize);
    if (!mapped) return Fail(mapped.error());
    is_ecam_mapped = true;
  }
  return OpenOn(express_host, &NoLine, type, index, port);
}

// Whether the device is one of `type`, and `index` others were so before.
bool IsWanted(const MmioPlace& place, DeviceType type, unsigned& index) {
  if (place.size < Mmio::kSlotSize || place.address.value % sizeof(std::uint32_t) != 0) return false;
  const std::uint64_t page = kernel::RoundDown(place.address.value, kernel::kPageSize);
  const std::uint64_t end = kernel::RoundUp(place.address.value + Mmio::kSlotSize, kernel::kPageSize);
  if (!MapRegisters({page}, end - page)) return false;
  return Mmio(kernel::VirtualAddress{place.address.value}).Identify() == type && index-- == 0;
}

// QEMU names the slots from the last one down, which is how it fills them.
std::optional<MmioPlace> FindOnCommandLine(DeviceType type, unsigned& index) {
  std::string_view words = CommandLine(TheHandoff());
  while (const std::optional<MmioPlace> place = drivers::virtio::NextMmioPlace(words)) {
    if (IsWanted(*place, type, index)) return place;
  }
  return std::nullopt;
}

// With ACPI, microvm tells it only in a language for interpreters (its DSDT). The places never changed: 24 slots, whose
// lines are those of the second I/O APIC.
std::optional<MmioPlace> FindInMicrovm(DeviceType type, unsigned& index) {
  constexpr std::uint64_t kSlots = 0xfeb0'0000;
  constexpr std::uint32_t kCount = 24;
  constexpr std::uint32_t kFirstLine = 24;
  for (std::uint32_t slot = kCount; slot-- > 0;) {
    const MmioPlace place = {
        .address = {kSlots + slot * Mmio::kSlotSize}, .size = Mmio::kSlotSize, .line = kFirstLine + slot};
    if (IsWanted(place, type, index)) return place;
  }
  return std::nullopt;
}

}  // namespace

Result<void> OpenVirtio(DeviceType type, unsigned index, VirtioPort& port) {
  if (ports.Exists()) return OpenOn(host, &LineOfPin, type, index, port);
  std::optional<MmioPlace> place = FindOnCommandLine(type, index);
  if (!place) place = FindInMicrovm(type, index);
  if (!place) return OpenOnExpress(type, index, port);
  port.OpenMmio({place->address.value}, {place->line});
  return {};
}

}  // namespace board
