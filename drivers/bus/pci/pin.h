// Interrupt pins: what a function without messages has, as seen at the root. [PCI] 2.2.6, [PCIBR] 9.1
#ifndef ENKEL_DRIVERS_BUS_PCI_PIN_H_
#define ENKEL_DRIVERS_BUS_PCI_PIN_H_

#include <cstdint>
#include <optional>

#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/host.h"

namespace drivers::pci {

// A pin of a function on the first bus.
struct Pin {
  Location at;
  std::uint8_t number = 0;  // 1 to 4: INTA to INTD
};

// Where the pin of the function at `at` comes out on the first bus of a prepared host: each bridge on the way hands on
// the pins of its devices, turned by the device's number. Nothing: it has no pin, or no bridge leads to it.
std::optional<Pin> FindRootPin(Host& host, Location at);

}  // namespace drivers::pci

#endif  // ENKEL_DRIVERS_BUS_PCI_PIN_H_
