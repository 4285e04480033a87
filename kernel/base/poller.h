// The wake-up interface: how what has work to do (a network interface, a driver) and what gives it time find each other
// without knowing each other. kernel/event runs pollers on its loop; a test or a simulation runs them by hand.
//
//   interrupt: device.OnInterrupt() { ...; waker.Wake(); }
//   loop:      deadline = interface.Poll(now), until nothing is left to do
#ifndef ENKEL_KERNEL_BASE_POLLER_H_
#define ENKEL_KERNEL_BASE_POLLER_H_

#include "kernel/base/time.h"

namespace kernel {

class Poller {
 public:
  // Does a bounded part of the work that has come up. Returns when it wants to be polled although nobody wakes it: at
  // most `now` where there is more to do at once, kNever where there is nothing to wait for. Does not block.
  virtual Instant Poll(Instant now) = 0;

 protected:
  ~Poller() = default;
};

// Whoever has work for a poller holds one.
class Waker {
 public:
  // Has the poller polled soon; any number of calls until then are one. Interrupt-safe, does not block or allocate.
  virtual void Wake() = 0;

 protected:
  ~Waker() = default;
};

}  // namespace kernel

#endif  // ENKEL_KERNEL_BASE_POLLER_H_
