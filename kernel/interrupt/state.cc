#include "kernel/interrupt/state.h"

#include "kernel/interrupt/interrupt.h"

namespace kernel::interrupt {

constinit State state;

bool IsInHandler() { return state.is_in_handler; }

}  // namespace kernel::interrupt
