// A machine's PCI: what its board knows of the host bridge, and what follows from that.
#ifndef ENKEL_DRIVERS_BUS_PCI_HOST_H_
#define ENKEL_DRIVERS_BUS_PCI_HOST_H_

#include <cstdint>
#include <optional>

#include "drivers/bus/pci/arrange.h"
#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/walk.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace drivers::pci {

class Host {
 public:
  // Makes [address, +size), whole pages of device registers, reachable for ever.
  using Map = kernel::Result<kernel::VirtualAddress> (*)(kernel::PhysicalAddress address, std::uint64_t size);

  constexpr Host(Configuration& configuration, BusRange buses, MemoryWindow window, Map map)
      : configuration_(configuration), buses_(buses), window_(window), map_(map) {}

  Configuration& configuration() { return configuration_; }
  std::uint8_t first_bus() const { return buses_.first; }
  kernel::Result<kernel::VirtualAddress> MapRegisters(kernel::PhysicalAddress address, std::uint64_t size) const {
    return map_(address, size);
  }

  // Arranges the buses, the first time, where no firmware has done it: no memory register holds an address.
  void Prepare();

  // The function number `index` of those for which `matches(location)` holds, in the order of a walk.
  template <typename Matches>
  std::optional<Location> Find(Matches matches, unsigned index = 0) {
    Prepare();
    Walk walk(configuration_, buses_);
    while (const std::optional<Location> at = walk.Next()) {
      if (matches(*at) && index-- == 0) return at;
    }
    return std::nullopt;
  }

 private:
  bool IsArranged();

  Configuration& configuration_;
  BusRange buses_;
  MemoryWindow window_;
  Map map_;
  bool is_prepared_ = false;
};

}  // namespace drivers::pci

#endif  // ENKEL_DRIVERS_BUS_PCI_HOST_H_
