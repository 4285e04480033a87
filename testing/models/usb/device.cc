#include "testing/models/usb/device.h"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace models {
namespace {

// [USB2] 9.4
constexpr std::uint8_t kGetStatus = 0, kClearFeature = 1, kSetFeature = 3, kSetAddress = 5, kGetDescriptor = 6,
                       kGetConfiguration = 8, kSetConfiguration = 9, kGetInterface = 10, kSetInterface = 11;
constexpr std::uint8_t kRecipientEndpoint = 2;
constexpr std::size_t kMostViolations = 100;

Bytes BytesOf(std::initializer_list<unsigned> values) {
  Bytes bytes;
  for (const unsigned value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

void Append(Bytes& to, const Bytes& what) { to.insert(to.end(), what.begin(), what.end()); }

unsigned Low(std::size_t value) { return value & 0xff; }
unsigned High(std::size_t value) { return value >> 8 & 0xff; }

}  // namespace

void Device::Violation(const char* format, ...) {
  if (violations_.size() >= kMostViolations) return;
  std::array<char, 256> text;
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text.data(), text.size(), format, arguments);
  va_end(arguments);
  violations_.emplace_back(text.data());
}

const Endpoint* Device::FindEndpoint(std::uint8_t address) const {
  const auto found = std::ranges::find(facts_.endpoints, address, &Endpoint::address);
  return found == facts_.endpoints.end() ? nullptr : &*found;
}

Bytes Device::DeviceDescriptor() const {
  return BytesOf({18, 1, 0x00, 0x02, facts_.device_class, 0, 0, 64, Low(facts_.vendor), High(facts_.vendor),
                  Low(facts_.product), High(facts_.product), Low(facts_.version), High(facts_.version), 0, 0, 0, 1});
}

Bytes Device::ConfigurationDescriptor() const {
  Bytes rest = BytesOf({9, 4, 0, 0, static_cast<unsigned>(facts_.endpoints.size()), facts_.interface_class, 0,
                        facts_.interface_protocol, 0});
  for (const Endpoint& endpoint : facts_.endpoints) {
    Append(rest, BytesOf({7, 5, endpoint.address, endpoint.type, Low(endpoint.packet_size), High(endpoint.packet_size),
                          endpoint.interval}));
  }
  const std::size_t size = 9 + rest.size();
  Bytes whole = BytesOf({9, 2, Low(size), High(size), 1, 1, 0, 0xe0, 1});
  Append(whole, rest);
  return whole;
}

void Device::Reset() {
  configuration_ = 0;
  halted_ = {};
  OnReset();
}

std::optional<Bytes> Device::Descriptor(std::uint16_t value) const {
  switch (value >> 8) {
    case 1:
      return DeviceDescriptor();
    case 2:
      if ((value & 0xff) == 0) return ConfigurationDescriptor();
      return std::nullopt;
    default:  // no strings, no qualifier: STALL, as the chips without an EEPROM do
      return std::nullopt;
  }
}

std::optional<Bytes> Device::OnStandardRequest(const Setup& setup) {
  switch (setup.request) {
    case kGetDescriptor:
      return Descriptor(setup.value);
    case kGetStatus:
      if ((setup.request_type & 31) == kRecipientEndpoint) {
        return BytesOf({IsHalted(static_cast<std::uint8_t>(setup.index)), 0});
      }
      return BytesOf({1, 0});
    case kClearFeature:
      if ((setup.request_type & 31) == kRecipientEndpoint) IsHalted(static_cast<std::uint8_t>(setup.index)) = false;
      return Bytes{};
    case kSetFeature:
      if ((setup.request_type & 31) == kRecipientEndpoint) IsHalted(static_cast<std::uint8_t>(setup.index)) = true;
      return Bytes{};
    case kSetAddress:
      if (setup.value > 127) Violation("SET_ADDRESS to %u", setup.value);
      return Bytes{};
    case kGetConfiguration:
      return BytesOf({configuration_});
    case kSetConfiguration:
      if (setup.value > 1) return std::nullopt;
      configuration_ = static_cast<std::uint8_t>(setup.value);
      halted_ = {};
      return Bytes{};
    case kGetInterface:
      return BytesOf({0});
    case kSetInterface:
      if (setup.value != 0 || setup.index != 0) return std::nullopt;
      return Bytes{};
    default:
      return std::nullopt;
  }
}

std::optional<Bytes> Device::Control(const Setup& setup, std::span<const std::byte> data) {
  if (!setup.is_in() && data.size() != setup.length) {
    Violation("a request with wLength %u came with %zu bytes", setup.length, data.size());
    return std::nullopt;
  }
  const bool is_standard = (setup.request_type & 0x60) == 0;
  std::optional<Bytes> answer = is_standard ? OnStandardRequest(setup) : OnVendorRequest(setup, data);
  if (answer && answer->size() > setup.length) answer->resize(setup.length);
  return answer;
}

InPacket Device::In(std::uint8_t endpoint) {
  if (FindEndpoint(endpoint) == nullptr || !is_configured()) {
    Violation("IN from endpoint %#x, which is not there", endpoint);
    return {.answer = Answer::kStall, .data = {}};
  }
  if (IsHalted(endpoint)) return {.answer = Answer::kStall, .data = {}};
  return OnIn(endpoint);
}

Answer Device::Out(std::uint8_t endpoint, std::span<const std::byte> data) {
  const Endpoint* const found = FindEndpoint(endpoint);
  if (found == nullptr || !is_configured()) {
    Violation("OUT to endpoint %#x, which is not there", endpoint);
    return Answer::kStall;
  }
  if (data.size() > found->packet_size) Violation("OUT of %zu bytes to endpoint %#x", data.size(), endpoint);
  if (IsHalted(endpoint)) return Answer::kStall;
  return OnOut(endpoint, data);
}

}  // namespace models
