// The checksum that a transport left to the device, by the CPU: for devices that have none, and for packets that change
// before they reach one (fragments).
#ifndef ENKEL_NET_INTERFACE_SOFTWARE_CHECKSUM_H_
#define ENKEL_NET_INTERFACE_SOFTWARE_CHECKSUM_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "net/packet/packet.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"

namespace net {

// The sum of all from `start` on: nearly always a header part, of whole words, and a piece behind it or nothing.
std::uint64_t SumFrom(const Packet& packet, std::size_t start);

// Makes a packet of PacketInfo::Checksum::kPartial complete. False, and nothing changed, when the checksum's field lies
// beyond the packet, or so far behind its front that it cannot be written without touching bytes that others share.
bool FinishChecksum(Packet& packet);

// The same for nearly all packets, whose field lies in their header part. False, and nothing changed: it is elsewhere.
inline bool FinishUsualChecksum(Packet& packet) {
  PacketInfo& info = packet.info();
  const std::span<std::byte> header = packet.header();
  const std::size_t start = info.checksum_start;
  const std::size_t field = start + info.checksum_field;
  if (header.size() < field + 2) return false;
  wire::Checksum sum;
  sum.AddEven(SumFrom(packet, start));
  std::uint16_t checksum = sum.Finish();
  // UDP has a second form of zero for it, and any other protocol takes it for the same number. [RFC768]
  if (checksum == 0) checksum = 0xffff;
  wire::StoreBig(header.data() + field, checksum);
  info.checksum = PacketInfo::Checksum::kNone;
  return true;
}

}  // namespace net

#endif  // ENKEL_NET_INTERFACE_SOFTWARE_CHECKSUM_H_
