// The network card of virtual machines. One pair of queues; checksums and the cutting of large segments are left to
// each other in both directions, as far as the device offers it. [VIRTIO] 5.1
//
// Received frames lie in the pool's buffers as the device wrote them; what is sent is read where it lies.
#ifndef ENKEL_DRIVERS_NET_VIRTIO_NET_VIRTIO_NET_H_
#define ENKEL_DRIVERS_NET_VIRTIO_NET_VIRTIO_NET_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "drivers/bus/dma/dma.h"
#include "drivers/bus/virtio/split_queue.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/base/result.h"
#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"

namespace drivers::net_virtio {

// Before each frame; the tap's of ten bytes and a count of buffers. [VIRTIO] 5.1.6
inline constexpr std::size_t kHeaderSize = 12;

class VirtioNet final : public net::Device {
 public:
  static constexpr std::size_t kMostInFlight = virtio::SplitQueue::kMostEntries;

  // What the device reads and writes besides packets. Zeroed.
  struct Memory {
    virtio::SplitQueue::Rings receive;
    virtio::SplitQueue::Rings transmit;
    alignas(16) std::array<std::array<std::byte, 16>, kMostInFlight> headers;
  };

  // Agrees with the device on what both can do, given buffers of `buffer_capacity` bytes. Errors: kUnsupported.
  static kernel::Result<virtio::Features> Negotiate(virtio::Transport& transport, std::size_t buffer_capacity);

  // Of a device that was negotiated with; it is lent as many buffers as its queue holds and the pool has. All arguments
  // outlive it.
  VirtioNet(virtio::Transport& transport, virtio::Features features, const DmaDomain& domain, Memory& memory,
            net::PacketPool& packets, net::BufferPool& buffers);
  ~VirtioNet();  // resets the device
  VirtioNet(const VirtioNet&) = delete;
  VirtioNet& operator=(const VirtioNet&) = delete;

  const net::DeviceCapabilities& capabilities() const override { return capabilities_; }
  bool HasLink() const override;
  std::size_t Receive(std::uint16_t queue, std::span<net::Packet> packets) override;
  bool Transmit(std::uint16_t queue, net::Packet packet) override;
  std::size_t TransmitRoom(std::uint16_t queue) const override;
  void Flush(std::uint16_t queue) override;
  net::DeviceCounters ReadCounters() const override { return counters_; }

  // The device has interrupted, and said why. Interrupt-safe. Its user has something to look at then.
  void OnInterrupt(std::uint32_t why);

  // Whether the device broke the rules; nothing comes or goes any more.
  bool is_broken() const { return receive_.is_broken() || transmit_.is_broken(); }

 private:
  void LendBuffers();
  void Reclaim();
  void ReadLink();
  net::Packet TakeFrame(const virtio::SplitQueue::Used& first);
  bool AppendNext(net::Packet& packet);

  virtio::Transport& transport_;
  const virtio::Features features_;
  Memory& memory_;
  net::PacketPool& packets_;
  net::BufferPool& buffers_;
  net::DeviceCapabilities capabilities_;
  net::DeviceCounters counters_;
  virtio::SplitQueue receive_;
  virtio::SplitQueue transmit_;
  mutable volatile bool is_link_news_ = true;  // set by the interrupt
  mutable bool has_link_ = true;
  std::array<net::Buffer, kMostInFlight> lent_;              // by token
  std::array<std::uint16_t, kMostInFlight> idle_lent_ = {};  // tokens of no buffer
  std::size_t idle_lent_count_ = 0;
  std::array<net::Packet, kMostInFlight> in_flight_;  // by token
  std::array<std::uint16_t, kMostInFlight> idle_in_flight_ = {};
  std::size_t idle_in_flight_count_ = 0;
};

}  // namespace drivers::net_virtio

#endif  // ENKEL_DRIVERS_NET_VIRTIO_NET_VIRTIO_NET_H_
