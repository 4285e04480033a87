// Walking a chain of stack frames that may be damaged.
#ifndef ENKEL_KERNEL_PANIC_BACKTRACE_H_
#define ENKEL_KERNEL_PANIC_BACKTRACE_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace kernel::panic {

// Stores the return addresses of the chain that begins at `frame_pointer` ([fp] = the caller's fp, [fp + 8] = return
// address), innermost first, and returns how many there are. Ends at a frame pointer that is 0, not aligned to 8, not
// above the frame before (but once, when it lies on another stack), or in memory that is not mapped (kernel/arch
// ForEachMapping), and when `addresses` is full; so no chain can make it fault or run for ever. Interrupt-safe; does
// not allocate.
std::size_t WalkFrames(std::uint64_t frame_pointer, std::span<std::uint64_t> addresses);

}  // namespace kernel::panic

#endif  // ENKEL_KERNEL_PANIC_BACKTRACE_H_
