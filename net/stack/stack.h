// The stack as a whole, as what runs it sees it: one poller over all interfaces and all timers.
//
//   Context context(random, packets, buffers, waker);
//   Interface interface(context, device, {});
//   Ipv4 ipv4(context, ...); ...
//   Stack stack(context);
//   stack.Add(interface);
//   deadline = stack.Poll(now);
#ifndef ENKEL_NET_STACK_STACK_H_
#define ENKEL_NET_STACK_STACK_H_

#include "kernel/base/poller.h"
#include "kernel/base/time.h"
#include "net/context.h"
#include "net/interface/interface.h"

namespace net {

// Owns nothing; what it is given outlives it. Not interrupt-safe.
class Stack final : public kernel::Poller {
 public:
  explicit Stack(Context& context) : context_(context) {}
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  // Interfaces with a device of their own; those of VLANs come with their parent.
  void Add(Interface& interface);

  // A turn: receives a batch from each device, runs the timers that are due, and flushes what was sent. How much one
  // turn does is bounded; the rest waits for the next, which is wanted at once.
  kernel::Instant Poll(kernel::Instant now) override;

 private:
  Context& context_;
  Interface* first_ = nullptr;
};

}  // namespace net

#endif  // ENKEL_NET_STACK_STACK_H_
