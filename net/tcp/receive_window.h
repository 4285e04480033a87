// How much the peer may send. [RFC9293] 3.8.6.2.2, [RFC7323] 2
#ifndef ENKEL_NET_TCP_RECEIVE_WINDOW_H_
#define ENKEL_NET_TCP_RECEIVE_WINDOW_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "net/tcp/budget.h"
#include "net/tcp/control_block.h"
#include "net/tcp/stack.h"

namespace net::tcp {

// Bytes that the peer could send now, had nothing been promised.
inline std::uint32_t ReceiveSpace(const ControlBlock& block) {
  const std::uint32_t most =
      std::min(block.tuning.window(), std::uint32_t{UINT16_MAX} << block.agreed.receive_window_shift);
  const auto readable = static_cast<std::uint32_t>(block.receive_queue.readable());
  if (readable >= most) return 0;
  const std::uint32_t space = most - readable;
  // A full budget closes windows down to two segments, so that everybody still gets on: one more than what is left of a
  // promise, which may be too little for a sender to bother.
  if (block.stack.budget.pressure() != Budget::Pressure::kFull) return space;
  return readable == 0 ? std::min<std::uint32_t>(space, 2u * block.receive_segment_size) : 0;
}

// The window field of a segment that is sent now; notes what it promises. The right edge never moves back, and moves on
// only by a worthwhile step: a segment, or half of the buffer.
inline std::uint16_t WindowToSend(ControlBlock& block) {
  const std::uint32_t promised = block.rcv_wnd();
  std::uint32_t space = ReceiveSpace(block);
  const std::uint32_t step = std::min<std::uint32_t>(block.receive_segment_size, block.tuning.window() / 2);
  if (space < promised + step) space = promised;
  // Rounded up, so that the edge does not move back by a part of a unit.
  const std::uint8_t shift = block.agreed.receive_window_shift;
  const std::uint32_t field = std::min<std::uint32_t>((space + (1u << shift) - 1) >> shift, UINT16_MAX);
  block.rcv_adv = Later(block.rcv_adv, block.rcv_nxt() + (field << shift));
  return static_cast<std::uint16_t>(field);
}

// Whether the peer should hear at once that the window has opened: by two segments or half of the buffer.
inline bool IsWindowUpdateDue(const ControlBlock& block) {
  const std::uint32_t step = std::min<std::uint32_t>(2u * block.receive_segment_size, block.tuning.window() / 2);
  return ReceiveSpace(block) >= block.rcv_wnd() + step;
}

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_RECEIVE_WINDOW_H_
