// Any bytes as a configuration, a device and a string: what is found lies within them.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "drivers/bus/usb/descriptors.h"
#include "drivers/bus/usb/types.h"

namespace {

void Require(bool claim) {
  if (!claim) std::abort();
}

bool IsWithin(std::span<const std::byte> part, std::span<const std::byte> whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace drivers::usb;
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  (void)DeviceDescriptor::Parse(bytes);
  std::array<char, 16> text;
  Require(ParseString(bytes, text) <= text.size());
  const auto configuration = Configuration::Parse(bytes);
  if (!configuration) return 0;
  std::span<const std::byte> rest = configuration->rest();
  Require(IsWithin(rest, bytes));
  while (const auto interface = Configuration::TakeInterface(rest)) {
    Require(IsWithin(interface->body, bytes) && IsWithin(rest, bytes));
    for (const TransferType type : {TransferType::kBulk, TransferType::kInterrupt}) {
      for (const Direction direction : {Direction::kIn, Direction::kOut}) {
        const auto endpoint = interface->FindEndpoint(type, direction);
        Require(!endpoint || (endpoint->number > 0 && endpoint->max_packet > 0 && endpoint->max_packet <= 1024));
      }
    }
    Require(IsWithin(interface->FindClassDescriptor(0x24, 15), bytes));
    Require(configuration->FindInterface(interface->number, interface->alternate).has_value());
  }
  return 0;
}
