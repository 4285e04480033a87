// What every layer of a stack has in common: the time, the pools, the timers and the random numbers. All of it comes in
// from outside, so that a stack is a pure function of it.
#ifndef ENKEL_NET_CONTEXT_H_
#define ENKEL_NET_CONTEXT_H_

#include "kernel/base/poller.h"
#include "kernel/base/time.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/random_source.h"
#include "net/timers.h"

namespace net {

// One a stack; it outlives the stack's layers. Not interrupt-safe.
class Context {
 public:
  // `waker` has the stack polled soon; whoever calls a layer from outside of Poll relies on it.
  Context(RandomSource& random, PacketPool& packets, BufferPool& buffers, kernel::Waker& waker)
      : random_(random), packets_(packets), buffers_(buffers), waker_(waker) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // The time of this turn. It never goes back.
  kernel::Instant now() const { return now_; }
  void SetNow(kernel::Instant now) {
    if (now > now_) now_ = now;
  }

  RandomSource& random() { return random_; }
  PacketPool& packets() { return packets_; }
  BufferPool& buffers() { return buffers_; }
  Timers& timers() { return timers_; }

  // Within a poll of the stack, at whose end all that was sent is flushed.
  bool IsInTurn() const { return is_in_turn_; }
  void SetInTurn(bool is_in_turn) { is_in_turn_ = is_in_turn; }

  // Has the stack polled, because something was queued or a deadline became earlier. Cheap, any number of times.
  void RequestPoll() { waker_.Wake(); }

 private:
  RandomSource& random_;
  PacketPool& packets_;
  BufferPool& buffers_;
  kernel::Waker& waker_;
  Timers timers_;
  kernel::Instant now_;
  bool is_in_turn_ = false;
};

}  // namespace net

#endif  // ENKEL_NET_CONTEXT_H_
