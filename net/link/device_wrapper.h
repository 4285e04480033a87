// A device that is another one, but for what a subclass does differently: the base of all that stand between an
// interface and its device (pcap, faults, tracer).
#ifndef ENKEL_NET_LINK_DEVICE_WRAPPER_H_
#define ENKEL_NET_LINK_DEVICE_WRAPPER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "net/device.h"
#include "net/packet/packet.h"

namespace net::link {

// The wrapped device must outlive it.
class DeviceWrapper : public Device {
 public:
  explicit DeviceWrapper(Device& device) : device_(device) {}
  DeviceWrapper(const DeviceWrapper&) = delete;
  DeviceWrapper& operator=(const DeviceWrapper&) = delete;

  const DeviceCapabilities& capabilities() const override { return device_.capabilities(); }
  bool HasLink() const override { return device_.HasLink(); }
  std::size_t Receive(std::uint16_t queue, std::span<Packet> packets) override {
    return device_.Receive(queue, packets);
  }
  bool Transmit(std::uint16_t queue, Packet packet) override { return device_.Transmit(queue, std::move(packet)); }
  std::size_t TransmitRoom(std::uint16_t queue) const override { return device_.TransmitRoom(queue); }
  void Flush(std::uint16_t queue) override { device_.Flush(queue); }
  DeviceCounters ReadCounters() const override { return device_.ReadCounters(); }

 protected:
  ~DeviceWrapper() = default;

  Device& device() { return device_; }

 private:
  Device& device_;
};

}  // namespace net::link

#endif  // ENKEL_NET_LINK_DEVICE_WRAPPER_H_
