// One network device out of several drivers, of which one finds its chip: a board's Ethernet, whichever model of the
// board it is, and whatever is plugged in where it has none of its own.
#ifndef ENKEL_DRIVERS_BUS_USB_ETHERNET_WHICHEVER_H_
#define ENKEL_DRIVERS_BUS_USB_ETHERNET_WHICHEVER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/base/check.h"
#include "net/device.h"
#include "net/packet/packet.h"

namespace drivers::usb_ethernet {

// Frames go through the first of them that has a link, and while none has through the one that had it last. All of one
// queue. Not interrupt-safe.
class Whichever final : public net::Device {
 public:
  static constexpr std::size_t kMost = 4;

  // `capabilities` are those that all of them have. They outlive it; at least one, at most kMost.
  Whichever(const net::DeviceCapabilities& capabilities, std::span<net::Device* const> devices)
      : capabilities_(capabilities), count_(devices.size()) {
    CHECK(count_ > 0 && count_ <= kMost && capabilities.queues == 1);
    for (std::size_t i = 0; i < count_; ++i) devices_[i] = devices[i];
  }
  Whichever(const Whichever&) = delete;
  Whichever& operator=(const Whichever&) = delete;

  const net::DeviceCapabilities& capabilities() const override { return capabilities_; }
  bool HasLink() const override { return Current().HasLink(); }
  std::size_t Receive(std::uint16_t queue, std::span<net::Packet> packets) override {
    return Current().Receive(queue, packets);
  }
  bool Transmit(std::uint16_t queue, net::Packet packet) override {
    return Current().Transmit(queue, std::move(packet));
  }
  std::size_t TransmitRoom(std::uint16_t queue) const override { return Current().TransmitRoom(queue); }
  void Flush(std::uint16_t queue) override { Current().Flush(queue); }
  net::DeviceCounters ReadCounters() const override;  // of all

 private:
  net::Device& Current() const;

  const net::DeviceCapabilities capabilities_;
  std::array<net::Device*, kMost> devices_ = {};
  const std::size_t count_;
  mutable std::size_t current_ = 0;
};

}  // namespace drivers::usb_ethernet

#endif  // ENKEL_DRIVERS_BUS_USB_ETHERNET_WHICHEVER_H_
