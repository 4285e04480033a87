#include "drivers/net/virtio_net/queue_pair.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <utility>

#include "drivers/bus/dma/dma.h"
#include "drivers/bus/virtio/net_header.h"
#include "drivers/bus/virtio/split_queue.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/base/check.h"
#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"

namespace drivers::net_virtio {
namespace {

using virtio::SplitQueue;

// Places in the header. [VIRTIO] 5.1.6
constexpr std::size_t kFlags = 0;         // none: it says nothing of the frame
constexpr std::size_t kBufferCount = 10;  // how many buffers a received frame lies in
constexpr std::size_t kSmallestFrame = 14;

// May be lent, however few buffers there are: enough for the largest frame in buffers of 4 KiB, of which one may be
// waiting for its like already.
constexpr std::size_t kLeastLent = 2 * (kLargestFrame / 4096 + 1);

// Lent at first: enough for the largest frame. While a device has all of them it can give one, and then it gets more.
std::size_t FirstLent(const net::BufferPool& buffers) { return (kLargestFrame + kHeaderSize) / buffers.capacity() + 1; }

}  // namespace

QueuePair::QueuePair(virtio::Transport& transport, virtio::Features features, const DmaDomain& domain, Memory& memory,
                     net::PacketPool& packets, net::BufferPool& buffers, std::uint16_t number, std::size_t most_lent)
    : memory_(memory),
      packets_(packets),
      buffers_(buffers),
      receive_(transport, static_cast<std::uint16_t>(2 * number), features, domain, memory.receive),
      transmit_(transport, static_cast<std::uint16_t>(2 * number + 1), features, domain, memory.transmit,
                memory.tables),
      can_merge_((features & VIRTIO_NET_F_MRG_RXBUF) != 0),
      most_lent_(std::clamp(most_lent, kLeastLent, kMostInFlight)),
      wanted_lent_(std::min(most_lent_, FirstLent(buffers))) {}

void QueuePair::Start() {
  transmit_.RefuseInterrupts();
  LendBuffers();
  (void)receive_.RequestInterrupt();
}

void QueuePair::Restart() {
  for (std::uint16_t token = 0; token < kMostInFlight; ++token) {
    lent_[token] = net::Buffer();
    if (!in_flight_[token]) continue;
    in_flight_[token] = net::Packet();
    ++counters_.transmit_drops;
  }
  lent_count_ = 0;
  receive_.Restart();
  transmit_.Restart();
}

void QueuePair::LendBuffers() {
  while (lent_count_ < wanted_lent_) {
    if (receive_.free_entries() < SplitQueue::EntriesFor(buffers_.capacity())) break;
    net::Buffer buffer = buffers_.Take();
    if (!buffer) break;
    const std::uint16_t token = receive_.NextEntry();
    if (!receive_.LendOne({buffer.data(), buffers_.capacity()}, token)) break;  // broken
    ++lent_count_;
    lent_[token] = std::move(buffer);
  }
  receive_.Publish();
}

// Gives back what the device has sent.
void QueuePair::Reclaim() {
  while (const std::optional<SplitQueue::Used> used = transmit_.TakeUsed()) {
    in_flight_[used->token] = net::Packet();
  }
}

// Another buffer of the frame that `packet` is. False: it is not there, as it must be, or the packet is full.
bool QueuePair::AppendNext(net::Packet& packet) {
  const std::optional<SplitQueue::Used> used = receive_.TakeUsed();
  if (!used) return false;
  net::Buffer buffer = std::move(lent_[used->token]);
  --lent_count_;
  return packet && used->written > 0 && packet.Append(std::move(buffer), 0, used->written);
}

// The frame that begins in `first`. No packet where it is none, or one is lacking: counted.
net::Packet QueuePair::TakeFrame(const SplitQueue::Used& first) {
  net::Buffer buffer = std::move(lent_[first.token]);
  --lent_count_;
  if (first.written < kHeaderSize + kSmallestFrame) {
    ++counters_.receive_errors;
    return {};
  }
  // Read once: the device may go on writing.
  const std::byte* const header = buffer.data();
  const std::byte flags = *static_cast<const volatile std::byte*>(header + kFlags);
  std::uint16_t count = 1;
  if (can_merge_) count = *reinterpret_cast<const volatile std::uint16_t*>(header + kBufferCount);

  net::Packet packet = packets_.Take();
  if (!packet) ++counters_.receive_drops;
  bool is_whole = count > 0;
  if (packet) is_whole = packet.Append(std::move(buffer), kHeaderSize, first.written - kHeaderSize) && is_whole;
  for (std::uint16_t i = 1; i < count && is_whole; ++i) is_whole = AppendNext(packet) || !packet;
  if (!packet) return {};
  if (!is_whole) {
    ++counters_.receive_errors;
    return {};
  }
  if (flags != std::byte{0}) TakeInfo(header, packet);
  return packet;
}

// From a copy of the header. What it says is believed as far as it can be true.
void QueuePair::TakeInfo(const std::byte* header, net::Packet& packet) {
  std::array<std::byte, virtio::kNetHeaderSize> copy;
  std::memcpy(copy.data(), header, copy.size());
  packet.info() = virtio::ParseNetHeader(copy, packet.slices().front().bytes(), packet.size());
}

std::size_t QueuePair::Receive(std::span<net::Packet> packets) {
  Reclaim();
  std::size_t count = 0;
  while (count < packets.size()) {
    const std::optional<SplitQueue::Used> used = receive_.TakeUsed();
    if (!used) {
      LendBuffers();
      if (!receive_.RequestInterrupt()) return count;
      continue;
    }
    if (wanted_lent_ < most_lent_) ++wanted_lent_;
    net::Packet packet = TakeFrame(*used);
    if (!packet) continue;
    ++counters_.received_frames;
    counters_.received_bytes += packet.size();
    packets[count++] = std::move(packet);
  }
  LendBuffers();
  return count;
}

// The card's header, the packet's own, which may begin with it, and the pieces behind.
[[gnu::noinline]] bool QueuePair::LendPieces(const std::byte* card_header, bool is_in_packet,
                                             std::span<const std::byte> header, std::span<const net::Slice> slices,
                                             std::uint16_t token) {
  transmit_.Begin();
  bool fits = is_in_packet || transmit_.Put({card_header, kHeaderSize}, false);
  if (!header.empty()) fits = fits && transmit_.Put(header, false);
  for (const net::Slice& slice : slices) fits = fits && transmit_.Put(slice.bytes(), false);
  return fits && transmit_.Lend(token);
}

bool QueuePair::Transmit(net::Packet packet) {
  if (!transmit_.HasRoom()) Reclaim();
  const std::uint16_t token = transmit_.NextEntry();
  if (transmit_.free_entries() == 0) {
    ++counters_.transmit_drops;
    return false;
  }
  const std::size_t size = packet.size();
  // Where there is room for the card's header right before the frame's own, both are one piece.
  const std::size_t used = packet.header().size();
  const bool is_in_packet = used > 0 && used + kHeaderSize <= net::kHeadroom;
  std::byte* const header = is_in_packet ? packet.Prepend(kHeaderSize).data() : memory_.headers[token].data();
  std::memset(header, 0, kHeaderSize);
  const net::PacketInfo& info = packet.info();
  if (info.checksum != net::PacketInfo::Checksum::kNone || info.segmentation != net::PacketInfo::Segmentation::kNone) {
    constexpr std::size_t kTcpHeader = 20;  // without options: a hint needs no more
    virtio::WriteNetHeader(info, info.checksum_start + kTcpHeader,
                           std::span<std::byte, virtio::kNetHeaderSize>(header, virtio::kNetHeaderSize));
  }
  const std::span<const net::Slice> slices = packet.slices();
  const bool is_lent = is_in_packet && slices.size() == 1
                           ? transmit_.LendTwo(packet.header(), slices.data()->bytes(), token)
                           : LendPieces(header, is_in_packet, packet.header(), slices, token);
  if (!is_lent) {
    ++counters_.transmit_drops;
    return false;
  }
  in_flight_[token] = std::move(packet);
  ++counters_.transmitted_frames;
  counters_.transmitted_bytes += size;
  return true;
}

std::size_t QueuePair::TransmitRoom() const { return transmit_.Room(); }

}  // namespace drivers::net_virtio
