// Our stack's network card in the benchmark: one end of a wire in memory.
#ifndef ENKEL_TESTING_BENCH_NET_WIRE_DEVICE_H_
#define ENKEL_TESTING_BENCH_NET_WIRE_DEVICE_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "testing/bench/net/peer.h"

namespace bench {

class WireDevice final : public net::Device {
 public:
  WireDevice(const PeerConfig& config, net::PacketPool& packets, net::BufferPool& buffers);

  // Whether the card makes and checks the sums: then nobody does.
  void SetOffload(bool on);

  const net::DeviceCapabilities& capabilities() const override { return capabilities_; }
  bool HasLink() const override { return true; }
  std::size_t Receive(std::uint16_t queue, std::span<net::Packet> packets) override;
  bool Transmit(std::uint16_t queue, net::Packet packet) override;
  std::size_t TransmitRoom(std::uint16_t) const override { return kWireFrames - (out_.put - out_.taken); }
  void Flush(std::uint16_t) override {}
  net::DeviceCounters ReadCounters() const override { return {}; }

 private:
  std::size_t TakeAll(std::span<net::Packet> packets);

  WireDirection& in_;
  WireDirection& out_;
  net::PacketPool& packets_;
  net::BufferPool& buffers_;
  net::DeviceCapabilities capabilities_;
};

}  // namespace bench

#endif  // ENKEL_TESTING_BENCH_NET_WIRE_DEVICE_H_
