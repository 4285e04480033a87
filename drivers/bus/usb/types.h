// The words of USB that all of its users share. [USB2] 5, 8, 9
#ifndef ENKEL_DRIVERS_BUS_USB_TYPES_H_
#define ENKEL_DRIVERS_BUS_USB_TYPES_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace drivers::usb {

enum class Speed : std::uint8_t { kHigh, kFull, kLow };

enum class Direction : std::uint8_t { kOut, kIn };  // as the host sees it

// Values of bmAttributes. [USB2] 9.6.6
enum class TransferType : std::uint8_t { kControl = 0, kIsochronous = 1, kBulk = 2, kInterrupt = 3 };

// How a transfer ended.
enum class Status : std::uint8_t {
  kInFlight,      // it has not
  kDone,          // all went well. IN: `actual` bytes came, which may be fewer than there was room for
  kShort,         // less came than is_exact asked for
  kStall,         // the device refused: the endpoint is halted, or the request is unknown. [USB2] 8.5.3.4
  kBabble,        // the device sent more than it was asked for, or than a packet holds
  kBroken,        // three times in a row no answer, or a damaged one
  kTimedOut,      // the transfer's time was over; the device said only that it is not ready
  kDisconnected,  // the device is gone
  kCancelled,     // Pipe::CancelAll
};

// A Setup packet: what is asked of a device. Numbers are little-endian on the bus. [USB2] 9.3
struct Setup {
  std::uint8_t request_type = 0;  // bmRequestType
  std::uint8_t request = 0;       // bRequest
  std::uint16_t value = 0;        // wValue
  std::uint16_t index = 0;        // wIndex
  std::uint16_t length = 0;       // wLength, bytes of the data stage

  constexpr bool IsIn() const { return (request_type & 0x80) != 0; }

  constexpr std::array<std::byte, 8> Bytes() const {
    const auto low = [](std::uint16_t word) { return static_cast<std::byte>(word); };
    const auto high = [](std::uint16_t word) { return static_cast<std::byte>(word >> 8); };
    return {std::byte{request_type},
            std::byte{request},
            low(value),
            high(value),
            low(index),
            high(index),
            low(length),
            high(length)};
  }
  friend bool operator==(const Setup&, const Setup&) = default;
};

// Parts of bmRequestType. [USB2] 9.3.1
inline constexpr std::uint8_t kDeviceToHost = 0x80;
inline constexpr std::uint8_t kClassRequest = 0x20;
inline constexpr std::uint8_t kVendorRequest = 0x40;
inline constexpr std::uint8_t kToInterface = 1;
inline constexpr std::uint8_t kToEndpoint = 2;
inline constexpr std::uint8_t kToOther = 3;

// Standard requests. [USB2] 9.4
inline constexpr std::uint8_t GET_STATUS = 0;
inline constexpr std::uint8_t CLEAR_FEATURE = 1;
inline constexpr std::uint8_t SET_FEATURE = 3;
inline constexpr std::uint8_t SET_ADDRESS = 5;
inline constexpr std::uint8_t GET_DESCRIPTOR = 6;
inline constexpr std::uint8_t GET_CONFIGURATION = 8;
inline constexpr std::uint8_t SET_CONFIGURATION = 9;
inline constexpr std::uint8_t SET_INTERFACE = 11;

// The request for descriptor `index` of a type, up to `length` bytes of it.
constexpr Setup GetDescriptor(std::uint8_t type, std::uint8_t index, std::uint16_t length, std::uint16_t language = 0) {
  return {.request_type = kDeviceToHost,
          .request = GET_DESCRIPTOR,
          .value = static_cast<std::uint16_t>(type << 8 | index),
          .index = language,
          .length = length};
}

constexpr Setup SetInterface(std::uint8_t interface, std::uint8_t alternate) {
  return {.request_type = kToInterface, .request = SET_INTERFACE, .value = alternate, .index = interface};
}

// Little-endian words of descriptors and registers; the caller has checked that they are there.
constexpr std::uint16_t Load16(const std::byte* at) {
  return static_cast<std::uint16_t>(static_cast<unsigned>(at[0]) | static_cast<unsigned>(at[1]) << 8);
}
constexpr std::uint32_t Load32(const std::byte* at) {
  return Load16(at) | static_cast<std::uint32_t>(Load16(at + 2)) << 16;
}
constexpr void Store16(std::byte* at, std::uint16_t value) {
  at[0] = static_cast<std::byte>(value);
  at[1] = static_cast<std::byte>(value >> 8);
}
constexpr void Store32(std::byte* at, std::uint32_t value) {
  Store16(at, static_cast<std::uint16_t>(value));
  Store16(at + 2, static_cast<std::uint16_t>(value >> 16));
}

}  // namespace drivers::usb

#endif  // ENKEL_DRIVERS_BUS_USB_TYPES_H_
