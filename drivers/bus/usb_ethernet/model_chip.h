// A chip's model (testing/models) on the bus of the host's tests.
#ifndef ENKEL_DRIVERS_BUS_USB_ETHERNET_MODEL_CHIP_H_
#define ENKEL_DRIVERS_BUS_USB_ETHERNET_MODEL_CHIP_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "drivers/bus/usb/model_device.h"
#include "drivers/bus/usb/types.h"
#include "testing/models/usb/device.h"

namespace drivers::usb_ethernet {

// Toggles, stages and faults are the bus's model's; what is said are the chip's.
class ModelChip final : public usb::ModelDevice {
 public:
  explicit ModelChip(models::Device& chip) : chip_(chip) {
    speed = chip.facts().endpoints.front().packet_size > 64 ? usb::Speed::kHigh : usb::Speed::kFull;
    device_descriptor = chip.DeviceDescriptor();
    configurations = {chip.ConfigurationDescriptor()};
  }

 protected:
  std::optional<usb::Bytes> OnControlIn(const usb::Setup& setup) override {
    return chip_.Control(Translate(setup), {});
  }
  bool OnControlOut(const usb::Setup& setup, std::span<const std::byte> bytes) override {
    return chip_.Control(Translate(setup), bytes).has_value();
  }
  bool OnPacket(std::uint8_t endpoint, std::span<const std::byte> bytes) override {
    Configure();
    return chip_.Out(endpoint, bytes) == models::Answer::kAck;
  }
  std::optional<usb::Bytes> NextPacket(std::uint8_t endpoint) override {
    Configure();
    models::InPacket packet = chip_.In(endpoint | 0x80);
    if (packet.answer != models::Answer::kAck) return std::nullopt;
    return packet.data;
  }
  void OnReset() override { chip_.Reset(); }

 private:
  static models::Setup Translate(const usb::Setup& setup) {
    return {.request_type = setup.request_type,
            .request = setup.request,
            .value = setup.value,
            .index = setup.index,
            .length = setup.length};
  }
  void Configure() {
    if (!chip_.is_configured()) chip_.Control({.request_type = 0, .request = usb::SET_CONFIGURATION, .value = 1}, {});
  }

  models::Device& chip_;
};

}  // namespace drivers::usb_ethernet

#endif  // ENKEL_DRIVERS_BUS_USB_ETHERNET_MODEL_CHIP_H_
