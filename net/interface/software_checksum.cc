#include "net/interface/software_checksum.h"

#include <cstddef>

#include "net/packet/packet.h"

namespace net {

bool FinishChecksum(Packet& packet) {
  if (FinishUsualChecksum(packet)) return true;
  const PacketInfo& info = packet.info();
  const std::size_t field = std::size_t{info.checksum_start} + info.checksum_field;
  // Behind a header of this packet's own, Peek brings bytes of shared buffers into the headroom, where we may write.
  if (packet.header().empty() || packet.Peek(field + 2).empty()) return false;
  return FinishUsualChecksum(packet);
}

}  // namespace net
