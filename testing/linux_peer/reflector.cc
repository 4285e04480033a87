// Sends every frame of the board's Ethernet device back to where it came from, offloads and all, by the queue that it
// came by: the device and the loop, without a stack. Says so of each queue when its first frame comes.
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <thread>
#include <utility>

#include "boards/ethernet.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/event/polled.h"
#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/wire/ethernet.h"

namespace {

constexpr std::size_t kPackets = 64;
constexpr std::size_t kBuffers = 128;
constexpr std::size_t kBufferSize = 4096;

alignas(16) std::array<std::byte, net::PacketPool::StorageFor(kPackets)> packet_storage;
alignas(16) std::array<std::byte, net::BufferPool::StorageFor(kBuffers, kBufferSize)> buffer_storage;

class Reflector final : public kernel::Poller {
 public:
  kernel::Instant Poll(kernel::Instant) override {
    bool is_more = false;
    for (std::uint16_t queue = 0; queue < device_->capabilities().queues; ++queue) is_more |= PollQueue(queue);
    return is_more ? kernel::Instant{} : kernel::kNever;
  }

  void SetDevice(net::Device& device) { device_ = &device; }

 private:
  bool PollQueue(std::uint16_t queue) {
    std::array<net::Packet, 16> packets;
    const std::size_t count = device_->Receive(queue, packets);
    if (count > 0 && (used_queues_ >> queue & 1) == 0) {
      used_queues_ |= 1U << queue;
      std::printf("frames by queue %u\n", static_cast<unsigned>(queue));
      std::fflush(stdout);
    }
    for (net::Packet& packet : std::span(packets).first(count)) Reflect(queue, std::move(packet));
    device_->Flush(queue);
    return count == packets.size();
  }

  void Reflect(std::uint16_t queue, net::Packet packet) {
    auto header = net::wire::Ethernet::Parse(packet.Peek(net::wire::kEthernetSize));
    if (!header || header->destination != device_->capabilities().mac) return;
    std::swap(header->destination, header->source);
    const net::PacketInfo info = packet.info();
    packet.DropFront(header->size());
    header->Write(packet.Prepend(header->size()));
    packet.info() = info;
    device_->Transmit(queue, std::move(packet));
  }

  net::Device* device_ = nullptr;
  std::uint32_t used_queues_ = 0;
};

Reflector reflector;
kernel::event::Polled polled(reflector);

}  // namespace

int main() {
  net::PacketPool packets(packet_storage);
  net::BufferPool buffers(buffer_storage, kBufferSize);
  const kernel::Result<net::Device*> device = board::OpenEthernet(packets, buffers, polled);
  if (!device) {
    std::printf("no device: %d\n", static_cast<int>(device.error()));
    return 1;
  }
  reflector.SetDevice(**device);
  std::printf("mac");
  for (const std::byte byte : (*device)->capabilities().mac.bytes) std::printf(" %02x", static_cast<unsigned>(byte));
  std::printf("\n");
  std::fflush(stdout);
  polled.Wake();
  for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
}
