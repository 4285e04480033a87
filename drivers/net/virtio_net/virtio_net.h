// The network card of virtual machines. Checksums and the cutting of large segments are left to each other in both
// directions, as far as the device offers it; it has one pair of queues, or several. [VIRTIO] 5.1
#ifndef ENKEL_DRIVERS_NET_VIRTIO_NET_VIRTIO_NET_H_
#define ENKEL_DRIVERS_NET_VIRTIO_NET_VIRTIO_NET_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "drivers/bus/dma/dma.h"
#include "drivers/bus/virtio/split_queue.h"
#include "drivers/bus/virtio/transport.h"
#include "drivers/net/virtio_net/queue_pair.h"
#include "kernel/base/result.h"
#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"

namespace drivers::net_virtio {

class VirtioNet final : public net::Device {
 public:
  static constexpr std::uint16_t kMostPairs = 4;

  // A device that breaks so often without a frame between is left alone.
  static constexpr int kMostFailures = 8;

  // For each pair of queues: what the device sees, and the pair. With arbitrary contents.
  struct PairMemory {
    QueuePair::Memory shared;
    alignas(QueuePair) std::array<std::byte, sizeof(QueuePair)> pair;
  };

  // For a device with several pairs, which wants to be told how many are used. With arbitrary contents.
  struct ControlMemory {
    virtio::SplitQueue::Rings rings;
    alignas(16) std::array<std::byte, 16> command;
  };

  // Agrees with the device on what both can do, given buffers of `buffer_capacity` bytes and memory for `pairs` pairs
  // of queues. Errors: kUnsupported.
  static kernel::Result<virtio::Features> Negotiate(virtio::Transport& transport, std::size_t buffer_capacity,
                                                    std::uint16_t pairs = 1);

  // How many pairs a device that was negotiated with has use for: 1 to kMostPairs.
  static std::uint16_t CountPairs(virtio::Transport& transport, virtio::Features features);

  // Of a device that was negotiated with, with as many pairs as there is memory for; `control` is needed where that is
  // more than one. It is lent half of the pool's buffers at most. All arguments outlive it.
  VirtioNet(virtio::Transport& transport, virtio::Features features, const DmaDomain& domain,
            std::span<PairMemory> pairs, ControlMemory* control, net::PacketPool& packets, net::BufferPool& buffers);
  ~VirtioNet();  // resets the device
  VirtioNet(const VirtioNet&) = delete;
  VirtioNet& operator=(const VirtioNet&) = delete;

  // Whether the device's queues can carry any frame; else nothing comes or goes.
  bool IsUsable() const;

  const net::DeviceCapabilities& capabilities() const override { return capabilities_; }
  bool HasLink() const override;
  std::size_t Receive(std::uint16_t queue, std::span<net::Packet> packets) override;
  bool Transmit(std::uint16_t queue, net::Packet packet) override;
  std::size_t TransmitRoom(std::uint16_t queue) const override;
  void Flush(std::uint16_t queue) override;
  net::DeviceCounters ReadCounters() const override;

  // The device has interrupted, and said why. Interrupt-safe. Its user has something to look at then.
  void OnInterrupt(std::uint32_t why);

  // Whether the device broke the rules too often; nothing comes or goes any more.
  bool is_given_up() const { return is_given_up_; }

  // Pairs that frames are sent through: all, once the device has agreed.
  std::uint16_t active_pairs() const { return active_pairs_; }

 private:
  bool IsAnyBroken() const;
  void Start();
  void AskForPairs();
  void HearOfPairs();
  void Mend();
  QueuePair& PairFor(std::uint16_t queue) const { return *pairs_[queue < active_pairs_ ? queue : 0]; }

  virtio::Transport& transport_;
  const virtio::Features features_;
  ControlMemory* const control_memory_;
  net::DeviceCapabilities capabilities_;
  std::array<QueuePair*, kMostPairs> pairs_ = {};
  std::uint16_t pair_count_ = 0;
  std::uint16_t active_pairs_ = 1;
  std::optional<virtio::SplitQueue> control_;
  bool is_asking_ = false;                // for pairs
  mutable volatile bool is_news_ = true;  // of the configuration; set by the interrupt
  mutable bool has_link_ = true;
  mutable bool needs_reset_ = false;
  bool is_given_up_ = false;
  int failures_ = 0;
  std::uint64_t resets_ = 0;
  std::uint64_t received_at_reset_ = 0;
};

}  // namespace drivers::net_virtio

#endif  // ENKEL_DRIVERS_NET_VIRTIO_NET_VIRTIO_NET_H_
