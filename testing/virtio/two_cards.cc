// Two network cards of one machine on one wire: what the first sends, the second receives, every byte of it. Counts the
// instructions of the driver (under -icount, where a tick of the counter is one).
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <utility>

#include "boards/virtio/memory.h"
#include "boards/virtio/port.h"
#include "drivers/bus/virtio/transport.h"
#include "drivers/net/virtio_net/virtio_net.h"
#include "kernel/arch/entropy.h"
#include "kernel/arch/interrupts.h"
#include "kernel/interrupt/interrupt.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"

namespace {

using drivers::net_virtio::VirtioNet;

constexpr std::size_t kBatch = 16;
constexpr int kRounds = 400;
constexpr std::size_t kBuffers = 512;
constexpr std::size_t kBufferSize = 4096;

alignas(16) std::array<std::byte, net::PacketPool::StorageFor(kBuffers)> packet_storage;
alignas(16) std::array<std::byte, net::BufferPool::StorageFor(kBuffers, kBufferSize)> buffer_storage;

struct Card {
  board::VirtioPort port;
  VirtioNet::PairMemory memory = {};
  alignas(VirtioNet) std::array<std::byte, sizeof(VirtioNet)> storage = {};
  VirtioNet* net = nullptr;
  volatile std::uint64_t interrupts = 0;

  static void OnInterrupt(void* self, std::uint32_t why) {
    Card& card = *static_cast<Card*>(self);
    card.net->OnInterrupt(why);
    card.interrupts = card.interrupts + 1;
  }

  bool Open(unsigned index, const drivers::DmaDomain& domain, net::PacketPool& packets, net::BufferPool& buffers) {
    if (!board::OpenVirtio(drivers::virtio::DeviceType::kNetwork, index, port)) return false;
    const auto features = VirtioNet::Negotiate(port.transport(), kBufferSize);
    if (!features) return false;
    net = new (storage.data())
        VirtioNet(port.transport(), *features, domain, std::span(&memory, 1), nullptr, packets, buffers);
    return net->IsUsable() && port.Listen("virtio-net", &OnInterrupt, this);
  }
};

Card cards[2];

void Fill(std::span<std::byte> frame, std::uint32_t number) {
  for (std::size_t i = 14; i < frame.size(); ++i) frame[i] = static_cast<std::byte>(number * 31 + i * 7);
}

class Wire {
 public:
  Wire(net::PacketPool& packets, net::BufferPool& buffers, std::size_t size)
      : packets_(packets), buffers_(buffers), size_(size) {}

  bool Run() {
    const std::uint64_t interrupts = cards[1].interrupts;
    for (int round = 0; round < kRounds; ++round) {
      if (!Send() || !Receive()) return false;
    }
    constexpr std::uint64_t kFrames = kBatch * kRounds;
    std::printf("frames of %zu bytes: %lu instructions to send one, %lu to receive one; %lu interrupts for %lu\n",
                size_, sending_ / kFrames, receiving_ / kFrames, cards[1].interrupts - interrupts, kFrames);
    return true;
  }

  std::uint64_t PerFrame() const { return (sending_ + receiving_) / (kBatch * kRounds); }

 private:
  bool Send() {
    std::array<net::Packet, kBatch> batch;
    for (net::Packet& packet : batch) {
      packet = packets_.Take();
      net::Buffer buffer = buffers_.Take();
      if (!packet || !buffer) return false;
      Fill({buffer.data(), size_}, sent_++);
      if (!packet.Append(std::move(buffer), 14, size_ - 14)) return false;
      const std::span<std::byte> header = packet.Prepend(14);
      std::memcpy(header.data(), cards[1].net->capabilities().mac.bytes.data(), 6);
      std::memcpy(header.data() + 6, cards[0].net->capabilities().mac.bytes.data(), 6);
      header[12] = std::byte{0x88};
      header[13] = std::byte{0xb5};
    }
    const std::uint64_t before = kernel::arch::ReadCounter();
    for (net::Packet& packet : batch) {
      if (!cards[0].net->Transmit(0, std::move(packet))) return false;
    }
    cards[0].net->Flush(0);
    sending_ += kernel::arch::ReadCounter() - before;
    return true;
  }

  bool Receive() {
    for (std::size_t received = 0; received < kBatch;) {
      const std::uint64_t seen = cards[1].interrupts;
      std::array<net::Packet, kBatch> batch;
      const std::uint64_t before = kernel::arch::ReadCounter();
      const std::size_t count = cards[1].net->Receive(0, batch);
      if (count > 0) receiving_ += kernel::arch::ReadCounter() - before;
      received += count;
      for (net::Packet& packet : std::span(batch).first(count)) {
        if (!IsNext(packet)) return false;
        packet = net::Packet();
      }
      if (received < kBatch) WaitForInterruptAfter(seen);
    }
    return true;
  }

  bool IsNext(net::Packet& packet) {
    static std::array<std::byte, 2048> expected;
    static std::array<std::byte, 2048> found;
    Fill(std::span(expected).first(size_), received_++);
    return packet.size() == size_ && packet.CopyTo(0, found) == size_ &&
           std::memcmp(&expected[14], &found[14], size_ - 14) == 0;
  }

  static void WaitForInterruptAfter(std::uint64_t seen) {
    kernel::arch::MaskInterrupts();  // check, then sleep, in one step
    while (cards[1].interrupts == seen) kernel::arch::WaitForInterrupt();
    kernel::arch::UnmaskInterrupts();
  }

  net::PacketPool& packets_;
  net::BufferPool& buffers_;
  const std::size_t size_;
  std::uint32_t sent_ = 0;
  std::uint32_t received_ = 0;
  std::uint64_t sending_ = 0;
  std::uint64_t receiving_ = 0;
};

}  // namespace

int main() {
  const board::VirtioMemory domain;
  net::PacketPool packets(packet_storage);
  net::BufferPool buffers(buffer_storage, kBufferSize);
  for (unsigned index = 0; index < 2; ++index) {
    const std::uint64_t before = kernel::arch::ReadCounter();
    if (!cards[index].Open(index, domain, packets, buffers)) {
      std::printf("card %u cannot be opened\n", index);
      return 1;
    }
    std::printf("card %u: ready after %lu instructions\n", index, kernel::arch::ReadCounter() - before);
  }
  bool is_good = true;
  for (const std::size_t size : {60, 1514}) {
    Wire wire(packets, buffers, size);
    is_good = wire.Run() && is_good;
#ifdef ENKEL_FRAME_BUDGET
    is_good = wire.PerFrame() <= ENKEL_FRAME_BUDGET && is_good;
#endif
  }
  const net::DeviceCounters sent = cards[0].net->ReadCounters(), received = cards[1].net->ReadCounters();
  is_good = is_good && sent.transmitted_frames == received.received_frames && sent.transmit_drops == 0 &&
            received.receive_drops == 0 && received.receive_errors == 0 && received.resets == 0;
  for (Card& card : cards) std::destroy_at(card.net);
  is_good = is_good && packets.free_count() == packets.count() && buffers.free_count() == buffers.count();
  std::printf("%s\n", is_good ? "all came, and all memory came home" : "something is wrong");
  return is_good ? 0 : 1;
}
