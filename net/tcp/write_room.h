// How much a program may write ahead of the network.
#ifndef ENKEL_NET_TCP_WRITE_ROOM_H_
#define ENKEL_NET_TCP_WRITE_ROOM_H_

#include <algorithm>
#include <cstdint>

#include "net/tcp/budget.h"
#include "net/tcp/control_block.h"
#include "net/tcp/stack.h"

namespace net::tcp {

// Bytes that a connection's queue may hold now.
inline std::uint32_t SendQueueLimit(const ControlBlock& block) {
  return SendBufferSize(block.recovery.congestion_window(), block.options.send_limit, block.stack.budget.pressure());
}

// Bytes that may be written now, the budget permitting.
inline std::uint32_t WriteRoom(const ControlBlock& block) {
  const std::uint32_t limit = SendQueueLimit(block);
  const std::uint32_t used = block.send_queue.size();
  return used < limit ? limit - used : 0;
}

// Enough to wake a writer: a third of the queue.
inline bool HasWriteRoom(const ControlBlock& block) { return WriteRoom(block) >= SendQueueLimit(block) / 3; }

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_WRITE_ROOM_H_
