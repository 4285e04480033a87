// The functions that are there, one after the other: of the first bus, and of those behind bridges. [PCI] 6.2.1
//
//   Walk walk(configuration, buses);
//   while (const std::optional<Location> at = walk.Next()) ...
#ifndef ENKEL_DRIVERS_BUS_PCI_WALK_H_
#define ENKEL_DRIVERS_BUS_PCI_WALK_H_

#include <array>
#include <cstdint>
#include <optional>

#include "drivers/bus/pci/configuration.h"

namespace drivers::pci {

// Only buses that a bridge leads to are looked at, each once, whatever the bridges say. A bridge's own bus must have a
// lower number than the one behind it, as it has wherever somebody gave out numbers.
class Walk {
 public:
  constexpr Walk(Configuration& configuration, BusRange buses)
      : configuration_(configuration), last_(buses.last), at_({.bus = buses.first}) {}

  std::optional<Location> Next();

 private:
  bool GoOn(bool has_more_functions);  // to the next place; false: there is none
  void Look(Location bridge);

  Configuration& configuration_;
  std::uint8_t last_;
  Location at_;
  bool is_at_new_ = true;                      // nobody has looked at at_
  bool is_multi_ = false;                      // the device at at_ has more than one function
  std::array<std::uint64_t, 4> reached_ = {};  // a bit a bus: behind a bridge that was seen
};

}  // namespace drivers::pci

#endif  // ENKEL_DRIVERS_BUS_PCI_WALK_H_
