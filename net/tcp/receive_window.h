// How much the peer may send. [RFC9293] 3.8.6.2.2, [RFC7323] 2
#ifndef ENKEL_NET_TCP_RECEIVE_WINDOW_H_
#define ENKEL_NET_TCP_RECEIVE_WINDOW_H_

#include <cstdint>

#include "net/tcp/control_block.h"

namespace net::tcp {

// The window field of a segment that is sent now; notes what it promises. The right edge never moves back, and moves on
// only by a worthwhile step: a segment, or half of the buffer.
std::uint16_t WindowToSend(ControlBlock& block);

// Whether the peer should hear at once that the window has opened: by two segments or half of the buffer.
bool IsWindowUpdateDue(const ControlBlock& block);

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_RECEIVE_WINDOW_H_
