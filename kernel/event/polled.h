// A Poller on the loop.
#ifndef ENKEL_KERNEL_EVENT_POLLED_H_
#define ENKEL_KERNEL_EVENT_POLLED_H_

#include "kernel/base/poller.h"
#include "kernel/event/deferred.h"
#include "kernel/event/timer.h"

namespace kernel::event {

// Polls `poller` on the loop: soon after each Wake, and at the time for which it asked last. Stays where it is.
class Polled final : public Waker {
 public:
  constexpr explicit Polled(Poller& poller) : poller_(poller) {}
  ~Polled() { Stop(); }
  Polled(const Polled&) = delete;
  Polled& operator=(const Polled&) = delete;

  void Wake() override { deferred_.Post(); }

  // No poll until the next Wake. Not interrupt-safe.
  void Stop();

 private:
  static void Poll(void* self) { static_cast<Polled*>(self)->Poll(); }
  void Poll();

  Poller& poller_;
  Deferred deferred_{&Poll, this};
  Timer timer_{&Poll, this};
};

}  // namespace kernel::event

#endif  // ENKEL_KERNEL_EVENT_POLLED_H_
