// What others ask about interrupts without wanting any: in an object of its own, so that they do not link the dispatch.
// Internal to kernel/interrupt, but for CountTurn.
#ifndef ENKEL_KERNEL_INTERRUPT_STATE_H_
#define ENKEL_KERNEL_INTERRUPT_STATE_H_

#include <cstdint>

namespace kernel::interrupt {

struct State {
  std::uint64_t turns = 0;  // of the loop
  bool is_in_handler = false;
};
extern constinit State state;

// Called by the loop whenever it has made a turn: the program goes on, whatever interrupts do.
inline void CountTurn() { ++state.turns; }

// How often it did.
inline std::uint64_t Turns() { return state.turns; }

}  // namespace kernel::interrupt

#endif  // ENKEL_KERNEL_INTERRUPT_STATE_H_
