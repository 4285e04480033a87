// A device whose wire leads back to itself: what is transmitted on a queue is received on it after Flush.
#ifndef ENKEL_NET_LINK_LOOPBACK_H_
#define ENKEL_NET_LINK_LOOPBACK_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "net/device.h"
#include "net/packet/packet.h"

namespace net::link {

// Packets move with all they share: no byte is copied, no checksum computed, no segment cut.
class Loopback final : public Device {
 public:
  // At most `most_packets` are on the way.
  explicit Loopback(std::size_t most_packets);
  ~Loopback() = default;

  const DeviceCapabilities& capabilities() const override { return capabilities_; }
  bool HasLink() const override { return true; }
  std::size_t Receive(std::uint16_t queue, std::span<Packet> packets) override;
  bool Transmit(std::uint16_t queue, Packet packet) override;
  std::size_t TransmitRoom(std::uint16_t queue) const override;
  void Flush(std::uint16_t queue) override;
  DeviceCounters ReadCounters() const override { return counters_; }

 private:
  DeviceCapabilities capabilities_;
  DeviceCounters counters_;
  std::size_t most_packets_;
  std::size_t ready_count_ = 0;  // of the packets on the way, those that were flushed
  PacketQueue packets_;
};

}  // namespace net::link

#endif  // ENKEL_NET_LINK_LOOPBACK_H_
