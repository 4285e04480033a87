#include "drivers/net/virtio_net/virtio_net.h"

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
#include "kernel/base/result.h"
#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"

namespace drivers::net_virtio {
namespace {

using virtio::Features;
using virtio::Piece;
using virtio::SplitQueue;

// [VIRTIO] 5.1.3
constexpr Features VIRTIO_NET_F_CSUM = Features{1} << 0;
constexpr Features VIRTIO_NET_F_GUEST_CSUM = Features{1} << 1;
constexpr Features VIRTIO_NET_F_MTU = Features{1} << 3;
constexpr Features VIRTIO_NET_F_MAC = Features{1} << 5;
constexpr Features VIRTIO_NET_F_GUEST_TSO4 = Features{1} << 7;
constexpr Features VIRTIO_NET_F_GUEST_TSO6 = Features{1} << 8;
constexpr Features VIRTIO_NET_F_HOST_TSO4 = Features{1} << 11;
constexpr Features VIRTIO_NET_F_HOST_TSO6 = Features{1} << 12;
constexpr Features VIRTIO_NET_F_MRG_RXBUF = Features{1} << 15;
constexpr Features VIRTIO_NET_F_STATUS = Features{1} << 16;

// Places in the configuration. [VIRTIO] 5.1.4
constexpr std::size_t kMac = 0;
constexpr std::size_t kStatus = 6;
constexpr std::size_t kMtu = 10;
constexpr std::uint16_t kLinkUp = 1;

constexpr std::uint16_t kReceiveQueue = 0;
constexpr std::uint16_t kTransmitQueue = 1;

constexpr std::size_t kBufferCount = 10;  // in the header: how many buffers a received frame lies in

constexpr std::size_t kSmallestFrame = 14;
constexpr std::size_t kLargestFrame = 65535 + 18;
constexpr std::uint16_t kLeastMtu = 1280;
constexpr std::uint16_t kMostMtu = 9000;

// Payload of a large segment: with all headers (Ethernet's do not count) it is at most 65,535 bytes.
constexpr std::uint32_t kLargestSegment = 65535 - 60 - 60;

// Descriptors of a packet at most: our header, its own, and slices that lie across pages.
constexpr std::size_t kMostEntries =
    1 + SplitQueue::EntriesFor(net::kHeadroom) + net::kMostSlices * SplitQueue::EntriesFor(2048);

template <typename T>
T ReadConfiguration(virtio::Transport& transport, std::size_t place) {
  std::array<std::byte, sizeof(T)> bytes = {};
  transport.ReadConfiguration(place, bytes);
  T value;
  std::memcpy(&value, bytes.data(), sizeof(value));
  return value;
}

}  // namespace

kernel::Result<Features> VirtioNet::Negotiate(virtio::Transport& transport, std::size_t buffer_capacity) {
  Features wanted = VIRTIO_NET_F_CSUM | VIRTIO_NET_F_GUEST_CSUM | VIRTIO_NET_F_MTU | VIRTIO_NET_F_HOST_TSO4 |
                    VIRTIO_NET_F_HOST_TSO6 | VIRTIO_NET_F_STATUS | virtio::kEventIndex;
  constexpr Features kRequired = VIRTIO_NET_F_MAC | VIRTIO_NET_F_MRG_RXBUF;
  if (buffer_capacity * net::kMostSlices >= kLargestFrame + kHeaderSize) {
    wanted |= VIRTIO_NET_F_GUEST_TSO4 | VIRTIO_NET_F_GUEST_TSO6;
  }
  return virtio::Negotiate(transport, wanted, kRequired);
}

VirtioNet::VirtioNet(virtio::Transport& transport, Features features, const DmaDomain& domain, Memory& memory,
                     net::PacketPool& packets, net::BufferPool& buffers)
    : transport_(transport),
      features_(features),
      memory_(memory),
      packets_(packets),
      buffers_(buffers),
      receive_(transport, kReceiveQueue, features, domain, memory.receive),
      transmit_(transport, kTransmitQueue, features, domain, memory.transmit) {
  const auto has = [features](Features all) { return (features & all) == all; };
  transport.ReadConfiguration(kMac, capabilities_.mac.bytes);
  if (has(VIRTIO_NET_F_MTU)) {
    capabilities_.mtu = std::clamp(ReadConfiguration<std::uint16_t>(transport, kMtu), kLeastMtu, kMostMtu);
  }
  capabilities_.most_slices = net::kMostSlices;
  capabilities_.can_sum_transmitted = has(VIRTIO_NET_F_CSUM);
  capabilities_.can_sum_received = has(VIRTIO_NET_F_GUEST_CSUM);
  if (has(VIRTIO_NET_F_CSUM | VIRTIO_NET_F_HOST_TSO4 | VIRTIO_NET_F_HOST_TSO6)) {
    capabilities_.largest_segment = kLargestSegment;
  }
  for (std::uint16_t token = 0; token < kMostInFlight; ++token) {
    idle_lent_[idle_lent_count_++] = token;
    idle_in_flight_[idle_in_flight_count_++] = token;
  }
  transmit_.RefuseInterrupts();
  virtio::Start(transport_);
  LendBuffers();
  (void)receive_.RequestInterrupt();
}

VirtioNet::~VirtioNet() { transport_.SetStatus(0); }

void VirtioNet::LendBuffers() {
  while (idle_lent_count_ > 0) {
    if (receive_.free_entries() < SplitQueue::EntriesFor(buffers_.capacity())) break;
    net::Buffer buffer = buffers_.Take();
    if (!buffer) break;
    const std::uint16_t token = idle_lent_[--idle_lent_count_];
    const Piece piece = {.bytes = {buffer.data(), buffers_.capacity()}, .is_for_device = true};
    CHECK(receive_.Add({&piece, 1}, token) || receive_.is_broken());
    lent_[token] = std::move(buffer);
  }
  receive_.Publish();
}

// Gives back what the device has sent.
void VirtioNet::Reclaim() {
  while (const std::optional<SplitQueue::Used> used = transmit_.TakeUsed()) {
    in_flight_[used->token] = net::Packet();
    idle_in_flight_[idle_in_flight_count_++] = used->token;
  }
}

void VirtioNet::OnInterrupt(std::uint32_t why) {
  if ((why & virtio::kConfigurationChanged) != 0) is_link_news_ = true;
}

bool VirtioNet::HasLink() const {
  if (is_broken()) return false;
  if ((features_ & VIRTIO_NET_F_STATUS) == 0) return true;
  if (is_link_news_) {
    is_link_news_ = false;
    has_link_ = (ReadConfiguration<std::uint16_t>(transport_, kStatus) & kLinkUp) != 0;
  }
  return has_link_;
}

// Another buffer of the frame that `packet` is. False: it is not there, as it must be, or the packet is full.
bool VirtioNet::AppendNext(net::Packet& packet) {
  const std::optional<SplitQueue::Used> used = receive_.TakeUsed();
  if (!used) return false;
  net::Buffer buffer = std::move(lent_[used->token]);
  idle_lent_[idle_lent_count_++] = used->token;
  return packet && used->written > 0 && packet.Append(std::move(buffer), 0, used->written);
}

// The frame that begins in `first`. No packet where it is none, or one is lacking: counted.
net::Packet VirtioNet::TakeFrame(const SplitQueue::Used& first) {
  net::Buffer buffer = std::move(lent_[first.token]);
  idle_lent_[idle_lent_count_++] = first.token;
  if (first.written < kHeaderSize + kSmallestFrame) {
    ++counters_.receive_errors;
    return {};
  }
  // A copy: the device may go on writing.
  std::array<std::byte, kHeaderSize> header;
  std::memcpy(header.data(), buffer.data(), header.size());
  std::uint16_t count = 0;
  std::memcpy(&count, &header[kBufferCount], sizeof(count));

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

std::size_t VirtioNet::Receive(std::uint16_t queue, std::span<net::Packet> packets) {
  CHECK(queue == 0);
  Reclaim();
  std::size_t count = 0;
  while (count < packets.size()) {
    const std::optional<SplitQueue::Used> used = receive_.TakeUsed();
    if (!used) {
      LendBuffers();
      if (!receive_.RequestInterrupt()) return count;
      continue;
    }
    net::Packet packet = TakeFrame(*used);
    if (!packet) continue;
    ++counters_.received_frames;
    counters_.received_bytes += packet.size();
    packets[count++] = std::move(packet);
  }
  LendBuffers();
  return count;
}

bool VirtioNet::Transmit(std::uint16_t queue, net::Packet packet) {
  CHECK(queue == 0);
  if (idle_in_flight_count_ == 0 || transmit_.free_entries() < kMostEntries) Reclaim();
  if (idle_in_flight_count_ == 0) {
    ++counters_.transmit_drops;
    return false;
  }
  const std::uint16_t token = idle_in_flight_[idle_in_flight_count_ - 1];
  const std::span<std::byte> header = std::span(memory_.headers[token]).first(kHeaderSize);
  std::memset(header.data(), 0, header.size());
  constexpr std::size_t kTcpHeader = 20;  // without options: a hint needs no more
  virtio::WriteNetHeader(packet.info(), packet.info().checksum_start + kTcpHeader,
                         header.first<virtio::kNetHeaderSize>());
  std::array<Piece, 2 + net::kMostSlices> pieces = {};
  std::size_t count = 0;
  pieces[count++].bytes = header;
  if (!packet.header().empty()) pieces[count++].bytes = packet.header();
  for (const net::Slice& slice : packet.slices()) pieces[count++].bytes = slice.bytes();
  const std::size_t size = packet.size();
  if (!transmit_.Add(std::span(pieces).first(count), token)) {
    ++counters_.transmit_drops;
    return false;
  }
  --idle_in_flight_count_;
  in_flight_[token] = std::move(packet);
  ++counters_.transmitted_frames;
  counters_.transmitted_bytes += size;
  return true;
}

std::size_t VirtioNet::TransmitRoom(std::uint16_t) const {
  return std::min(idle_in_flight_count_, transmit_.free_entries() / kMostEntries);
}

void VirtioNet::Flush(std::uint16_t) { transmit_.Publish(); }

}  // namespace drivers::net_virtio
