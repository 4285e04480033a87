#include "net/link/loopback.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "net/device.h"
#include "net/packet/packet.h"

namespace net::link {
namespace {

constexpr std::uint16_t kMtu = 65535;
constexpr std::uint32_t kLargestSegment = 65535 - 60 - 60;  // bytes of payload below the largest headers of IP and TCP

}  // namespace

Loopback::Loopback(std::size_t most_packets)
    : capabilities_{.mtu = kMtu,
                    .most_slices = kMostSlices,
                    .largest_segment = kLargestSegment,
                    .can_sum_transmitted = true,
                    .can_sum_received = true},
      most_packets_(most_packets) {}

std::size_t Loopback::Receive(std::uint16_t, std::span<Packet> packets) {
  const std::size_t count = std::min(packets.size(), ready_count_);
  for (Packet& packet : packets.first(count)) {
    packet = packets_.Pop();
    ++counters_.received_frames;
    counters_.received_bytes += packet.size();
  }
  ready_count_ -= count;
  return count;
}

bool Loopback::Transmit(std::uint16_t, Packet packet) {
  if (packets_.count() == most_packets_) {
    ++counters_.transmit_drops;
    return false;
  }
  ++counters_.transmitted_frames;
  counters_.transmitted_bytes += packet.size();
  packets_.Push(std::move(packet));
  return true;
}

std::size_t Loopback::TransmitRoom(std::uint16_t) const { return most_packets_ - packets_.count(); }

void Loopback::Flush(std::uint16_t) { ready_count_ = packets_.count(); }

}  // namespace net::link
