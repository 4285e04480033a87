// Signal: wakes coroutines from where nothing else may touch them, an interrupt handler above all.
//
//   constinit Signal pressed;
//   void OnButton(void*) { pressed.Raise(); }
//   ...
//   for (;;) { co_await pressed.Wait(); ... }
#ifndef ENKEL_KERNEL_EVENT_SIGNAL_H_
#define ENKEL_KERNEL_EVENT_SIGNAL_H_

#include <concepts>
#include <coroutine>

#include "kernel/base/promise.h"
#include "kernel/base/resumption.h"
#include "kernel/event/deferred.h"

namespace kernel {

// Stays raised until somebody has waited for it, so that none is lost; several that come before count as one. Must
// outlive who waits for it, and must not be raised at its end.
class Signal {
 public:
  constexpr Signal() = default;
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;
  ~Signal() { deferred_.Cancel(); }

  // Interrupt-safe; does not allocate. Who waits goes on when the loop has run what was posted.
  void Raise() { deferred_.Post(); }

  class Waiting {
   public:
    explicit Waiting(Signal& signal) : signal_(signal) {}
    bool await_ready() const noexcept { return signal_.is_raised_; }
    template <std::derived_from<PromiseBase> Promise>
    void await_suspend(std::coroutine_handle<Promise> self) {
      signal_.waiting_.PushBack(self.promise());
    }
    void await_resume() const noexcept { signal_.is_raised_ = false; }

   private:
    Signal& signal_;
  };

  // `co_await signal.Wait()`: goes on once it was raised after the last wait. Not interrupt-safe.
  [[nodiscard]] Waiting Wait() { return Waiting(*this); }

 private:
  static void Deliver(void* self) {
    auto& signal = *static_cast<Signal*>(self);
    signal.is_raised_ = true;
    while (Resumption* const waiting = signal.waiting_.PopFront()) Post(*waiting);
  }

  event::Deferred deferred_{&Deliver, this};
  bool is_raised_ = false;
  ResumptionQueue waiting_;
};

}  // namespace kernel

#endif  // ENKEL_KERNEL_EVENT_SIGNAL_H_
