#include "drivers/bus/pci/capability.h"

#include <cstdint>
#include <optional>

#include "drivers/bus/pci/configuration.h"

namespace drivers::pci {
namespace {

constexpr std::uint16_t kStatus = 0x06;
constexpr std::uint16_t kHasList = 1 << 4;  // of the status, [PCI] 6.2.3
constexpr std::uint8_t kFirst = 0x40;       // behind the header

}  // namespace

CapabilityList::CapabilityList(Configuration& configuration, Location at) : configuration_(configuration), at_(at) {
  if ((configuration.Read16(at, kStatus) & kHasList) != 0) next_ = configuration.Read8(at, kCapabilities);
}

std::optional<Capability> CapabilityList::Next() {
  const auto place = static_cast<std::uint8_t>(next_ & ~3U);  // the lowest bits are nobody's, [PCI] 6.7
  const std::uint64_t bit = std::uint64_t{1} << (place / 4);
  if (place < kFirst || (seen_ & bit) != 0) return std::nullopt;
  seen_ |= bit;
  const std::uint16_t head = configuration_.Read16(at_, place);
  next_ = static_cast<std::uint8_t>(head >> 8);
  return Capability{.id = static_cast<std::uint8_t>(head), .offset = place};
}

std::optional<Capability> FindCapability(Configuration& configuration, Location at, std::uint8_t id) {
  CapabilityList list(configuration, at);
  while (const std::optional<Capability> capability = list.Next()) {
    if (capability->id == id) return capability;
  }
  return std::nullopt;
}

}  // namespace drivers::pci
