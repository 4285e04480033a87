// The stack of the loop, of what handlers post and of timers. Internal to kernel/event.
#ifndef ENKEL_KERNEL_EVENT_LOOP_STACK_H_
#define ENKEL_KERNEL_EVENT_LOOP_STACK_H_

#include <cstddef>

namespace kernel::event {

// Closes the page below the stack, and returns its top. Called once.
std::byte* OpenLoopStack();

}  // namespace kernel::event

#endif  // ENKEL_KERNEL_EVENT_LOOP_STACK_H_
