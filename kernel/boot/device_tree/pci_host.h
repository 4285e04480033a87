// The PCI host bridge of a device tree: where configuration space and the devices' memory are, and to which lines of
// the interrupt controller the pins lead. [PCI-OF], [DTSpec] 2.4.3
#ifndef ENKEL_KERNEL_BOOT_DEVICE_TREE_PCI_HOST_H_
#define ENKEL_KERNEL_BOOT_DEVICE_TREE_PCI_HOST_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "kernel/base/result.h"

namespace kernel::boot {

struct TreePciHost {
  // Of `pin` (1 to 4) at a function whose address, bus << 16 | device << 11 | function << 8, is this under the mask.
  struct Pin {
    std::uint32_t address = 0;
    std::uint32_t pin = 0;
    std::uint32_t line = 0;  // as the manual of ARM's interrupt controllers numbers them
  };
  static constexpr std::size_t kMostPins = 64;

  std::uint64_t configuration = 0;  // address of the first bus's functions, 1 MiB a bus
  std::uint8_t first_bus = 0;
  std::uint8_t last_bus = 0;  // as far as configuration space goes
  std::uint64_t memory = 0;   // below 4 GiB, at the same address for the CPU and for devices
  std::uint64_t memory_size = 0;
  std::uint32_t address_mask = 0;
  std::uint32_t pin_mask = 0;
  std::array<Pin, kMostPins> pins = {};
  std::size_t pin_count = 0;

  std::optional<std::uint32_t> LineOf(std::uint32_t address, std::uint32_t pin) const;
};

// The first bridge with configuration space in memory ("pci-host-ecam-generic") below the root of `tree`, which nobody
// has looked at. Pins that lead elsewhere than to an ARM GIC are left out.
// Errors: kNotFound, kMalformed, kUnsupported (no memory window that serves every device).
Result<TreePciHost> ReadPciHost(std::span<const std::byte> tree);

}  // namespace kernel::boot

#endif  // ENKEL_KERNEL_BOOT_DEVICE_TREE_PCI_HOST_H_
