// What firmware does before it starts a system, for machines where it did not: numbers for buses, addresses for
// devices, windows for bridges. [PCI] 6.2.5, [PCIBR] 3.2.5
#ifndef ENKEL_DRIVERS_BUS_PCI_ARRANGE_H_
#define ENKEL_DRIVERS_BUS_PCI_ARRANGE_H_

#include <cstdint>

#include "drivers/bus/pci/configuration.h"

namespace drivers::pci {

// Addresses that the host bridge hands on to the bus.
struct MemoryWindow {
  std::uint64_t first = 0;
  std::uint64_t size = 0;  // bytes
};

// How it went.
struct Arrangement {
  std::uint8_t last_bus = 0;  // that has a number
  unsigned functions = 0;     // that were found
  unsigned without_room = 0;  // registers that have no address, for want of it
};

// Arranges everything anew, whatever was there: no function may be in use. Memory only: ports get no addresses. A
// window that ends at or below 4 GiB serves every device.
Arrangement Arrange(Configuration& configuration, BusRange buses, MemoryWindow window);

}  // namespace drivers::pci

#endif  // ENKEL_DRIVERS_BUS_PCI_ARRANGE_H_
