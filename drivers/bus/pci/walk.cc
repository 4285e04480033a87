#include "drivers/bus/pci/walk.h"

#include <cstdint>
#include <optional>

#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/header.h"
#include "drivers/bus/pci/registers.h"

namespace drivers::pci {

bool Walk::GoOn(bool has_more_functions) {
  if (has_more_functions && at_.function + 1 < kFunctions) {
    ++at_.function;
    return true;
  }
  at_.function = 0;
  if (at_.device + 1 < kDevices) {
    ++at_.device;
    return true;
  }
  for (unsigned bus = at_.bus + 1U; bus <= last_; ++bus) {
    if ((reached_[bus / 64] >> (bus % 64) & 1) == 0) continue;
    at_ = {.bus = static_cast<std::uint8_t>(bus)};
    return true;
  }
  is_multi_ = false;  // at_ stays where it is: at the end
  return false;
}

void Walk::Look(Location bridge) {
  const std::uint8_t behind = ReadBusNumbers(configuration_, bridge).secondary;
  if (behind > bridge.bus && behind <= last_) reached_[behind / 64] |= std::uint64_t{1} << (behind % 64);
}

std::optional<Location> Walk::Next() {
  for (;;) {
    if (is_at_new_) {
      is_at_new_ = false;
    } else if (!GoOn(is_multi_)) {
      return std::nullopt;
    }
    const bool exists = !VENDOR_ID::IsNobodys(configuration_.Of(at_).Read<VENDOR_ID>().value);
    if (at_.function == 0) is_multi_ = exists && IsMultifunction(configuration_, at_);
    if (!exists) continue;
    if (KindOf(configuration_, at_) == HeaderKind::kBridge) Look(at_);
    return at_;
  }
}

}  // namespace drivers::pci
