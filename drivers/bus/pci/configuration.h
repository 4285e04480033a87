// PCI configuration space: 256 bytes (4,096 with PCI Express) of registers in front of each function of a bus. [PCI] 6
//
// All that is read may be a lie: a device of a virtual machine is made by somebody, too.
#ifndef ENKEL_DRIVERS_BUS_PCI_CONFIGURATION_H_
#define ENKEL_DRIVERS_BUS_PCI_CONFIGURATION_H_

#include <compare>
#include <cstdint>

#include "drivers/bus/registers/registers.h"

namespace drivers::pci {

// Where a function is.
struct Location {
  std::uint8_t bus = 0;
  std::uint8_t device = 0;    // 0 to 31
  std::uint8_t function = 0;  // 0 to 7
  friend constexpr auto operator<=>(Location, Location) = default;
};

inline constexpr std::uint8_t kDevices = 32;   // on a bus
inline constexpr std::uint8_t kFunctions = 8;  // of a device

// The buses below a host bridge.
struct BusRange {
  std::uint8_t first = 0;
  std::uint8_t last = 0;
};

inline constexpr std::uint32_t kNobody = 0xffff'ffff;  // what is read where nobody answers

class FunctionRegisters;

// The way to it: ecam.h, ports.h, or a model. Accesses of 32 bits at multiples of 4 bytes. Not interrupt-safe.
class Configuration {
 public:
  // kNobody for what this way does not reach.
  virtual std::uint32_t Read(Location at, std::uint16_t offset) = 0;
  virtual void Write(Location at, std::uint16_t offset, std::uint32_t value) = 0;

  FunctionRegisters Of(Location at);

 protected:
  ~Configuration() = default;
};

// The registers of one function (registers.h): 8 and 16 bits are read with the 32 that hold them, and 32 are written.
class FunctionRegisters : public TypedRegisters {
 public:
  constexpr FunctionRegisters(Configuration& configuration, Location at) : configuration_(configuration), at_(at) {}

 private:
  friend class drivers::TypedRegisters;
  template <typename Word>
  Word Load(std::uint32_t offset) const {
    return static_cast<Word>(configuration_.Read(at_, static_cast<std::uint16_t>(offset & ~3U)) >> 8 * (offset & 3U));
  }
  template <typename Word>
  void Store(std::uint32_t offset, Word value) const {
    static_assert(sizeof(Word) == 4);
    configuration_.Write(at_, static_cast<std::uint16_t>(offset), value);
  }

  Configuration& configuration_;
  Location at_;
};

inline FunctionRegisters Configuration::Of(Location at) { return {*this, at}; }

}  // namespace drivers::pci

#endif  // ENKEL_DRIVERS_BUS_PCI_CONFIGURATION_H_
