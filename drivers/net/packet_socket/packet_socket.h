// A packet socket of Linux as a network device: Ethernet frames through any interface that Linux has, sixteen a system
// call in each direction, with virtio's header before each frame. [packet(7)], [VIRTIO] 5.1.6
//
// Frames are read straight into the pool's buffers and written from where they lie. The socket is the board's: this is
// all that does not ask Linux for anything, and a test gives it another one.
#ifndef ENKEL_DRIVERS_NET_PACKET_SOCKET_PACKET_SOCKET_H_
#define ENKEL_DRIVERS_NET_PACKET_SOCKET_PACKET_SOCKET_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"

namespace drivers::net_packet_socket {

// A piece of memory, as Linux' struct iovec.
struct Piece {
  std::byte* bytes;
  std::size_t size;  // bytes
};

// One frame with its header, as Linux' struct mmsghdr. [recvmmsg(2)]
struct Message {
  void* name = nullptr;
  std::uint32_t name_size = 0;
  Piece* pieces = nullptr;
  std::size_t piece_count = 0;
  void* control = nullptr;
  std::size_t control_size = 0;
  alignas(8) std::uint32_t flags = 0;  // kTruncated: there was more than the pieces hold
  alignas(8) std::uint32_t size = 0;   // bytes that came
};
static_assert(sizeof(Message) == 64);

inline constexpr std::uint32_t kTruncated = 0x20;  // MSG_TRUNC

// An open packet socket. Nothing blocks.
class PacketFile {
 public:
  // How many messages were received or sent, from the first one on; 0: none is waiting, or Linux takes none now.
  virtual std::size_t Receive(std::span<Message> messages) = 0;
  virtual std::size_t Send(std::span<Message> messages) = 0;

  // Frames that came since this was asked, and found no room in the socket.
  virtual std::uint64_t TakeDrops() = 0;

  // Wakes the device's user once a frame can be received; at once where one waits already.
  virtual void WakeWhenReadable() = 0;

 protected:
  ~PacketFile() = default;
};

// Whether checksums and the cutting of large segments are left to Linux. What comes may be undone in either case: it
// may come from this machine.
enum class Offload : std::uint8_t { kNone, kTransmit };

// One queue. It holds as many buffers of `buffers` as sixteen frames of the largest size need, or a quarter of them.
// All arguments must outlive it. Not interrupt-safe.
class PacketSocket final : public net::Device {
 public:
  static constexpr std::size_t kMostBatch = 16;  // frames

  PacketSocket(PacketFile& file, Offload offload, net::MacAddress mac, net::PacketPool& packets,
               net::BufferPool& buffers);
  ~PacketSocket() = default;
  PacketSocket(const PacketSocket&) = delete;
  PacketSocket& operator=(const PacketSocket&) = delete;

  const net::DeviceCapabilities& capabilities() const override { return capabilities_; }
  bool HasLink() const override { return true; }
  std::size_t Receive(std::uint16_t queue, std::span<net::Packet> packets) override;
  bool Transmit(std::uint16_t queue, net::Packet packet) override;
  std::size_t TransmitRoom(std::uint16_t) const override { return kTransmitRoom; }
  void Flush(std::uint16_t queue) override;
  net::DeviceCounters ReadCounters() const override;

 private:
  static constexpr std::size_t kHeaderSize = 10;
  static constexpr std::size_t kLargestFrame = 65535 + 18;
  static constexpr std::size_t kTransmitRoom = 256;  // Linux takes all it gets, or drops it
  static constexpr std::size_t kMostBuffers = net::kMostSlices;

  using Header = std::array<std::byte, kHeaderSize>;

  // Where a frame is received: its header, buffers, and what is never looked at where buffers are lacking.
  struct Room {
    Header header = {};
    std::size_t ready = 0;  // buffers
    std::array<net::Buffer, kMostBuffers> buffers;
    std::array<Piece, kMostBuffers + 2> pieces = {};
  };

  // A frame that waits for the others of its batch.
  struct Waiting {
    Header header = {};
    net::Packet packet;
    std::array<Piece, kMostBuffers + 2> pieces = {};
  };

  bool Refill(Room& room);
  std::size_t PrepareRooms(std::size_t most);
  net::Packet Assemble(Room& room, std::size_t size);
  net::Packet TakeFrame(Room& room, const Message& message);

  PacketFile& file_;
  net::PacketPool& packets_;
  net::BufferPool& buffers_;
  net::DeviceCapabilities capabilities_;
  mutable net::DeviceCounters counters_;
  const std::size_t wanted_buffers_;  // for a frame of the largest size
  const std::size_t batch_;           // frames that are received at a time
  std::array<Room, kMostBatch> rooms_;
  std::array<Message, kMostBatch> received_ = {};
  std::size_t waiting_count_ = 0;
  std::array<Waiting, kMostBatch> waiting_;  // the first waiting_count_
  std::array<Message, kMostBatch> sent_ = {};
  std::array<std::byte, kLargestFrame> excess_;
};

}  // namespace drivers::net_packet_socket

#endif  // ENKEL_DRIVERS_NET_PACKET_SOCKET_PACKET_SOCKET_H_
