// A USB device as its bus sees it: what it answers to each packet. Models of real devices are such devices. A fake host
// controller in a unit test and the process that speaks usbredir with QEMU drive the same model, packet by packet.
#ifndef ENKEL_TESTING_MODELS_USB_DEVICE_H_
#define ENKEL_TESTING_MODELS_USB_DEVICE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace models {

using Bytes = std::vector<std::byte>;

// The first eight bytes of a control transfer. [USB2] 9.3
struct Setup {
  std::uint8_t request_type = 0;
  std::uint8_t request = 0;
  std::uint16_t value = 0;
  std::uint16_t index = 0;
  std::uint16_t length = 0;

  bool is_in() const { return (request_type & 0x80) != 0; }
};

// An endpoint's facts. [USB2] 9.6.6
struct Endpoint {
  std::uint8_t address = 0;  // 0x80: to the host
  std::uint8_t type = 0;     // 2 bulk, 3 interrupt
  std::uint16_t packet_size = 0;
  std::uint8_t interval = 0;
};

enum class Answer : std::uint8_t { kAck, kNak, kStall };

// What comes for an IN token: data where the answer is kAck.
struct InPacket {
  Answer answer = Answer::kNak;
  Bytes data;
};

// Standard requests, halted endpoints and the list of what the host did wrong are common to all devices.
class Device {
 public:
  struct Facts {
    std::uint16_t vendor = 0;
    std::uint16_t product = 0;
    std::uint16_t version = 0;
    std::uint8_t device_class = 0;
    std::uint8_t interface_class = 0;
    std::uint8_t interface_protocol = 0;
    std::vector<Endpoint> endpoints;  // besides endpoint 0
  };

  explicit Device(Facts facts) : facts_(std::move(facts)) {}
  virtual ~Device() = default;
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  // A reset of the bus, or that the device was plugged in.
  void Reset();

  // A whole control transfer: `data` is what the host sends, or the answer what it gets; nothing: STALL.
  std::optional<Bytes> Control(const Setup& setup, std::span<const std::byte> data);

  // One packet from or to an endpoint other than 0.
  InPacket In(std::uint8_t endpoint);
  Answer Out(std::uint8_t endpoint, std::span<const std::byte> data);

  // One line for each thing that the host did and the chip's manual forbids. A test that finds one has failed.
  const std::vector<std::string>& violations() const { return violations_; }

  const Facts& facts() const { return facts_; }
  const Endpoint* FindEndpoint(std::uint8_t address) const;
  Bytes DeviceDescriptor() const;
  Bytes ConfigurationDescriptor() const;
  bool is_configured() const { return configuration_ != 0; }

 protected:
  virtual void OnReset() = 0;
  virtual std::optional<Bytes> OnVendorRequest(const Setup& setup, std::span<const std::byte> data) = 0;
  virtual InPacket OnIn(std::uint8_t endpoint) = 0;
  virtual Answer OnOut(std::uint8_t endpoint, std::span<const std::byte> data) = 0;

  [[gnu::format(printf, 2, 3)]] void Violation(const char* format, ...);

 private:
  std::optional<Bytes> OnStandardRequest(const Setup& setup);
  std::optional<Bytes> Descriptor(std::uint16_t value) const;
  bool& IsHalted(std::uint8_t endpoint) { return halted_[(endpoint & 0x80) >> 3 | (endpoint & 15)]; }

  Facts facts_;
  std::uint8_t configuration_ = 0;
  std::array<bool, 32> halted_ = {};
  std::vector<std::string> violations_;
};

}  // namespace models

#endif  // ENKEL_TESTING_MODELS_USB_DEVICE_H_
