// A tap interface of Linux as a network device: Ethernet frames by read and write on a file, one a system call, with
// checksums and the cutting of large segments left to each other in both directions, or not. [Linux tuntap],
// [VIRTIO] 5.1.6
//
// A turn reads until nothing waits. Linux has no call that reads or writes several frames of a tap: what makes calls
// few is that a frame may be a segment of 64 KiB.
//
// The file is the board's: this is all that does not ask Linux for anything, and a test gives it another one.
#ifndef ENKEL_DRIVERS_NET_TAP_TAP_H_
#define ENKEL_DRIVERS_NET_TAP_TAP_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"

namespace drivers::net_tap {

// A piece of memory, as readv and writev take it. [readv(2)]
struct Piece {
  std::byte* bytes;
  std::size_t size;  // bytes
};

// What is left to each other.
enum class Offload : std::uint8_t {
  kNone,  // each frame is complete, and no larger than Ethernet's
  kBoth,  // virtio's header of ten bytes before each frame says what is undone
};

// An open tap interface. Nothing blocks.
class TapFile {
 public:
  // Bytes of the one frame that was read into the pieces, or written from them, with its header; negative: none is
  // waiting, the queue is full, or Linux refuses.
  virtual long Read(std::span<const Piece> pieces) = 0;
  virtual long Write(std::span<const Piece> pieces) = 0;

  // Wakes the device's user once a frame can be read; at once where one waits already.
  virtual void WakeWhenReadable() = 0;

 protected:
  ~TapFile() = default;
};

// Whether a frame of the largest size fits a packet of such buffers: if not, Linux must be asked to cut large segments
// itself.
constexpr bool CanReceiveLargeSegments(std::size_t buffer_capacity);

// One queue. Received frames lie in buffers of `buffers`, of which it holds as many as a frame of the largest size
// needs. All arguments must outlive it. Not interrupt-safe.
class Tap final : public net::Device {
 public:
  // `offload`: as the file was opened.
  Tap(TapFile& file, Offload offload, net::MacAddress mac, net::PacketPool& packets, net::BufferPool& buffers);
  ~Tap() = default;
  Tap(const Tap&) = delete;
  Tap& operator=(const Tap&) = delete;

  const net::DeviceCapabilities& capabilities() const override { return capabilities_; }
  bool HasLink() const override { return true; }
  std::size_t Receive(std::uint16_t queue, std::span<net::Packet> packets) override;
  bool Transmit(std::uint16_t queue, net::Packet packet) override;
  std::size_t TransmitRoom(std::uint16_t) const override { return kTransmitRoom; }
  void Flush(std::uint16_t) override {}  // Transmit has written it
  net::DeviceCounters ReadCounters() const override { return counters_; }

 private:
  static constexpr std::size_t kHeaderSize = 10;
  static constexpr std::size_t kLargestFrame = 65535 + 18;
  static constexpr std::size_t kTransmitRoom = 256;  // Linux takes all it gets, or drops it
  static constexpr std::size_t kMostBuffers = net::kMostSlices;

  friend constexpr bool CanReceiveLargeSegments(std::size_t buffer_capacity);

  using Header = std::array<std::byte, kHeaderSize>;  // of which the first header_size_ are there

  enum class Outcome : std::uint8_t { kPacket, kDropped, kNothingWaits };
  Outcome ReceiveOne(net::Packet& packet);
  void Refill();
  long ReadFrame(Header& header);
  long ReadLargeFrame(Header& header);
  net::Packet Assemble(std::size_t size);
  net::Buffer& Ready(std::size_t i) { return ready_[ready_count_ - 1 - i]; }  // the one that is used as number i

  TapFile& file_;
  net::PacketPool& packets_;
  net::BufferPool& buffers_;
  net::DeviceCapabilities capabilities_;
  net::DeviceCounters counters_;
  const std::size_t header_size_;
  std::size_t wanted_buffers_;  // for a frame of the largest size
  std::size_t ready_count_ = 0;
  std::array<net::Buffer, kMostBuffers> ready_;  // the first ready_count_, the last of them first: where frames go
  bool expects_large_ = false;                   // the last frame took more than one buffer
  std::array<std::byte, kLargestFrame> excess_;  // what has no buffer, or was not expected
};

constexpr bool CanReceiveLargeSegments(std::size_t buffer_capacity) {
  return buffer_capacity * Tap::kMostBuffers >= Tap::kLargestFrame;
}

}  // namespace drivers::net_tap

#endif  // ENKEL_DRIVERS_NET_TAP_TAP_H_
