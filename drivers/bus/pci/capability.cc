#include "drivers/bus/pci/capability.h"

#include <cstdint>
#include <optional>

#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/registers.h"

namespace drivers::pci {
namespace {

constexpr std::uint8_t kFirst = 0x40;  // behind the header

}  // namespace

CapabilityList::CapabilityList(Configuration& configuration, Location at) : configuration_(configuration), at_(at) {
  const FunctionRegisters function = configuration.Of(at);
  if (COMMAND::CAPABILITIES_LIST::IsIn(function.Read<COMMAND>().value)) {
    next_ = function.Read<CAPABILITIES_POINTER>().value;
  }
}

std::optional<Capability> CapabilityList::Next() {
  const auto place = static_cast<std::uint8_t>(next_ & ~3U);  // the lowest bits are nobody's, [PCI] 6.7
  const std::uint64_t bit = std::uint64_t{1} << (place / 4);
  if (place < kFirst || (seen_ & bit) != 0) return std::nullopt;
  seen_ |= bit;
  const std::uint16_t head = configuration_.Of(at_).Read<CAPABILITY>(place).value;
  next_ = static_cast<std::uint8_t>(CAPABILITY::NEXT::Get(head));
  return Capability{.id = static_cast<std::uint8_t>(CAPABILITY::ID::Get(head)), .offset = place};
}

std::optional<Capability> FindCapability(Configuration& configuration, Location at, std::uint8_t id) {
  CapabilityList list(configuration, at);
  while (const std::optional<Capability> capability = list.Next()) {
    if (capability->id == id) return capability;
  }
  return std::nullopt;
}

}  // namespace drivers::pci
