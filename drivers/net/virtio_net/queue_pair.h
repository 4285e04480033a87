// A pair of queues of a virtio network card: frames that come, and frames that go. [VIRTIO] 5.1.2
//
// Received frames lie in the pool's buffers as the device wrote them; what is sent is read where it lies.
#ifndef ENKEL_DRIVERS_NET_VIRTIO_NET_QUEUE_PAIR_H_
#define ENKEL_DRIVERS_NET_VIRTIO_NET_QUEUE_PAIR_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "drivers/bus/dma/dma.h"
#include "drivers/bus/virtio/split_queue.h"
#include "drivers/bus/virtio/transport.h"
#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"

namespace drivers::net_virtio {

// Before each frame; the tap's of ten bytes and a count of buffers. [VIRTIO] 5.1.6
inline constexpr std::size_t kHeaderSize = 12;

// A received frame may lie in several buffers, and says in how many; otherwise that number means nothing.
// [VIRTIO] 5.1.3, 5.1.6.4
inline constexpr virtio::Features VIRTIO_NET_F_MRG_RXBUF = virtio::Features{1} << 15;

// Bytes of a frame at most, with a large segment in it.
inline constexpr std::size_t kLargestFrame = 65535 + 18;

class QueuePair {
 public:
  static constexpr std::size_t kMostInFlight = virtio::SplitQueue::kMostEntries;
  static constexpr std::size_t kTablePages = 2;

  // What the device reads and writes besides packets. With arbitrary contents.
  struct Memory {
    virtio::SplitQueue::Rings receive;
    virtio::SplitQueue::Rings transmit;
    std::array<virtio::SplitQueue::TablePage, kTablePages> tables;
    alignas(16) std::array<std::array<std::byte, 16>, kMostInFlight> headers;  // of packets without room for one
  };

  // Pair `number` of a device that was negotiated with. It lends the device at most `most_lent` buffers at a time, few
  // at first, and more the more comes. All arguments outlive it.
  QueuePair(virtio::Transport& transport, virtio::Features features, const DmaDomain& domain, Memory& memory,
            net::PacketPool& packets, net::BufferPool& buffers, std::uint16_t number, std::size_t most_lent);
  QueuePair(const QueuePair&) = delete;
  QueuePair& operator=(const QueuePair&) = delete;

  // Whether the device's queues can carry any frame.
  bool IsUsable() const { return receive_.entries() > 0 && transmit_.Room() > 0; }
  bool is_broken() const { return receive_.is_broken() || transmit_.is_broken(); }

  // Lends buffers and asks for an interrupt, once the device has started.
  void Start();

  // Takes everything back from a device that was reset and negotiated with again. What was on its way is lost, and
  // counted as drops.
  void Restart();

  // As net::Device's.
  std::size_t Receive(std::span<net::Packet> packets);
  bool Transmit(net::Packet packet);
  std::size_t TransmitRoom() const;
  void Flush() { transmit_.Publish(); }
  const net::DeviceCounters& counters() const { return counters_; }

 private:
  void LendBuffers();
  void Reclaim();
  bool LendPieces(const std::byte* card_header, bool is_in_packet, std::span<const std::byte> header,
                  std::span<const net::Slice> slices, std::uint16_t token);
  net::Packet TakeFrame(const virtio::SplitQueue::Used& first);
  bool AppendNext(net::Packet& packet);
  static void TakeInfo(const std::byte* header, net::Packet& packet);

  Memory& memory_;
  net::PacketPool& packets_;
  net::BufferPool& buffers_;
  net::DeviceCounters counters_;
  virtio::SplitQueue receive_;
  virtio::SplitQueue transmit_;
  const bool can_merge_;
  const std::size_t most_lent_;
  std::size_t wanted_lent_;
  std::size_t lent_count_ = 0;
  // By token, which is the entry of the queue.
  std::array<net::Buffer, kMostInFlight> lent_;
  std::array<net::Packet, kMostInFlight> in_flight_;
};

}  // namespace drivers::net_virtio

#endif  // ENKEL_DRIVERS_NET_VIRTIO_NET_QUEUE_PAIR_H_
