// A function that a driver has taken: its registers in memory, and whether it answers.
#ifndef ENKEL_DRIVERS_BUS_PCI_DEVICE_H_
#define ENKEL_DRIVERS_BUS_PCI_DEVICE_H_

#include <array>
#include <cstdint>
#include <optional>

#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/header.h"
#include "drivers/bus/pci/host.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace drivers::pci {

class Device {
 public:
  // Of a prepared host, which outlives it.
  Device(Host& host, Location at) : host_(host), at_(at) {}

  Configuration& configuration() { return host_.configuration(); }
  Location location() const { return at_; }

  // Where [offset, +size) of the memory behind base address register `bar` can be reached: by a multiple of
  // `alignment`, a power of two.
  // Errors: kMalformed (no such register or memory, misaligned), kUnsupported (it has no address), and those of Host's
  // Map.
  kernel::Result<kernel::VirtualAddress> MapRegisters(unsigned bar, std::uint64_t offset, std::uint64_t size,
                                                      std::uint64_t alignment);

  // Lets it answer and write memory, and use its interrupt pin or not. After the last new `bar` of MapRegisters.
  enum class Interrupts : std::uint8_t { kMessages, kPin };
  void Enable(Interrupts interrupts = Interrupts::kMessages);

 private:
  // Memory of this size is mapped at once: its structures lie in it side by side.
  static constexpr std::uint64_t kMostMapped = 64 * 1024;

  const Bar& BarAt(unsigned index);
  kernel::Result<kernel::VirtualAddress> Map(std::uint64_t address, std::uint64_t size);

  Host& host_;
  Location at_;
  std::array<std::optional<Bar>, 6> bars_ = {};
  std::array<kernel::VirtualAddress, 6> whole_ = {};  // where memory is mapped that is mapped at once
};

}  // namespace drivers::pci

#endif  // ENKEL_DRIVERS_BUS_PCI_DEVICE_H_
