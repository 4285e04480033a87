// A device whose wire is the test's: frames are put in, and what was sent is looked at.
#ifndef ENKEL_NET_INTERFACE_TEST_DEVICE_H_
#define ENKEL_NET_INTERFACE_TEST_DEVICE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <utility>
#include <vector>

#include "net/device.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"

namespace net {

class TestDevice final : public Device {
 public:
  static constexpr MacAddress kMac = {
      {std::byte{2}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{1}}};

  explicit TestDevice(const DeviceCapabilities& capabilities = {.mac = kMac})
      : capabilities_(capabilities), queues_(capabilities.queues) {}
  ~TestDevice() = default;

  // The next frame that the interface receives.
  void Put(Packet frame, std::uint16_t queue = 0) { queues_[queue].received.push_back(std::move(frame)); }

  // The oldest frame that was sent and flushed; no packet when there is none.
  Packet Take(std::uint16_t queue = 0) {
    Queue& sent = queues_[queue];
    if (sent.flushed == 0) return {};
    Packet frame = std::move(sent.sent.front());
    sent.sent.pop_front();
    --sent.flushed;
    return frame;
  }
  std::size_t waiting(std::uint16_t queue = 0) const { return queues_[queue].flushed; }  // for Take
  std::size_t flushes() const { return flushes_; }

  void SetLink(bool has_link) { has_link_ = has_link; }
  void SetRoom(std::size_t room) { room_ = room; }  // packets that Transmit takes until the next Flush

  const DeviceCapabilities& capabilities() const override { return capabilities_; }
  bool HasLink() const override { return has_link_; }
  std::size_t Receive(std::uint16_t queue, std::span<Packet> packets) override {
    std::deque<Packet>& received = queues_[queue].received;
    std::size_t count = 0;
    while (count < packets.size() && !received.empty()) {
      packets[count++] = std::move(received.front());
      received.pop_front();
    }
    return count;
  }
  bool Transmit(std::uint16_t queue, Packet packet) override {
    if (packet.slices().size() > capabilities_.most_slices) __builtin_trap();
    Queue& sent = queues_[queue];
    if (sent.sent.size() - sent.flushed >= room_) return false;
    sent.sent.push_back(std::move(packet));
    return true;
  }
  std::size_t TransmitRoom(std::uint16_t queue) const override {
    return room_ - (queues_[queue].sent.size() - queues_[queue].flushed);
  }
  void Flush(std::uint16_t queue) override {
    ++flushes_;
    queues_[queue].flushed = queues_[queue].sent.size();
  }
  DeviceCounters ReadCounters() const override { return {}; }

 private:
  struct Queue {
    std::deque<Packet> received;
    std::deque<Packet> sent;
    std::size_t flushed = 0;
  };

  DeviceCapabilities capabilities_;
  std::vector<Queue> queues_;
  bool has_link_ = true;
  std::size_t room_ = 1000;
  std::size_t flushes_ = 0;
};

}  // namespace net

#endif  // ENKEL_NET_INTERFACE_TEST_DEVICE_H_
