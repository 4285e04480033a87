#include "boards/machine/network.h"
#include "boards/machine/parts.h"
#include "net/device.h"
#include "net/interface/interface.h"

namespace machine {

Traffic Network::ReadTraffic() {
  const Parts& parts = GetParts();
  Traffic traffic = {.packets_in_use = parts.packets.count() - parts.packets.free_count(),
                     .buffers_in_use = parts.buffers.count() - parts.buffers.free_count()};
  if (!parts.ethernet.IsMade()) return traffic;
  const net::DeviceCounters card = parts.ethernet->ReadDeviceCounters();
  traffic.received_frames = card.received_frames;
  traffic.transmitted_frames = card.transmitted_frames;
  traffic.lost_frames = card.receive_drops + card.receive_errors;
  traffic.refused_frames = card.transmit_drops;
  return traffic;
}

}  // namespace machine
