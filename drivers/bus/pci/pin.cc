#include "drivers/bus/pci/pin.h"

#include <cstdint>
#include <optional>

#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/header.h"
#include "drivers/bus/pci/host.h"
#include "drivers/bus/pci/registers.h"

namespace drivers::pci {
namespace {

constexpr std::uint8_t kPins = 4;

std::optional<Location> FindBridgeTo(Host& host, std::uint8_t bus) {
  return host.Find([&host, bus](Location at) {
    return KindOf(host.configuration(), at) == HeaderKind::kBridge &&
           ReadBusNumbers(host.configuration(), at).secondary == bus;
  });
}

}  // namespace

std::optional<Pin> FindRootPin(Host& host, Location at) {
  Pin pin = {.at = at, .number = host.configuration().Of(at).Read<INTERRUPT_PIN>().value};
  if (pin.number == 0 || pin.number > kPins) return std::nullopt;
  while (pin.at.bus != host.first_bus()) {
    const std::optional<Location> bridge = FindBridgeTo(host, pin.at.bus);
    if (!bridge || bridge->bus >= pin.at.bus) return std::nullopt;  // numbers grow downwards, else they go round
    pin.number = static_cast<std::uint8_t>((pin.number - 1 + pin.at.device) % kPins + 1);
    pin.at = *bridge;
  }
  return pin;
}

}  // namespace drivers::pci
