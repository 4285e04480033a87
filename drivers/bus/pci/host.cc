#include "drivers/bus/pci/host.h"

#include <optional>

#include "drivers/bus/pci/arrange.h"
#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/header.h"
#include "drivers/bus/pci/walk.h"

namespace drivers::pci {

bool Host::IsArranged() {
  Walk walk(configuration_, buses_);
  while (const std::optional<Location> at = walk.Next()) {
    const unsigned count = BarCount(configuration_, *at);
    for (unsigned index = 0; index < count; ++index) {
      if (ReadBarAddress(configuration_, *at, index) != 0) return true;
    }
  }
  return false;
}

void Host::Prepare() {
  if (is_prepared_) return;
  is_prepared_ = true;
  if (!IsArranged()) (void)Arrange(configuration_, buses_, window_);
}

}  // namespace drivers::pci
