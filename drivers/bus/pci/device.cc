#include "drivers/bus/pci/device.h"

#include <cstdint>

#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/header.h"
#include "drivers/bus/pci/registers.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace drivers::pci {

const Bar& Device::BarAt(unsigned index) {
  if (!bars_[index]) {
    bars_[index] = IsUpperHalf(configuration(), at_, index) ? Bar{} : ReadBar(configuration(), at_, index);
  }
  return *bars_[index];
}

kernel::Result<kernel::VirtualAddress> Device::MapRegisters(unsigned bar, std::uint64_t offset, std::uint64_t size,
                                                            std::uint64_t alignment) {
  if (bar >= bars_.size() || size == 0 || offset % alignment != 0) return kernel::Fail(kernel::Error::kMalformed);
  const Bar& memory = BarAt(bar);
  if (memory.kind != Bar::Kind::kMemory || offset > memory.size || size > memory.size - offset) {
    return kernel::Fail(kernel::Error::kMalformed);
  }
  if (memory.address == 0) return kernel::Fail(kernel::Error::kUnsupported);
  if (memory.size <= kMostMapped) {
    if (whole_[bar].value == 0) {
      const kernel::Result<kernel::VirtualAddress> mapped = Map(memory.address, memory.size);
      if (!mapped) return mapped;
      whole_[bar] = *mapped;
    }
    return kernel::VirtualAddress{whole_[bar].value + offset};
  }
  return Map(memory.address + offset, size);
}

kernel::Result<kernel::VirtualAddress> Device::Map(std::uint64_t address, std::uint64_t size) {
  const std::uint64_t page = kernel::RoundDown(address, kernel::kPageSize);
  const std::uint64_t end = kernel::RoundUp(address + size, kernel::kPageSize);
  const kernel::Result<kernel::VirtualAddress> mapped = host_.MapRegisters({page}, end - page);
  if (!mapped) return kernel::Fail(mapped.error());
  return kernel::VirtualAddress{mapped->value + (address - page)};
}

void Device::Enable(Interrupts interrupts) {
  const std::uint32_t wire = interrupts == Interrupts::kPin ? 0 : COMMAND::INTERRUPT_DISABLE::kMask;
  SetCommand(configuration().Of(at_), COMMAND::MEMORY_SPACE::kMask | COMMAND::BUS_MASTER::kMask | wire);
}

}  // namespace drivers::pci
