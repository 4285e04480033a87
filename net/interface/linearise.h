// Packets in fewer pieces, for devices that take only a few.
#ifndef ENKEL_NET_INTERFACE_LINEARISE_H_
#define ENKEL_NET_INTERFACE_LINEARISE_H_

#include <cstddef>

#include "kernel/base/result.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"

namespace net {

// Copies the payload of `packet` into at most `most_slices` buffers of its own. Errors: kTooLong (they would not hold
// it), kOutOfMemory. The packet is unchanged then.
kernel::Result<void> Linearise(Packet& packet, std::size_t most_slices, PacketPool& packets, BufferPool& buffers);

}  // namespace net

#endif  // ENKEL_NET_INTERFACE_LINEARISE_H_
