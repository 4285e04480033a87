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

constexpr std::size_t kBufferCount = 10;  // in the header: how many buffers a received frame lies in
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
      wanted_lent_(std::min(most_lent_, FirstLent(buffers))) {
  for (std::uint16_t token = 0; token < kMostInFlight; ++token) idle_lent_[token] = idle_in_flight_[token] = token;
  idle_lent_count_ = idle_in_flight_count_ = kMostInFlight;
}

void QueuePair::Start() {
  transmit_.RefuseInterrupts();
  LendBuffers();
  (void)receive_.RequestInterrupt();
}

void QueuePair::Restart() {
  for (std::uint16_t token = 0; token < kMostInFlight; ++token) {
    if (lent_[token]) {
      lent_[token] = net::Buffer();
      idle_lent_[idle_lent_count_++] = token;
    }
    if (in_flight_[token]) {
      in_flight_[token] = net::Packet();
      idle_in_flight_[idle_in_flight_count_++] = token;
      ++counters_.transmit_drops;
    }
  }
  receive_.Restart();
  transmit_.Restart();
}

void QueuePair::LendBuffers() {
  while (kMostInFlight - idle_lent_count_ < wanted_lent_) {
    if (receive_.free_entries() < SplitQueue::EntriesFor(buffers_.capacity())) break;
    net::Buffer buffer = buffers_.Take();
    if (!buffer) break;
    const std::uint16_t token = idle_lent_[idle_lent_count_ - 1];
    receive_.Begin();
    if (!receive_.Put({buffer.data(), buffers_.capacity()}, true) || !receive_.Lend(token)) break;  // broken
    --idle_lent_count_;
    lent_[token] = std::move(buffer);
  }
  receive_.Publish();
}

// Gives back what the device has sent.
void QueuePair::Reclaim() {
  while (const std::optional<SplitQueue::Used> used = transmit_.TakeUsed()) {
    in_flight_[used->token] = net::Packet();
    idle_in_flight_[idle_in_flight_count_++] = used->token;
  }
}

// Another buffer of the frame that `packet` is. False: it is not there, as it must be, or the packet is full.
bool QueuePair::AppendNext(net::Packet& packet) {
  const std::optional<SplitQueue::Used> used = receive_.TakeUsed();
  if (!used) return false;
  net::Buffer buffer = std::move(lent_[used->token]);
  idle_lent_[idle_lent_count_++] = used->token;
  return packet && used->written > 0 && packet.Append(std::move(buffer), 0, used->written);
}

// The frame that begins in `first`. No packet where it is none, or one is lacking: counted.
net::Packet QueuePair::TakeFrame(const SplitQueue::Used& first) {
  net::Buffer buffer = std::move(lent_[first.token]);
  idle_lent_[idle_lent_count_++] = first.token;
  if (first.written < kHeaderSize + kSmallestFrame) {
    ++counters_.receive_errors;
    return {};
  }
  // A copy: the device may go on writing.
  std::array<std::byte, kHeaderSize> header;
  std::memcpy(header.data(), buffer.data(), header.size());
  std::uint16_t count = 1;
  if (can_merge_) std::memcpy(&count, &header[kBufferCount], sizeof(count));

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
  packet.info() = virtio::ParseNetHeader(std::span(header).first<virtio::kNetHeaderSize>(),
                                         packet.slices().front().bytes(), packet.size());
  return packet;
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

// Room for the card's header right before the frame's own, if there is any: then both are one piece.
std::span<std::byte> QueuePair::HeaderOf(net::Packet& packet, std::uint16_t token, bool& is_in_packet) {
  const std::size_t used = packet.header().size();
  is_in_packet = used > 0 && used + kHeaderSize <= net::kHeadroom;
  return is_in_packet ? packet.Prepend(kHeaderSize) : std::span(memory_.headers[token]).first(kHeaderSize);
}

bool QueuePair::Transmit(net::Packet&& packet) {
  if (!transmit_.HasRoom() || idle_in_flight_count_ == 0) Reclaim();
  if (idle_in_flight_count_ == 0) {
    ++counters_.transmit_drops;
    return false;
  }
  const std::uint16_t token = idle_in_flight_[idle_in_flight_count_ - 1];
  const net::PacketInfo info = packet.info();
  const std::size_t size = packet.size();
  bool is_in_packet = false;
  const std::span<std::byte> header = HeaderOf(packet, token, is_in_packet);
  std::memset(header.data(), 0, header.size());
  constexpr std::size_t kTcpHeader = 20;  // without options: a hint needs no more
  virtio::WriteNetHeader(info, info.checksum_start + kTcpHeader, header.first<virtio::kNetHeaderSize>());
  transmit_.Begin();
  bool fits = is_in_packet || transmit_.Put(header, false);
  if (!packet.header().empty()) fits = fits && transmit_.Put(packet.header(), false);
  for (const net::Slice& slice : packet.slices()) fits = fits && transmit_.Put(slice.bytes(), false);
  if (!fits || !transmit_.Lend(token)) {
    ++counters_.transmit_drops;
    return false;
  }
  --idle_in_flight_count_;
  in_flight_[token] = std::move(packet);
  ++counters_.transmitted_frames;
  counters_.transmitted_bytes += size;
  return true;
}

std::size_t QueuePair::TransmitRoom() const { return std::min(idle_in_flight_count_, transmit_.Room()); }

}  // namespace drivers::net_virtio
