// The virtio devices of a virtual machine: on PCI.
#include <cstdint>
#include <optional>

#include "boards/virtio/port.h"
#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/host.h"
#include "drivers/bus/pci/ports.h"
#include "drivers/bus/virtio/pci.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/arch/address_space.h"
#include "kernel/arch/x86_64/port_io.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace board {
namespace {

using drivers::virtio::DeviceType;
using kernel::Fail;
using kernel::Result;

struct Ports {
  std::uint32_t ReadPort32(std::uint16_t port) { return kernel::arch::ReadPort32(port); }
  void WritePort32(std::uint16_t port, std::uint32_t value) { kernel::arch::WritePort32(port, value); }
};

// To itself. Page tables reach to 512 GiB.
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

constinit drivers::pci::PortConfiguration<Ports> ports;
constinit drivers::pci::Host host(ports, {.first = 0, .last = 255}, kWindow, &MapRegisters);

}  // namespace

Result<void> OpenVirtio(DeviceType type, unsigned index, VirtioPort& port) {
  if (!ports.Exists()) return Fail(kernel::Error::kNotFound);
  const std::optional<drivers::pci::Location> at =
      host.Find([type](drivers::pci::Location at) { return drivers::virtio::IdentifyPci(ports, at) == type; }, index);
  if (!at) return Fail(kernel::Error::kNotFound);
  return port.OpenPci(host, *at);
}

}  // namespace board
