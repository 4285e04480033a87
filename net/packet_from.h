// Packets from bytes that somebody else owns: the one copy on the way down.
#ifndef ENKEL_NET_PACKET_FROM_H_
#define ENKEL_NET_PACKET_FROM_H_

#include <cstddef>
#include <span>

#include "kernel/base/result.h"
#include "net/context.h"
#include "net/packet/packet.h"

namespace net {

// A packet whose payload is a copy of `bytes`. Errors: kOutOfMemory (no packet or buffer is left), kTooLong (more than
// a packet's slices hold).
kernel::Result<Packet> PacketFrom(Context& context, std::span<const std::byte> bytes);

// The same in pieces: appends a copy to `packet`. After an error a part of it may be there.
kernel::Result<void> AppendTo(Packet& packet, Context& context, std::span<const std::byte> bytes);

}  // namespace net

#endif  // ENKEL_NET_PACKET_FROM_H_
