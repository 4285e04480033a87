// How control blocks come, change their states, and go.
#ifndef ENKEL_NET_TCP_LIFE_H_
#define ENKEL_NET_TCP_LIFE_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernel/base/result.h"
#include "net/ip/ip.h"
#include "net/tcp/control_block.h"
#include "net/tcp/stack.h"
#include "net/tcp/state.h"
#include "net/wire/address.h"

namespace net::tcp {

// A block in CLOSED with its ends and its place in the table; null when none is left. `hash` is Stack::hash_of both
// ends, `ts_offset` their TimestampOffset.
ControlBlock* Create(Stack& stack, const Endpoint& local, const Endpoint& remote, std::uint64_t hash,
                     std::uint32_t ts_offset, const Options& options);

// CHECKs that the table of transitions has it. [RFC9293] figure 5
void Enter(ControlBlock& block, State state);

// ESTABLISHED for the first time: both options are known, sequence numbers are set. Sizes segments and starts clocks.
void BecomeEstablished(ControlBlock& block);

// Ends the connection at once, in CLOSED: queues are emptied. `error`: why, for the program; nothing: it ended well.
void Finish(ControlBlock& block, std::optional<kernel::Error> error);

// Both FINs are through: what is left of the connection goes to the table of TIME-WAIT. What the program has not read
// stays with the block. [RFC9293] 3.10.7.4, eighth
void EnterTimeWait(ControlBlock& block);

// CLOSE: our FIN after all that was written. [RFC9293] 3.10.4
void CloseSending(ControlBlock& block);

// ABORT. [RFC9293] 3.10.5
void Abort(ControlBlock& block);

// Whether the stack is done with it: only its handle keeps it.
inline bool IsOver(const ControlBlock& block) {
  return block.state == State::kClosed || block.state == State::kTimeWait;
}

// Gives the block back. Turn does it.
void Release(ControlBlock& block);

// Bounds what the receive queue holds by the size of the window.
inline void LimitReceiveMemory(ControlBlock& block) {
  block.receive_queue.SetMostMemory(kMemoryOfByte * block.tuning.window());
}

// Brings the budget up to date with what the queues hold.
inline void ChargeBudget(ControlBlock& block) {
  const std::size_t held = block.send_queue.memory() + block.receive_queue.memory();
  if (held == block.charged) return;
  block.stack.budget.Release(block.charged);
  block.stack.budget.Charge(held);
  block.charged = held;
}

// The observer hears of it when the turn ends.
inline void Notify(ControlBlock& block) { block.has_news = true; }

// Looks the path up again when paths have changed, or for the first time, and sizes segments by it. Errors: as
// FindPath.
kernel::Result<void> RefreshPath(ControlBlock& block);
void UsePath(ControlBlock& block, const Path& path);  // that was looked up just now

// What Eff.snd.MSS would be if black holes had made it smaller so often (black_hole.h). Bytes.
std::uint16_t SegmentSizeWith(const ControlBlock& block, int reductions);

// Eff.snd.MSS from what was agreed, the path and the program's wish. [RFC9293] 3.7.1
void SizeSegments(ControlBlock& block);

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_LIFE_H_
