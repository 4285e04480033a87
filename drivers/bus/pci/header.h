// What stands in every function's header: its kind, its base address registers, a bridge's bus numbers. [PCI] 6.1, 6.2
#ifndef ENKEL_DRIVERS_BUS_PCI_HEADER_H_
#define ENKEL_DRIVERS_BUS_PCI_HEADER_H_

#include <cstdint>

#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/registers.h"

namespace drivers::pci {

// The command without the status above it; and a command that is set clears nothing of the status.
inline std::uint32_t CommandOf(const FunctionRegisters& function) { return function.Read<COMMAND>().value & 0xffff; }
inline void SetCommand(const FunctionRegisters& function, std::uint32_t command) {
  function.Write<COMMAND>(command & 0xffff);
}

enum class HeaderKind : std::uint8_t { kFunction = 0, kBridge = 1, kOther };

HeaderKind KindOf(Configuration& configuration, Location at);
bool IsMultifunction(Configuration& configuration, Location at);  // of a device's function 0

// [PCIBR] 3.2.5.2
struct BusNumbers {
  std::uint8_t primary = 0;    // the bus that it is on
  std::uint8_t secondary = 0;  // the one behind it; 0: nobody gave out numbers
  std::uint8_t last = 0;       // of those behind it
};
BusNumbers ReadBusNumbers(Configuration& configuration, Location bridge);

// How many base address registers a function has: 6, a bridge 2.
unsigned BarCount(Configuration& configuration, Location at);

// Registers or memory of a device, as it asks for it.
struct Bar {
  enum class Kind : std::uint8_t { kAbsent, kMemory, kPorts };
  Kind kind = Kind::kAbsent;
  bool is_wide = false;       // the address has 64 bits: two registers
  std::uint64_t address = 0;  // 0: nobody has given it one
  std::uint64_t size = 0;     // bytes, a power of two
};

// Reads register `index`, which is no second half, and asks for its size; meanwhile the function does not answer.
// kAbsent: there is none, or it makes no sense.
Bar ReadBar(Configuration& configuration, Location at, unsigned index);

// Whether register `index` is the second half of the wide one before it.
bool IsUpperHalf(Configuration& configuration, Location at, unsigned index);

// The address that a memory register holds, without asking for a size; 0: none.
std::uint64_t ReadBarAddress(Configuration& configuration, Location at, unsigned index);

// Gives it an address. The function does not answer meanwhile if the caller sees to it.
void WriteBar(Configuration& configuration, Location at, unsigned index, const Bar& bar, std::uint64_t address);

}  // namespace drivers::pci

#endif  // ENKEL_DRIVERS_BUS_PCI_HEADER_H_
