#include "drivers/net/packet_socket/packet_socket.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "drivers/bus/virtio/net_header.h"
#include "kernel/base/check.h"
#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"

namespace drivers::net_packet_socket {
namespace {

constexpr std::size_t kSmallestFrame = 14;

// Payload of a large segment: with all headers (Ethernet's do not count) it is at most 65,535 bytes.
constexpr std::uint32_t kLargestSegment = 65535 - 60 - 60;

}  // namespace

PacketSocket::PacketSocket(PacketFile& file, Offload offload, net::MacAddress mac, net::PacketPool& packets,
                           net::BufferPool& buffers)
    : file_(file),
      packets_(packets),
      buffers_(buffers),
      capabilities_{.mac = mac,
                    .most_slices = net::kMostSlices,
                    .largest_segment = offload == Offload::kTransmit ? kLargestSegment : 0,
                    .can_sum_transmitted = offload == Offload::kTransmit,
                    .can_sum_received = true},
      wanted_buffers_(std::min((kLargestFrame + buffers.capacity() - 1) / buffers.capacity(), kMostBuffers)),
      batch_(std::clamp<std::size_t>(buffers.count() / 4 / wanted_buffers_, 1, kMostBatch)) {
  for (std::size_t i = 0; i < kMostBatch; ++i) {
    Room& room = rooms_[i];
    room.pieces[0] = {room.header.data(), room.header.size()};
    received_[i].pieces = room.pieces.data();
    Waiting& waiting = waiting_[i];
    waiting.pieces[0] = {waiting.header.data(), waiting.header.size()};
    sent_[i].pieces = waiting.pieces.data();
  }
}

// False: buffers are lacking for a frame of the largest size.
bool PacketSocket::Refill(Room& room) {
  while (room.ready < wanted_buffers_) {
    net::Buffer buffer = buffers_.Take();
    if (!buffer) return false;
    room.pieces[1 + room.ready] = {buffer.data(), buffers_.capacity()};
    room.buffers[room.ready++] = std::move(buffer);
  }
  return true;
}

// How many frames can be received now: those that any frame fits, or one, whose excess is thrown away.
std::size_t PacketSocket::PrepareRooms(std::size_t most) {
  std::size_t count = 0;
  for (; count < most; ++count) {
    Message& message = received_[count];
    Room& room = rooms_[count];
    message.flags = 0;
    if (!Refill(room)) break;
    message.piece_count = 1 + room.ready;
  }
  if (count > 0) return count;
  Room& room = rooms_[0];
  room.pieces[1 + room.ready] = {excess_.data(), excess_.size()};
  received_[0].piece_count = 2 + room.ready;
  return 1;
}

// The packet of `size` bytes. No packet where one is lacking, or they did not fit the buffers.
net::Packet PacketSocket::Assemble(Room& room, std::size_t size) {
  const std::size_t capacity = buffers_.capacity();
  const std::size_t used = (size + capacity - 1) / capacity;
  if (used > room.ready) return {};
  net::Packet packet = packets_.Take();
  if (!packet) return {};
  for (std::size_t i = 0; i < used; ++i) {
    // It never has more slices than kMostBuffers.
    CHECK(packet.Append(std::move(room.buffers[i]), 0, std::min(capacity, size - i * capacity)));
  }
  const std::span<net::Buffer> rest = std::span(room.buffers).first(room.ready).subspan(used);
  std::ranges::move(rest, room.buffers.begin());
  room.ready -= used;
  for (std::size_t i = 0; i < room.ready; ++i) room.pieces[1 + i] = {room.buffers[i].data(), capacity};
  return packet;
}

// No packet: counted.
net::Packet PacketSocket::TakeFrame(Room& room, const Message& message) {
  if (message.size < kHeaderSize + kSmallestFrame) {
    ++counters_.receive_errors;
    return {};
  }
  const std::size_t size = message.size - kHeaderSize;
  net::Packet packet = (message.flags & kTruncated) == 0 ? Assemble(room, size) : net::Packet();
  if (!packet) {
    ++counters_.receive_drops;
    return {};
  }
  packet.info() = virtio::ParseNetHeader(room.header, packet.slices().front().bytes(), size);
  ++counters_.received_frames;
  counters_.received_bytes += size;
  return packet;
}

std::size_t PacketSocket::Receive(std::uint16_t queue, std::span<net::Packet> packets) {
  CHECK(queue == 0);
  std::size_t count = 0;
  while (count < packets.size()) {
    const std::size_t rooms = PrepareRooms(std::min(batch_, packets.size() - count));
    const std::size_t came = std::min(file_.Receive(std::span(received_).first(rooms)), rooms);
    for (std::size_t i = 0; i < came; ++i) {
      if (net::Packet packet = TakeFrame(rooms_[i], received_[i])) packets[count++] = std::move(packet);
    }
    if (came < rooms) {
      file_.WakeWhenReadable();
      return count;
    }
  }
  return count;
}

bool PacketSocket::Transmit(std::uint16_t queue, net::Packet packet) {
  CHECK(queue == 0);
  constexpr std::size_t kTcpHeader = 20;  // without options: a hint needs no more
  if (waiting_count_ == kMostBatch) Flush(queue);
  Waiting& waiting = waiting_[waiting_count_];
  virtio::WriteNetHeader(packet.info(), packet.info().checksum_start + kTcpHeader, waiting.header);
  std::size_t count = 1;
  const std::span<std::byte> front = packet.header();
  if (!front.empty()) waiting.pieces[count++] = {front.data(), front.size()};
  for (const net::Slice& slice : packet.slices()) waiting.pieces[count++] = {slice.bytes().data(), slice.size};
  sent_[waiting_count_].piece_count = count;
  waiting.packet = std::move(packet);
  ++waiting_count_;
  return true;
}

// A frame that Linux refuses is lost, as on a wire; those behind it may go.
void PacketSocket::Flush(std::uint16_t queue) {
  CHECK(queue == 0);
  for (std::size_t done = 0; done < waiting_count_;) {
    const std::size_t rest = waiting_count_ - done;
    const std::size_t taken = std::min(file_.Send(std::span(sent_).subspan(done, rest)), rest);
    for (const Waiting& waiting : std::span(waiting_).subspan(done, taken)) {
      ++counters_.transmitted_frames;
      counters_.transmitted_bytes += waiting.packet.size();
    }
    done += taken;
    if (taken == 0) {
      ++counters_.transmit_drops;
      ++done;
    }
  }
  for (Waiting& waiting : std::span(waiting_).first(waiting_count_)) waiting.packet = net::Packet();
  waiting_count_ = 0;
}

net::DeviceCounters PacketSocket::ReadCounters() const {
  counters_.receive_drops += file_.TakeDrops();
  return counters_;
}

}  // namespace drivers::net_packet_socket
