// Configuration space in memory: 4,096 bytes a function, 1 MiB a bus. [PCIe] 7.2.2
#ifndef ENKEL_DRIVERS_BUS_PCI_ECAM_H_
#define ENKEL_DRIVERS_BUS_PCI_ECAM_H_

#include <cstddef>
#include <cstdint>

#include "drivers/bus/pci/configuration.h"
#include "kernel/base/address.h"

namespace drivers::pci {

class Ecam final : public Configuration {
 public:
  static constexpr std::size_t kBusSize = 1 << 20;  // bytes

  // `base`: where the first of these buses is mapped, as device memory.
  constexpr Ecam() = default;
  constexpr Ecam(kernel::VirtualAddress base, BusRange buses) : base_(base), buses_(buses) {}

  std::uint32_t Read(Location at, std::uint16_t offset) override {
    return IsWithin(at, offset) ? *Register(at, offset) : kNobody;
  }
  void Write(Location at, std::uint16_t offset, std::uint32_t value) override {
    if (IsWithin(at, offset)) *Register(at, offset) = value;
  }

 private:
  static constexpr std::uint16_t kSpace = 4096;

  bool IsWithin(Location at, std::uint16_t offset) const {
    return base_.value != 0 && at.bus >= buses_.first && at.bus <= buses_.last && offset < kSpace;
  }
  volatile std::uint32_t* Register(Location at, std::uint16_t offset) const {
    const std::uint64_t place = (at.bus - buses_.first) * std::uint64_t{kBusSize} + at.device * std::uint64_t{0x8000} +
                                at.function * std::uint64_t{kSpace} + offset;
    return reinterpret_cast<volatile std::uint32_t*>(base_.value + place);
  }

  kernel::VirtualAddress base_ = {};
  BusRange buses_ = {};
};

}  // namespace drivers::pci

#endif  // ENKEL_DRIVERS_BUS_PCI_ECAM_H_
