#include "net/tcp/receive_window.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "net/tcp/budget.h"
#include "net/tcp/control_block.h"
#include "net/tcp/stack.h"

namespace net::tcp {
namespace {

// Bytes that the peer could send now, had nothing been promised.
std::uint32_t Space(const ControlBlock& block) {
  const std::uint32_t most =
      std::min(block.tuning.window(), std::uint32_t{UINT16_MAX} << block.agreed.receive_window_shift);
  const auto readable = static_cast<std::uint32_t>(block.receive_queue.readable());
  if (readable >= most) return 0;
  const std::uint32_t space = most - readable;
  // A full budget closes windows down to a segment, so that everybody still gets on.
  if (block.stack.budget.pressure() != Budget::Pressure::kFull) return space;
  return readable == 0 ? std::min<std::uint32_t>(space, block.receive_segment_size) : 0;
}

}  // namespace

std::uint16_t WindowToSend(ControlBlock& block) {
  const std::uint32_t promised = block.rcv_wnd();
  std::uint32_t space = Space(block);
  const std::uint32_t step = std::min<std::uint32_t>(block.receive_segment_size, block.tuning.window() / 2);
  if (space < promised + step) space = promised;
  // Rounded up, so that the edge does not move back by a part of a unit.
  const std::uint8_t shift = block.agreed.receive_window_shift;
  const std::uint32_t field = std::min<std::uint32_t>((space + (1u << shift) - 1) >> shift, UINT16_MAX);
  block.rcv_adv = Later(block.rcv_adv, block.rcv_nxt() + (field << shift));
  return static_cast<std::uint16_t>(field);
}

bool IsWindowUpdateDue(const ControlBlock& block) {
  const std::uint32_t step = std::min<std::uint32_t>(2u * block.receive_segment_size, block.tuning.window() / 2);
  return Space(block) >= block.rcv_wnd() + step;
}

}  // namespace net::tcp
