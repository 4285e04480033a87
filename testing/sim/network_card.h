// A network card of a simulated host: the device that its interface has.
#ifndef ENKEL_TESTING_SIM_NETWORK_CARD_H_
#define ENKEL_TESTING_SIM_NETWORK_CARD_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>

#include "kernel/base/poller.h"
#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "testing/sim/cable.h"
#include "testing/sim/world.h"

namespace sim {

// What the card is like beyond what it says of itself.
struct CardOptions {
  std::size_t receive_ring = 256;   // frames that wait to be taken; more are dropped
  std::size_t transmit_ring = 256;  // packets between two calls of Flush
  // Frames pass to another card like this with their work undone, as between two virtual machines.
  bool is_virtual = false;
};

// Received frames lie in buffers of `buffers`, as many as they need, and packets of `packets`: the host's. Wakes
// `waker` when a frame has come. All arguments must outlive it.
class NetworkCard final : public net::Device, public Jack {
 public:
  NetworkCard(const net::DeviceCapabilities& capabilities, const CardOptions& options, net::PacketPool& packets,
              net::BufferPool& buffers, kernel::Waker& waker)
      : capabilities_(capabilities), options_(options), packets_(packets), buffers_(buffers), waker_(waker) {}
  NetworkCard(const NetworkCard&) = delete;
  NetworkCard& operator=(const NetworkCard&) = delete;

  // The cable, at its left or right end. Before anything is sent; it outlives the card.
  void Plug(Cable& cable, Cable::End end) {
    cable_ = &cable;
    end_ = end;
  }

  void Arrive(const Frame& frame) override;

  const net::DeviceCapabilities& capabilities() const override { return capabilities_; }
  bool HasLink() const override { return cable_ != nullptr && cable_->is_plugged(); }
  std::size_t Receive(std::uint16_t queue, std::span<net::Packet> packets) override;
  bool Transmit(std::uint16_t queue, net::Packet packet) override;
  std::size_t TransmitRoom(std::uint16_t queue) const override;
  void Flush(std::uint16_t queue) override;
  net::DeviceCounters ReadCounters() const override { return counters_; }

 private:
  net::Packet PacketOf(const Frame& frame);
  void Send(Frame frame);

  net::DeviceCapabilities capabilities_;
  CardOptions options_;
  net::PacketPool& packets_;
  net::BufferPool& buffers_;
  kernel::Waker& waker_;
  Cable* cable_ = nullptr;
  Cable::End end_ = Cable::End::kLeft;
  std::deque<Frame> received_;
  net::PacketQueue transmitted_;
  net::DeviceCounters counters_;
};

}  // namespace sim

#endif  // ENKEL_TESTING_SIM_NETWORK_CARD_H_
