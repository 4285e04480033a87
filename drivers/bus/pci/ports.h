// Configuration space by the PC's two I/O ports, "mechanism 1": an address, then the data. The first 256 bytes of each
// function. [PCI] 3.2.2.3.2
#ifndef ENKEL_DRIVERS_BUS_PCI_PORTS_H_
#define ENKEL_DRIVERS_BUS_PCI_PORTS_H_

#include <cstdint>

#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/registers/registers.h"

namespace drivers::pci {

struct CONFIG_ADDRESS : ReadWrite<0xcf8> {  // NOLINT(readability-identifier-naming): the specification's name
  using REGISTER = Bits<0, 8>;
  using FUNCTION = Bits<8, 3>;
  using DEVICE = Bits<11, 5>;
  using BUS = Bits<16, 8>;
  using ENABLE = Bits<31>;
};
struct CONFIG_DATA : ReadWrite<0xcfc> {};  // NOLINT(readability-identifier-naming)

// `Registers`: all I/O ports of the machine.
template <typename Registers>
class PortConfiguration final : public Configuration {
 public:
  constexpr explicit PortConfiguration(Registers ports) : ports_(ports) {}

  // Whether the machine has these ports: what is no register does not keep what was written.
  bool Exists() {
    constexpr std::uint32_t kKept = CONFIG_ADDRESS::ENABLE::kMask;
    ports_.template Write<CONFIG_ADDRESS>(kKept);
    const bool exists = ports_.template Read<CONFIG_ADDRESS>().value == kKept;
    ports_.template Write<CONFIG_ADDRESS>(0);
    return exists;
  }

  std::uint32_t Read(Location at, std::uint16_t offset) override {
    if (offset >= kSpace) return kNobody;
    ports_.template Write<CONFIG_ADDRESS>(AddressOf(at, offset));
    return ports_.template Read<CONFIG_DATA>().value;
  }
  void Write(Location at, std::uint16_t offset, std::uint32_t value) override {
    if (offset >= kSpace) return;
    ports_.template Write<CONFIG_ADDRESS>(AddressOf(at, offset));
    ports_.template Write<CONFIG_DATA>(value);
  }

 private:
  static constexpr std::uint16_t kSpace = 256;

  static std::uint32_t AddressOf(Location at, std::uint16_t offset) {
    return CONFIG_ADDRESS::ENABLE::kMask | CONFIG_ADDRESS::BUS::Of(at.bus) | CONFIG_ADDRESS::DEVICE::Of(at.device) |
           CONFIG_ADDRESS::FUNCTION::Of(at.function) | CONFIG_ADDRESS::REGISTER::Of(offset);
  }

  Registers ports_;
};

}  // namespace drivers::pci

#endif  // ENKEL_DRIVERS_BUS_PCI_PORTS_H_
