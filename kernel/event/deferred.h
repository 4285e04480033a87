// Work that is handed to the loop: the way out of an interrupt handler.
//
//   constinit event::Deferred receive([](void*) { ... }, nullptr);
//   void OnInterrupt(void*) { ...; receive.Post(); }
#ifndef ENKEL_KERNEL_EVENT_DEFERRED_H_
#define ENKEL_KERNEL_EVENT_DEFERRED_H_

#include "kernel/event/intrusive_list.h"

namespace kernel::event {

// A function that runs on the loop, soon after somebody has posted it. Stays where it is; must not be posted at its
// end.
class Deferred {
 public:
  using Function = void (*)(void* argument);

  // `function` runs on the loop's stack between two threads: it may do all but block, and it should be short.
  constexpr Deferred(Function function, void* argument) : function_(function), argument_(argument) {}
  Deferred(const Deferred&) = delete;
  Deferred& operator=(const Deferred&) = delete;

  // Has the function run once, after what was posted before. Does nothing where it is posted already; from the moment
  // when the function begins it can be posted again. Interrupt-safe; does not allocate.
  void Post();

  // The function does not run, if it has not begun. Interrupt-safe.
  void Cancel();

  bool is_posted() const { return links_.is_linked; }

 private:
  friend struct Loop;
  Function function_;
  void* argument_;
  ListLinks<Deferred> links_;
};

}  // namespace kernel::event

#endif  // ENKEL_KERNEL_EVENT_DEFERRED_H_
