// Descriptors: what a device says of itself. All of it is hostile input, and nothing is believed before it was checked.
// [USB2] 9.5, 9.6
#ifndef ENKEL_DRIVERS_BUS_USB_DESCRIPTORS_H_
#define ENKEL_DRIVERS_BUS_USB_DESCRIPTORS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "drivers/bus/usb/types.h"
#include "kernel/base/result.h"

namespace drivers::usb {

// bDescriptorType. [USB2] 9.4
inline constexpr std::uint8_t kDeviceDescriptor = 1;
inline constexpr std::uint8_t kConfigurationDescriptor = 2;
inline constexpr std::uint8_t kStringDescriptor = 3;
inline constexpr std::uint8_t kInterfaceDescriptor = 4;
inline constexpr std::uint8_t kEndpointDescriptor = 5;
inline constexpr std::uint8_t kClassInterfaceDescriptor = 0x24;  // CS_INTERFACE. [CDC] 5.2.3
inline constexpr std::uint8_t kHubDescriptor = 0x29;             // [USB2] 11.23.2.1

inline constexpr std::uint16_t kEnglish = 0x0409;  // a language of strings: the United States'

// [USB2] 9.6.1
struct DeviceDescriptor {
  static constexpr std::size_t kSize = 18;  // bytes on the bus

  std::uint8_t device_class = 0;
  std::uint8_t subclass = 0;
  std::uint8_t protocol = 0;
  std::uint8_t max_packet = 0;  // bytes, of endpoint 0
  std::uint16_t vendor = 0;
  std::uint16_t product = 0;
  std::uint16_t release = 0;
  std::uint8_t serial_number = 0;  // a string's index, 0: none
  std::uint8_t configurations = 0;

  // Errors: kMalformed.
  static kernel::Result<DeviceDescriptor> Parse(std::span<const std::byte> bytes);
};

// [USB2] 9.6.6
struct EndpointDescriptor {
  std::uint8_t number = 0;  // 1 to 15
  Direction direction = Direction::kOut;
  TransferType type = TransferType::kBulk;
  std::uint16_t max_packet = 0;   // bytes, 1 to 1024
  std::uint8_t transactions = 1;  // a microframe, 1 to 3: high-speed interrupt and isochronous endpoints
  std::uint8_t interval = 0;      // bInterval as it stands: its unit depends on speed and type

  static std::optional<EndpointDescriptor> Parse(std::span<const std::byte> bytes);
};

// One descriptor of a row of them, its length checked: bytes[0] is its size, and bytes[1] its type.
struct AnyDescriptor {
  std::uint8_t type;
  std::span<const std::byte> bytes;
};

// Takes the first descriptor off `rest`. Nothing at the end, and where a length is a lie; then `rest` is empty.
std::optional<AnyDescriptor> TakeDescriptor(std::span<const std::byte>& rest);

// An alternate setting of an interface, and what stands between it and the next one. [USB2] 9.6.5
struct InterfaceDescriptor {
  std::uint8_t number = 0;
  std::uint8_t alternate = 0;
  std::uint8_t endpoints = 0;  // as it claims
  std::uint8_t interface_class = 0;
  std::uint8_t subclass = 0;
  std::uint8_t protocol = 0;
  std::span<const std::byte> body;  // its endpoints, and descriptors of its class

  // The first endpoint of that kind.
  std::optional<EndpointDescriptor> FindEndpoint(TransferType type, Direction direction) const;
  // The first descriptor of that type, whose third byte is `subtype`; empty: none.
  std::span<const std::byte> FindClassDescriptor(std::uint8_t type, std::uint8_t subtype) const;
};

// A configuration with all that comes with it; a view of bytes that stay where they are. [USB2] 9.6.3
class Configuration {
 public:
  static constexpr std::size_t kHeaderSize = 9;  // bytes

  constexpr Configuration() = default;  // of nothing

  // wTotalLength, of the first kHeaderSize bytes. Errors: kMalformed.
  static kernel::Result<std::uint16_t> TotalLength(std::span<const std::byte> bytes);
  // Bytes after wTotalLength are not looked at, and no more than there are. Errors: kMalformed.
  static kernel::Result<Configuration> Parse(std::span<const std::byte> bytes);

  std::uint8_t value() const;  // of SET_CONFIGURATION

  // Takes the next interface setting off `rest`, which begins as rest().
  static std::optional<InterfaceDescriptor> TakeInterface(std::span<const std::byte>& rest);
  std::span<const std::byte> rest() const;

  std::optional<InterfaceDescriptor> FindInterface(std::uint8_t number, std::uint8_t alternate) const;

 private:
  constexpr explicit Configuration(std::span<const std::byte> bytes) : bytes_(bytes) {}
  std::span<const std::byte> bytes_;  // header and all, or empty
};

// A string descriptor as ASCII, '?' for what is none; returns how many characters, at most to.size(). [USB2] 9.6.7
std::size_t ParseString(std::span<const std::byte> bytes, std::span<char> to);

}  // namespace drivers::usb

#endif  // ENKEL_DRIVERS_BUS_USB_DESCRIPTORS_H_
