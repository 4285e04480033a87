// What a network card does for its driver: checksums and the cutting of large TCP segments, on the bytes of a frame.
// A second implementation beside the stack's own (net/interface), so that one checks the other.
#ifndef ENKEL_TESTING_SIM_OFFLOAD_H_
#define ENKEL_TESTING_SIM_OFFLOAD_H_

#include <cstddef>
#include <span>
#include <vector>

#include "net/packet/packet.h"
#include "testing/sim/cable.h"

namespace sim {

// The frames that a card puts on the wire for `frame`, whose info says what is left to do: one, or the segments.
// Aborts where the info does not fit the bytes: that is a bug of the stack.
std::vector<Frame> PutOnWire(Frame frame);

// Whether the frame holds a whole IP packet with TCP, UDP or ICMPv6 whose checksum is right.
bool HasRightChecksum(std::span<const std::byte> frame);

}  // namespace sim

#endif  // ENKEL_TESTING_SIM_OFFLOAD_H_
