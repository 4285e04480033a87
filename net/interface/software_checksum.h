// The checksum that a transport left to the device, by the CPU: for devices that have none, and for packets that change
// before they reach one (fragments).
#ifndef ENKEL_NET_INTERFACE_SOFTWARE_CHECKSUM_H_
#define ENKEL_NET_INTERFACE_SOFTWARE_CHECKSUM_H_

#include "net/packet/packet.h"

namespace net {

// Makes a packet of PacketInfo::Checksum::kPartial complete. False, and nothing changed, when the checksum's field lies
// beyond the packet, or so far behind its front that it cannot be written without touching bytes that others share.
bool FinishChecksum(Packet& packet);

}  // namespace net

#endif  // ENKEL_NET_INTERFACE_SOFTWARE_CHECKSUM_H_
