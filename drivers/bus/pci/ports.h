// Configuration space by the PC's two I/O ports, "mechanism 1": an address, then the data. The first 256 bytes of each
// function. [PCI] 3.2.2.3.2
#ifndef ENKEL_DRIVERS_BUS_PCI_PORTS_H_
#define ENKEL_DRIVERS_BUS_PCI_PORTS_H_

#include <cstdint>

#include "drivers/bus/pci/configuration.h"

namespace drivers::pci {

// `Ports` has std::uint32_t ReadPort32(std::uint16_t port) and void WritePort32(std::uint16_t port, std::uint32_t).
template <typename Ports>
class PortConfiguration final : public Configuration {
 public:
  constexpr explicit PortConfiguration(Ports ports = {}) : ports_(ports) {}

  // Whether the machine has these ports: what is no register does not keep what was written.
  bool Exists() {
    ports_.WritePort32(kAddress, kEnable);
    const bool exists = ports_.ReadPort32(kAddress) == kEnable;
    ports_.WritePort32(kAddress, 0);
    return exists;
  }

  std::uint32_t Read(Location at, std::uint16_t offset) override {
    if (offset >= kSpace) return kNobody;
    ports_.WritePort32(kAddress, AddressOf(at, offset));
    return ports_.ReadPort32(kData);
  }
  void Write(Location at, std::uint16_t offset, std::uint32_t value) override {
    if (offset >= kSpace) return;
    ports_.WritePort32(kAddress, AddressOf(at, offset));
    ports_.WritePort32(kData, value);
  }

 private:
  static constexpr std::uint16_t kAddress = 0xcf8;
  static constexpr std::uint16_t kData = 0xcfc;
  static constexpr std::uint32_t kEnable = 0x8000'0000;
  static constexpr std::uint16_t kSpace = 256;

  static std::uint32_t AddressOf(Location at, std::uint16_t offset) {
    return kEnable | std::uint32_t{at.bus} << 16 | std::uint32_t{at.device} << 11 | std::uint32_t{at.function} << 8 |
           offset;
  }

  [[no_unique_address]] Ports ports_;
};

}  // namespace drivers::pci

#endif  // ENKEL_DRIVERS_BUS_PCI_PORTS_H_
