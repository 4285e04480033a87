// MSI-X: a table in the function's memory that says which message each of its interrupts is. [PCI] 6.8.2
#ifndef ENKEL_DRIVERS_BUS_PCI_MSIX_H_
#define ENKEL_DRIVERS_BUS_PCI_MSIX_H_

#include <cstdint>

#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/device.h"
#include "drivers/bus/registers/registers.h"
#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"

namespace drivers::pci {

class MsixTable {
 public:
  constexpr MsixTable() = default;

  // The table of a function; nothing is sent yet. Before Device::Enable.
  // Errors: kUnsupported (it has none), and those of Device::MapRegisters.
  static kernel::Result<MsixTable> Open(Device& device);

  std::uint16_t count() const { return count_; }  // interrupts: 1 to 2,048

  // Makes interrupt `entry`, below count(), this message, from now on unmasked. After Device::Enable.
  void Set(std::uint16_t entry, const kernel::interrupt::Message& message);

  // Switches it on. Interrupts that were not Set are masked.
  void Enable(Device& device);

 private:
  MappedRegisters entries_;
  std::uint16_t count_ = 0;
  std::uint8_t capability_ = 0;
};

}  // namespace drivers::pci

#endif  // ENKEL_DRIVERS_BUS_PCI_MSIX_H_
