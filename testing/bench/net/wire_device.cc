#include "testing/bench/net/wire_device.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "testing/bench/net/peer.h"

namespace bench {

WireDevice::WireDevice(const PeerConfig& config, net::PacketPool& packets, net::BufferPool& buffers)
    : in_(*config.in), out_(*config.out), packets_(packets), buffers_(buffers) {
  capabilities_.mac = {{std::byte{2}, {}, {}, {}, {}, static_cast<std::byte>(1 + config.side)}};
  capabilities_.most_slices = net::kMostSlices;
}

void WireDevice::SetOffload(bool on) { capabilities_.can_sum_transmitted = capabilities_.can_sum_received = on; }

std::size_t WireDevice::Receive(std::uint16_t, std::span<net::Packet> packets) {
  return in_.taken == in_.put ? 0 : TakeAll(packets);
}

[[gnu::noinline]] std::size_t WireDevice::TakeAll(std::span<net::Packet> packets) {
  std::size_t count = 0;
  while (count < packets.size() && in_.taken != in_.put) {
    net::Buffer buffer = buffers_.Take();
    net::Packet packet = packets_.Take();
    const unsigned slot = in_.taken++ % kWireFrames;
    if (!buffer || !packet) [[unlikely]]
      continue;
    std::memcpy(buffer.data(), in_.frame[slot], in_.size[slot]);
    bool has_all = false;
    [[clang::always_inline]] has_all = packet.Append(std::move(buffer), 0, in_.size[slot]);
    if (!has_all) [[unlikely]]
      continue;
    if (capabilities_.can_sum_received) packet.info().checksum = net::PacketInfo::Checksum::kVerified;
    packets[count++] = std::move(packet);
  }
  return count;
}

bool WireDevice::Transmit(std::uint16_t, net::Packet packet) {
  if (out_.put - out_.taken == kWireFrames || packet.size() > kWireFrameSize) return false;
  const unsigned slot = out_.put++ % kWireFrames;
  out_.size[slot] = static_cast<std::uint32_t>(packet.size());
  // Piece by piece, as a card gathers them.
  unsigned char* to = out_.frame[slot];
  std::memcpy(to, packet.header().data(), packet.header().size());
  to += packet.header().size();
  for (const net::Slice& slice : packet.slices()) {
    std::memcpy(to, slice.bytes().data(), slice.size);
    to += slice.size;
  }
  return true;
}

}  // namespace bench
