#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "drivers/bus/usb/descriptors.h"
#include "drivers/bus/usb/types.h"
#include "drivers/net/cdc_ecm/cdc_ecm.h"
#include "kernel/base/result.h"
#include "net/wire/address.h"

namespace drivers::cdc_ecm {

using kernel::Error;
using kernel::Fail;
using kernel::Result;

Result<Functions> Functions::Find(const usb::Configuration& configuration, const usb::InterfaceDescriptor& control) {
  constexpr std::uint8_t kUnion = 6;      // [CDC] 5.2.3.2
  constexpr std::uint8_t kEthernet = 15;  // [ECM] 5.4
  const auto unites = control.FindClassDescriptor(usb::kClassInterfaceDescriptor, kUnion);
  const auto ethernet = control.FindClassDescriptor(usb::kClassInterfaceDescriptor, kEthernet);
  if (unites.size() < 5 || ethernet.size() < 4) return Fail(Error::kMalformed);
  Functions found;
  found.mac_string = static_cast<std::uint8_t>(ethernet[3]);
  found.data_interface = static_cast<std::uint8_t>(unites[4]);
  std::span<const std::byte> rest = configuration.rest();
  while (const auto interface = usb::Configuration::TakeInterface(rest)) {
    if (interface->number != found.data_interface) continue;
    const auto in = interface->FindEndpoint(usb::TransferType::kBulk, usb::Direction::kIn);
    const auto out = interface->FindEndpoint(usb::TransferType::kBulk, usb::Direction::kOut);
    if (!in || !out) continue;
    if (CdcEcm::kTransferSize % in->max_packet != 0) continue;
    found.data_setting = interface->alternate;
    found.in = *in;
    found.out = *out;
    return found;
  }
  return Fail(Error::kMalformed);
}

Result<net::MacAddress> ParseMac(std::span<const char> text) {
  net::MacAddress mac = {};
  if (text.size() != 2 * mac.bytes.size()) return Fail(Error::kMalformed);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char letter = text[i];
    unsigned digit = 0;
    if (letter >= '0' && letter <= '9') {
      digit = static_cast<unsigned>(letter - '0');
    } else if (letter >= 'A' && letter <= 'F') {
      digit = static_cast<unsigned>(letter - 'A') + 10;
    } else if (letter >= 'a' && letter <= 'f') {
      digit = static_cast<unsigned>(letter - 'a') + 10;
    } else {
      return Fail(Error::kMalformed);
    }
    mac.bytes[i / 2] = mac.bytes[i / 2] << 4 | static_cast<std::byte>(digit);
  }
  return mac;
}

}  // namespace drivers::cdc_ecm
