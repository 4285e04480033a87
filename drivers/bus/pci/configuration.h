// PCI configuration space: 256 bytes (4,096 with PCI Express) of registers in front of each function of a bus. [PCI] 6
//
// All that is read may be a lie: a device of a virtual machine is made by somebody, too.
#ifndef ENKEL_DRIVERS_BUS_PCI_CONFIGURATION_H_
#define ENKEL_DRIVERS_BUS_PCI_CONFIGURATION_H_

#include <compare>
#include <cstdint>

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

// Registers, as offsets of the 32 bits that hold them. [PCI] 6.1, figure 6-1
inline constexpr std::uint16_t kIdentity = 0x00;  // vendor, device
inline constexpr std::uint16_t kCommand = 0x04;   // command; above it the status, whose bits a written 1 clears
inline constexpr std::uint16_t kClass = 0x08;     // revision, interface, subclass, class
inline constexpr std::uint16_t kHeaderType = 0x0c;
inline constexpr std::uint16_t kFirstBar = 0x10;
inline constexpr std::uint16_t kCapabilities = 0x34;

inline constexpr std::uint16_t kPortSpace = 1 << 0;    // of the command: answers at its I/O ports,
inline constexpr std::uint16_t kMemorySpace = 1 << 1;  // in memory,
inline constexpr std::uint16_t kBusMaster = 1 << 2;    // and may write memory itself
inline constexpr std::uint16_t kNoWire = 1 << 10;      // does not use its interrupt pin

inline constexpr std::uint32_t kNobody = 0xffff'ffff;  // what is read where nobody answers

// The way to it: ecam.h, ports.h, or a model. Accesses of 32 bits at multiples of 4 bytes. Not interrupt-safe.
class Configuration {
 public:
  // kNobody for what this way does not reach.
  virtual std::uint32_t Read(Location at, std::uint16_t offset) = 0;
  virtual void Write(Location at, std::uint16_t offset, std::uint32_t value) = 0;

  std::uint8_t Read8(Location at, std::uint16_t offset) {
    return static_cast<std::uint8_t>(Read(at, offset & ~3U) >> (8 * (offset & 3U)));
  }
  std::uint16_t Read16(Location at, std::uint16_t offset) {
    return static_cast<std::uint16_t>(Read(at, offset & ~3U) >> (8 * (offset & 2U)));
  }

  // Sets the command, and clears nothing of the status.
  void SetCommand(Location at, std::uint16_t command) { Write(at, kCommand, command); }
  std::uint16_t Command(Location at) { return Read16(at, kCommand); }

 protected:
  ~Configuration() = default;
};

}  // namespace drivers::pci

#endif  // ENKEL_DRIVERS_BUS_PCI_CONFIGURATION_H_
