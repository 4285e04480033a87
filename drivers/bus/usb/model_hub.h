// A hub for tests. [USB2] 11
#ifndef ENKEL_DRIVERS_BUS_USB_MODEL_HUB_H_
#define ENKEL_DRIVERS_BUS_USB_MODEL_HUB_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "drivers/bus/usb/host_controller.h"
#include "drivers/bus/usb/model_device.h"
#include "drivers/bus/usb/types.h"

namespace drivers::usb {

// A port of a hub, or the root port.
struct ModelPort {
  ModelDevice* device = nullptr;
  PortStatus status;
  bool is_over_current = false;

  static std::uint16_t Bit(PortFeature feature) {
    return static_cast<std::uint16_t>(1U << static_cast<int>(feature) % 16);
  }
  bool Has(PortFeature feature) const { return status.Has(feature); }
  void Set(PortFeature feature) { status.status = static_cast<std::uint16_t>(status.status | Bit(feature)); }
  void Clear(PortFeature feature) { status.status = static_cast<std::uint16_t>(status.status & ~Bit(feature)); }
  void Change(PortFeature feature) { status.change = static_cast<std::uint16_t>(status.change | Bit(feature)); }
  void Acknowledge(PortFeature feature) { status.change = static_cast<std::uint16_t>(status.change & ~Bit(feature)); }

  // Looks whether something came or went.
  void Update() {
    const bool is_there = device != nullptr && device->is_plugged && Has(PortFeature::kPower);
    if (is_there == Has(PortFeature::kConnection)) return;
    if (is_there) {
      Set(PortFeature::kConnection);
    } else {
      Clear(PortFeature::kConnection);
      Clear(PortFeature::kEnable);
    }
    Change(PortFeature::kConnectionChange);
  }

  void TripOverCurrent() {
    Set(PortFeature::kOverCurrent);
    Change(PortFeature::kOverCurrentChange);
    Clear(PortFeature::kPower);
    Clear(PortFeature::kEnable);
    Clear(PortFeature::kConnection);
  }
  void EndOverCurrent() {
    Clear(PortFeature::kOverCurrent);
    Change(PortFeature::kOverCurrentChange);
  }

  void SetFeature(PortFeature feature) {
    if (feature == PortFeature::kPower && !Has(PortFeature::kOverCurrent)) Set(feature);
    if (feature == PortFeature::kReset && Has(PortFeature::kConnection)) {
      device->Reset();
      Set(PortFeature::kEnable);
      constexpr std::uint16_t kSpeeds = 3 << 9;
      const int bits = device->speed == Speed::kLow ? 1 << 9 : device->speed == Speed::kHigh ? 1 << 10 : 0;
      status.status = static_cast<std::uint16_t>((status.status & ~kSpeeds) | bits);
      Change(PortFeature::kResetChange);
    }
    Update();
  }
  void ClearFeature(PortFeature feature) {
    if (feature >= PortFeature::kConnectionChange) {
      Acknowledge(feature);
    } else {
      Clear(feature);
    }
    Update();
  }

  ModelDevice* Find(std::uint8_t address) const {
    return device != nullptr && Has(PortFeature::kEnable) ? device->Find(address) : nullptr;
  }
};

class ModelHub : public ModelDevice {
 public:
  std::vector<ModelPort> ports;  // from port 1 on
  std::uint16_t hub_status = 0;
  std::uint16_t hub_change = 0;

  explicit ModelHub(int count, Speed its_speed = Speed::kHigh) : ports(static_cast<std::size_t>(count)) {
    speed = its_speed;
    device_descriptor = MakeBytes({18, 1, 0, 2, 9, 0, 1, 64, 0x24, 4, 0x14, 0x25, 0, 1, 0, 0, 0, 1});
    configurations = {MakeBytes({9, 2, 25, 0, 1, 1, 0, 0xe0, 1, 9, 4, 0, 0, 1, 9, 0, 0, 0, 7, 5, 0x81, 3, 1, 0, 12})};
    hub_descriptor = MakeBytes({9, 0x29, count, 9, 0, 50, 1, 0, 0xff});
  }

  Bytes hub_descriptor;

  ModelDevice* Find(std::uint8_t wanted) override {
    if (!is_plugged) return nullptr;
    if (address == wanted) return this;
    if (configuration == 0) return nullptr;
    for (ModelPort& port : ports) {
      if (ModelDevice* const found = port.Find(wanted); found != nullptr) return found;
    }
    return nullptr;
  }

 protected:
  std::optional<Bytes> OnControlIn(const Setup& setup) override {
    if (setup.request == GET_DESCRIPTOR && setup.value == kHubDescriptorType << 8) return hub_descriptor;
    if (setup.request != GET_STATUS || setup.length != 4) return std::nullopt;
    Bytes bytes(4);
    if (setup.request_type == 0xa0) {
      Store16(&bytes[0], hub_status);
      Store16(&bytes[2], hub_change);
      return bytes;
    }
    if (setup.index == 0 || setup.index > ports.size()) return std::nullopt;
    ModelPort& port = ports[setup.index - 1U];
    port.Update();
    Store16(&bytes[0], port.status.status);
    Store16(&bytes[2], port.status.change);
    return bytes;
  }

  bool OnControlOut(const Setup& setup, std::span<const std::byte>) override {
    if (setup.request_type == 0x20 && setup.request == CLEAR_FEATURE && setup.value < 2) {
      hub_change = static_cast<std::uint16_t>(hub_change & ~(1U << setup.value));
      return true;
    }
    if (setup.request_type != 0x23 || setup.index == 0 || setup.index > ports.size()) return false;
    ModelPort& port = ports[setup.index - 1U];
    if (setup.request == SET_FEATURE) port.SetFeature(static_cast<PortFeature>(setup.value));
    if (setup.request == CLEAR_FEATURE) port.ClearFeature(static_cast<PortFeature>(setup.value));
    return true;
  }

  std::optional<Bytes> NextPacket(std::uint8_t) override {
    unsigned bits = hub_change != 0 ? 1 : 0;
    for (std::size_t i = 0; i < ports.size(); ++i) {
      ports[i].Update();
      if (ports[i].status.change != 0) bits |= 2U << i;
    }
    if (bits == 0) return std::nullopt;
    return MakeBytes({static_cast<int>(bits)});
  }

  void OnReset() override {
    for (ModelPort& port : ports) port.status = {};
  }

 private:
  static constexpr std::uint16_t kHubDescriptorType = 0x29;
};

}  // namespace drivers::usb

#endif  // ENKEL_DRIVERS_BUS_USB_MODEL_HUB_H_
