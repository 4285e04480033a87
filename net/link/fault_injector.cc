#include "net/link/fault_injector.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "net/packet/buffer.h"
#include "net/packet/packet.h"

namespace net::link {
namespace {

constexpr std::uint32_t kMillion = 1'000'000;

}  // namespace

FaultInjector::FaultInjector(Device& device, RandomSource& random, PacketPool& packets, BufferPool& buffers)
    : DeviceWrapper(device), random_(random), packets_(packets), buffers_(buffers) {}

bool FaultInjector::Happens(std::uint32_t rate) { return rate != 0 && random_.Below(kMillion) < rate; }

// Bytes of its own, so that damage to it harms nobody else's. No packet where the pools are empty.
Packet FaultInjector::CopyOf(const Packet& packet) {
  Packet copy = packets_.Take();
  if (!copy) return {};
  copy.info() = packet.info();
  for (std::size_t at = 0; at < packet.size();) {
    Buffer buffer = buffers_.Take();
    if (!buffer) return {};
    const std::size_t size = packet.CopyTo(at, {buffer.data(), buffer.capacity()});
    if (!copy.Append(std::move(buffer), 0, size)) return {};
    at += size;
  }
  return copy;
}

void FaultInjector::Damage(Packet& packet) {
  Packet copy = CopyOf(packet);
  if (!copy || copy.size() == 0) return;
  std::size_t place = random_.Below(static_cast<std::uint32_t>(copy.size()));
  const auto bit = static_cast<std::byte>(1 << random_.Below(8));
  for (const Slice& slice : copy.slices()) {
    if (place < slice.size) {
      slice.bytes()[place] ^= bit;
      break;
    }
    place -= slice.size;
  }
  // A device that had looked at the checksum would have seen it.
  copy.info().checksum = PacketInfo::Checksum::kNone;
  packet = std::move(copy);
  ++faults_.damaged;
}

std::size_t FaultInjector::Receive(std::uint16_t queue, std::span<Packet> packets) {
  std::size_t count = 0;
  while (count < packets.size()) {
    if (!extra_.IsEmpty()) {
      packets[count++] = extra_.Pop();
      continue;
    }
    Packet packet;
    if (DeviceWrapper::Receive(queue, {&packet, 1}) == 0) {
      // Nothing else will overtake it.
      if (!held_) break;
      extra_.Push(std::move(held_));
      held_ = {};
      continue;
    }
    if (Happens(rates_.lost)) {
      ++faults_.lost;
      continue;
    }
    if (Happens(rates_.damaged)) Damage(packet);
    if (Happens(rates_.cut) && packet.size() > 0) {
      packet.Truncate(random_.Below(static_cast<std::uint32_t>(packet.size())));
      ++faults_.cut;
    }
    if (Happens(rates_.doubled)) {
      if (Packet copy = CopyOf(packet)) {
        extra_.Push(std::move(copy));
        ++faults_.doubled;
      }
    }
    if (!held_ && Happens(rates_.overtaken)) {
      held_ = std::move(packet);
      ++faults_.overtaken;
      continue;
    }
    packets[count++] = std::move(packet);
    if (held_) {
      extra_.Push(std::move(held_));
      held_ = {};
    }
  }
  return count;
}

}  // namespace net::link
