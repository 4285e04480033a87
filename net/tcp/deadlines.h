// What a connection waits for, on one timer.
#ifndef ENKEL_NET_TCP_DEADLINES_H_
#define ENKEL_NET_TCP_DEADLINES_H_

#include "kernel/base/time.h"
#include "net/tcp/control_block.h"
#include "net/timers.h"

namespace net::tcp {

// The handler of every control block's timer.
void OnDeadline(Timer& timer, kernel::Instant now);

// Makes the timer run out by the earliest of the block's deadlines. One that moved later, or went, is left to run out
// early: then it is set anew. So a deadline that each segment moves costs a comparison.
void SetTimer(ControlBlock& block);

// The block goes: its timer stops, or is left to the next connection (Stack::spare_timer).
void LeaveTimer(ControlBlock& block);

// An acknowledgment is due within kDelayedAck, unless something carries it before. [RFC9293] 3.8.6.3
void DelayAck(ControlBlock& block);
inline constexpr kernel::Duration kDelayedAck = kernel::Duration::Milliseconds(40);  // MUST be below 500 ms

// A SYN, or the answer to one, was sent, and goes again if nobody answers.
void AwaitHandshake(ControlBlock& block);

// Data waits for a closed or a silly window, and nothing is on the way: probes begin. [RFC9293] 3.8.6.1
void StartPersist(ControlBlock& block);
// Whatever `retry_at` waited for has come.
void StopRetry(ControlBlock& block);

// The device or a pool had no room.
void TryAgainSoon(ControlBlock& block);

// Idle time begins anew: something came.
void StartKeepAlive(ControlBlock& block);

// Nobody can read what would come; the peer has a minute to close. [RFC9293] 3.6, as all stacks have it
void StartFinWait2(ControlBlock& block);

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_DEADLINES_H_
