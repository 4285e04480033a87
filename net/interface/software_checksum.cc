#include "net/interface/software_checksum.h"

#include <cstddef>
#include <cstdint>

#include "net/packet/packet.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"

namespace net {

bool FinishChecksum(Packet& packet) {
  PacketInfo& info = packet.info();
  const std::size_t start = info.checksum_start;
  const std::size_t field = start + info.checksum_field;
  // Behind a header of this packet's own, Peek brings bytes of shared buffers into the headroom, where we may write.
  if (packet.header().size() < field + 2) {
    if (packet.header().empty() || packet.Peek(field + 2).empty() || packet.header().size() < field + 2) return false;
  }
  wire::Checksum sum;
  // Every other segment of TCP is all header.
  const bool is_header = packet.header().size() == packet.size();
  sum.AddEven(is_header ? wire::SumBytes(packet.header().subspan(start)) : packet.Sum(start, packet.size() - start));
  std::uint16_t checksum = sum.Finish();
  // UDP has a second form of zero for it, and any other protocol takes it for the same number. [RFC768]
  if (checksum == 0) checksum = 0xffff;
  wire::StoreBig(&packet.header()[field], checksum);
  info.checksum = PacketInfo::Checksum::kNone;
  return true;
}

}  // namespace net
