// Switching stacks: the whole of what a cooperative thread needs from a CPU. The thread pointer is switched too.
#ifndef ENKEL_KERNEL_ARCH_CONTEXT_H_
#define ENKEL_KERNEL_ARCH_CONTEXT_H_

#include <cstddef>
#include <cstdint>

namespace kernel::arch {

// A suspended flow of control: callee-saved registers lie on its stack.
struct Context {
  std::uint64_t stack_pointer = 0;
  std::uint64_t thread_pointer = 0;  // TLS base: tpidr_el0, IA32_FS_BASE
};

// A context that starts `entry(argument)` on the stack that ends at `stack_top` (rounded down to 16 bytes here).
// `entry` must not return.
Context MakeContext(std::byte* stack_top, std::uint64_t thread_pointer, void (*entry)(void*), void* argument);

// Saves the caller into `from` and goes on with `to`; returns when something switches back to `from`.
// Not interrupt-safe. From and to may not be the same object.
extern "C" void EnkelSwitchContext(Context* from, const Context* to);

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_CONTEXT_H_
