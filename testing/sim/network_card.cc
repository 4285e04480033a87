#include "testing/sim/network_card.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

#include "kernel/base/check.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "testing/sim/cable.h"
#include "testing/sim/offload.h"

namespace sim {

using net::PacketInfo;

void NetworkCard::Arrive(const Frame& frame) {
  if (received_.size() >= options_.receive_ring) {
    ++counters_.receive_drops;
    return;
  }
  received_.push_back(frame);
  waker_.Wake();
}

std::size_t NetworkCard::Receive(std::uint16_t queue, std::span<net::Packet> packets) {
  CHECK(queue == 0);
  std::size_t count = 0;
  while (count < packets.size() && !received_.empty()) {
    const Frame frame = std::move(received_.front());
    received_.pop_front();
    net::Packet packet = PacketOf(frame);
    if (!packet) {
      ++counters_.receive_drops;
      continue;
    }
    ++counters_.received_frames;
    counters_.received_bytes += frame.bytes.size();
    packets[count++] = std::move(packet);
  }
  return count;
}

// No packet where a pool is empty.
net::Packet NetworkCard::PacketOf(const Frame& frame) {
  net::Packet packet = packets_.Take();
  if (!packet) return {};
  std::span<const std::byte> rest = frame.bytes;
  while (!rest.empty()) {
    net::Buffer buffer = buffers_.Take();
    if (!buffer) return {};
    const std::size_t size = std::min(rest.size(), buffer.capacity());
    std::memcpy(buffer.data(), rest.data(), size);
    if (!packet.Append(std::move(buffer), 0, size)) return {};
    rest = rest.subspan(size);
  }
  packet.info() = frame.info;
  if (capabilities_.can_sum_received && packet.info().checksum == PacketInfo::Checksum::kNone &&
      HasRightChecksum(frame.bytes)) {
    packet.info().checksum = PacketInfo::Checksum::kVerified;
  }
  return packet;
}

bool NetworkCard::Transmit(std::uint16_t queue, net::Packet packet) {
  CHECK(queue == 0);
  CHECK(packet && packet.slices().size() <= capabilities_.most_slices);
  CHECK(capabilities_.can_sum_transmitted || packet.info().checksum != PacketInfo::Checksum::kPartial);
  CHECK(packet.info().segmentation == PacketInfo::Segmentation::kNone || capabilities_.largest_segment > 0);
  if (TransmitRoom(queue) == 0) {
    ++counters_.transmit_drops;
    return false;
  }
  transmitted_.Push(std::move(packet));
  return true;
}

std::size_t NetworkCard::TransmitRoom(std::uint16_t) const { return options_.transmit_ring - transmitted_.count(); }

void NetworkCard::Flush(std::uint16_t queue) {
  CHECK(queue == 0);
  while (!transmitted_.IsEmpty()) {
    const net::Packet packet = transmitted_.Pop();
    Frame frame = {.bytes = std::vector<std::byte>(packet.size()), .info = packet.info()};
    packet.CopyTo(0, frame.bytes);
    if (options_.is_virtual) {
      Send(std::move(frame));
      continue;
    }
    for (Frame& wire_frame : PutOnWire(std::move(frame))) Send(std::move(wire_frame));
  }
}

void NetworkCard::Send(Frame frame) {
  constexpr std::size_t kLargestHeader = 18;
  CHECK(frame.info.segmentation != PacketInfo::Segmentation::kNone ||
        frame.bytes.size() <= capabilities_.mtu + kLargestHeader);
  ++counters_.transmitted_frames;
  counters_.transmitted_bytes += frame.bytes.size();
  if (cable_ != nullptr) cable_->Send(end_, std::move(frame));
}

}  // namespace sim
