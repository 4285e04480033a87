#include "drivers/net/tap/tap.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

#include "drivers/bus/virtio/net_header.h"
#include "kernel/base/check.h"
#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"

namespace drivers::net_tap {
namespace {

constexpr std::size_t kSmallestFrame = 14;
constexpr std::size_t kLargestOrdinaryFrame = 1500 + 18;

// Payload of a large segment: with all headers (Ethernet's do not count) it is at most 65,535 bytes.
constexpr std::uint32_t kLargestSegment = 65535 - 60 - 60;

}  // namespace

Tap::Tap(TapFile& file, Offload offload, net::MacAddress mac, net::PacketPool& packets, net::BufferPool& buffers)
    : file_(file),
      packets_(packets),
      buffers_(buffers),
      capabilities_{.mac = mac,
                    .most_slices = net::kMostSlices,
                    .largest_segment = offload == Offload::kBoth ? kLargestSegment : 0,
                    .can_sum_transmitted = offload == Offload::kBoth,
                    .can_sum_received = offload == Offload::kBoth},
      header_size_(offload == Offload::kBoth ? kHeaderSize : 0) {
  const bool may_be_large = offload == Offload::kBoth && CanReceiveLargeSegments(buffers.capacity());
  const std::size_t largest = may_be_large ? kLargestFrame : kLargestOrdinaryFrame;
  wanted_buffers_ = (largest + buffers.capacity() - 1) / buffers.capacity();
  CHECK(wanted_buffers_ <= kMostBuffers);
}

void Tap::Refill() {
  while (ready_count_ < wanted_buffers_) {
    net::Buffer buffer = buffers_.Take();
    if (!buffer) return;
    ready_[ready_count_++] = std::move(buffer);
  }
}

// Linux looks at each piece that it is given, at every call: most frames need one buffer, and large ones come in rows.
// Bytes that were read, header included; negative: none.
long Tap::ReadFrame(Header& header) {
  if (expects_large_) return ReadLargeFrame(header);
  std::array<Piece, 3> pieces;
  std::size_t count = 0;
  if (header_size_ > 0) pieces[count++] = {header.data(), header_size_};
  if (ready_count_ > 0) pieces[count++] = {Ready(0).data(), buffers_.capacity()};
  pieces[count++] = {excess_.data(), excess_.size()};
  const long read = file_.Read(std::span(pieces).first(count));
  const std::size_t capacity = buffers_.capacity();
  if (read < 0 || ready_count_ == 0) return read;
  // The one that was not expected goes where it belongs.
  const std::size_t size = static_cast<std::size_t>(read) - std::min(static_cast<std::size_t>(read), header_size_);
  for (std::size_t i = 1; i < ready_count_ && i * capacity < size; ++i) {
    std::memcpy(Ready(i).data(), &excess_[(i - 1) * capacity], std::min(capacity, size - i * capacity));
  }
  return read;
}

[[gnu::noinline]] long Tap::ReadLargeFrame(Header& header) {
  std::array<Piece, kMostBuffers + 2> pieces;
  std::size_t count = 0;
  if (header_size_ > 0) pieces[count++] = {header.data(), header_size_};
  for (std::size_t i = 0; i < ready_count_; ++i) pieces[count++] = {Ready(i).data(), buffers_.capacity()};
  if (ready_count_ < wanted_buffers_) pieces[count++] = {excess_.data(), excess_.size()};
  return file_.Read(std::span(pieces).first(count));
}

// The packet of the `size` bytes that were read. No packet where one is lacking, or they did not fit the buffers.
net::Packet Tap::Assemble(std::size_t size) {
  const std::size_t capacity = buffers_.capacity();
  const std::size_t used = (size + capacity - 1) / capacity;
  if (used > ready_count_) return {};
  net::Packet packet = packets_.Take();
  if (!packet) return {};
  for (std::size_t i = 0; i < used; ++i) {
    // It never has more slices than kMostBuffers.
    CHECK(packet.Append(std::move(Ready(i)), 0, std::min(capacity, size - i * capacity)));
  }
  ready_count_ -= used;
  return packet;
}

Tap::Outcome Tap::ReceiveOne(net::Packet& packet) {
  Refill();
  Header header = {};
  const long read = ReadFrame(header);
  if (read < 0) return Outcome::kNothingWaits;
  if (std::cmp_less(read, header_size_ + kSmallestFrame)) {
    ++counters_.receive_errors;
    return Outcome::kDropped;
  }
  const std::size_t size = static_cast<std::size_t>(read) - header_size_;
  expects_large_ = size > buffers_.capacity();
  packet = Assemble(size);
  if (!packet) {
    ++counters_.receive_drops;
    return Outcome::kDropped;
  }
  const std::span<std::byte> front = packet.slices().front().bytes();
  packet.info() = virtio::ParseNetHeader(header, front, size);
  ++counters_.received_frames;
  counters_.received_bytes += size;
  return Outcome::kPacket;
}

std::size_t Tap::Receive(std::uint16_t queue, std::span<net::Packet> packets) {
  CHECK(queue == 0);
  std::size_t count = 0;
  while (count < packets.size()) {
    switch (ReceiveOne(packets[count])) {
      case Outcome::kPacket:
        ++count;
        break;
      case Outcome::kDropped:
        break;
      case Outcome::kNothingWaits:
        file_.WakeWhenReadable();
        return count;
    }
  }
  return count;
}

bool Tap::Transmit(std::uint16_t queue, net::Packet packet) {
  CHECK(queue == 0);
  constexpr std::size_t kTcpHeader = 20;  // without options: a hint needs no more
  Header header;
  std::array<Piece, kMostBuffers + 2> pieces = {};
  std::size_t count = 0;
  if (header_size_ > 0) {
    virtio::WriteNetHeader(packet.info(), packet.info().checksum_start + kTcpHeader, header);
    pieces[count++] = {header.data(), header_size_};
  }
  const std::span<std::byte> front = packet.header();
  if (!front.empty()) pieces[count++] = {front.data(), front.size()};
  for (const net::Slice& slice : packet.slices()) pieces[count++] = {slice.bytes().data(), slice.size};
  if (file_.Write(std::span(pieces).first(count)) < 0) {
    ++counters_.transmit_drops;
    return false;
  }
  ++counters_.transmitted_frames;
  counters_.transmitted_bytes += packet.size();
  return true;
}

}  // namespace drivers::net_tap
