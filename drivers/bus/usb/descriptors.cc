#include "drivers/bus/usb/descriptors.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "drivers/bus/usb/types.h"
#include "kernel/base/result.h"

namespace drivers::usb {
namespace {

using kernel::Error;
using kernel::Fail;
using kernel::Result;

constexpr std::size_t kInterfaceSize = 9;
constexpr std::size_t kEndpointSize = 7;
constexpr std::uint16_t kMostPacket = 1024;  // [USB2] 5.7.3

std::uint8_t ByteAt(std::span<const std::byte> bytes, std::size_t index) {
  return static_cast<std::uint8_t>(bytes[index]);
}

}  // namespace

Result<DeviceDescriptor> DeviceDescriptor::Parse(std::span<const std::byte> bytes) {
  if (bytes.size() < kSize || ByteAt(bytes, 0) < kSize || ByteAt(bytes, 1) != kDeviceDescriptor) {
    return Fail(Error::kMalformed);
  }
  return DeviceDescriptor{.device_class = ByteAt(bytes, 4),
                          .subclass = ByteAt(bytes, 5),
                          .protocol = ByteAt(bytes, 6),
                          .max_packet = ByteAt(bytes, 7),
                          .vendor = Load16(&bytes[8]),
                          .product = Load16(&bytes[10]),
                          .release = Load16(&bytes[12]),
                          .serial_number = ByteAt(bytes, 16),
                          .configurations = ByteAt(bytes, 17)};
}

std::optional<EndpointDescriptor> EndpointDescriptor::Parse(std::span<const std::byte> bytes) {
  if (bytes.size() < kEndpointSize || ByteAt(bytes, 1) != kEndpointDescriptor) return std::nullopt;
  const std::uint8_t address = ByteAt(bytes, 2);
  const std::uint16_t size = Load16(&bytes[4]);
  const EndpointDescriptor endpoint = {
      .number = static_cast<std::uint8_t>(address & 15),
      .direction = (address & 0x80) != 0 ? Direction::kIn : Direction::kOut,
      .type = static_cast<TransferType>(ByteAt(bytes, 3) & 3),
      .max_packet = static_cast<std::uint16_t>(size & 0x7ff),
      .transactions = static_cast<std::uint8_t>(1 + (size >> 11 & 3)),
      .interval = ByteAt(bytes, 6),
  };
  if (endpoint.number == 0 || endpoint.max_packet == 0 || endpoint.max_packet > kMostPacket) return std::nullopt;
  if (endpoint.transactions > 3) return std::nullopt;
  return endpoint;
}

std::optional<AnyDescriptor> TakeDescriptor(std::span<const std::byte>& rest) {
  if (rest.size() < 2 || ByteAt(rest, 0) < 2 || ByteAt(rest, 0) > rest.size()) {
    rest = {};
    return std::nullopt;
  }
  const AnyDescriptor taken = {.type = ByteAt(rest, 1), .bytes = rest.first(ByteAt(rest, 0))};
  rest = rest.subspan(taken.bytes.size());
  return taken;
}

std::optional<EndpointDescriptor> InterfaceDescriptor::FindEndpoint(TransferType type, Direction direction) const {
  std::span<const std::byte> rest = body;
  while (const std::optional<AnyDescriptor> next = TakeDescriptor(rest)) {
    const std::optional<EndpointDescriptor> endpoint = EndpointDescriptor::Parse(next->bytes);
    if (endpoint && endpoint->type == type && endpoint->direction == direction) return endpoint;
  }
  return std::nullopt;
}

std::span<const std::byte> InterfaceDescriptor::FindClassDescriptor(std::uint8_t type, std::uint8_t subtype) const {
  std::span<const std::byte> rest = body;
  while (const std::optional<AnyDescriptor> next = TakeDescriptor(rest)) {
    if (next->type == type && next->bytes.size() > 2 && ByteAt(next->bytes, 2) == subtype) return next->bytes;
  }
  return {};
}

Result<std::uint16_t> Configuration::TotalLength(std::span<const std::byte> bytes) {
  if (bytes.size() < kHeaderSize || ByteAt(bytes, 0) < kHeaderSize || ByteAt(bytes, 1) != kConfigurationDescriptor) {
    return Fail(Error::kMalformed);
  }
  const std::uint16_t total = Load16(&bytes[2]);
  if (total < ByteAt(bytes, 0)) return Fail(Error::kMalformed);
  return total;
}

Result<Configuration> Configuration::Parse(std::span<const std::byte> bytes) {
  const Result<std::uint16_t> total = TotalLength(bytes);
  if (!total) return Fail(total.error());
  const std::span<const std::byte> all = bytes.first(std::min<std::size_t>(*total, bytes.size()));
  if (all.size() < ByteAt(bytes, 0)) return Fail(Error::kMalformed);
  return Configuration(all);
}

std::uint8_t Configuration::value() const { return bytes_.empty() ? std::uint8_t{0} : ByteAt(bytes_, 5); }

std::span<const std::byte> Configuration::rest() const {
  return bytes_.empty() ? bytes_ : bytes_.subspan(ByteAt(bytes_, 0));
}

std::optional<InterfaceDescriptor> Configuration::TakeInterface(std::span<const std::byte>& rest) {
  while (const std::optional<AnyDescriptor> next = TakeDescriptor(rest)) {
    if (next->type != kInterfaceDescriptor || next->bytes.size() < kInterfaceSize) continue;
    std::span<const std::byte> behind = rest;
    std::span<const std::byte> end = rest;
    while (const std::optional<AnyDescriptor> part = TakeDescriptor(behind)) {
      if (part->type == kInterfaceDescriptor) break;
      end = behind;
    }
    const std::span<const std::byte> body = rest.first(rest.size() - end.size());
    rest = end;
    return InterfaceDescriptor{.number = ByteAt(next->bytes, 2),
                               .alternate = ByteAt(next->bytes, 3),
                               .endpoints = ByteAt(next->bytes, 4),
                               .interface_class = ByteAt(next->bytes, 5),
                               .subclass = ByteAt(next->bytes, 6),
                               .protocol = ByteAt(next->bytes, 7),
                               .body = body};
  }
  return std::nullopt;
}

std::optional<InterfaceDescriptor> Configuration::FindInterface(std::uint8_t number, std::uint8_t alternate) const {
  std::span<const std::byte> from = rest();
  while (const std::optional<InterfaceDescriptor> next = TakeInterface(from)) {
    if (next->number == number && next->alternate == alternate) return next;
  }
  return std::nullopt;
}

std::size_t ParseString(std::span<const std::byte> bytes, std::span<char> to) {
  const std::optional<AnyDescriptor> string = TakeDescriptor(bytes);
  if (!string || string->type != kStringDescriptor) return 0;
  const std::size_t count = std::min((string->bytes.size() - 2) / 2, to.size());
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint16_t unit = Load16(&string->bytes[2 + 2 * i]);
    to[i] = unit >= 0x20 && unit < 0x7f ? static_cast<char>(unit) : '?';
  }
  return count;
}

}  // namespace drivers::usb
