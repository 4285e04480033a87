// The end of a program.
#ifndef ENKEL_KERNEL_BOOT_EXIT_H_
#define ENKEL_KERNEL_BOOT_EXIT_H_

namespace kernel::boot {

// Prints the closing line "\n[enkel] exit CODE\n" and powers the machine off. kernel/libc calls it for exit_group,
// which is where exit() and a return from main() end. Interrupt-safe, does not allocate.
[[noreturn]] void Exit(int code);

}  // namespace kernel::boot

#endif  // ENKEL_KERNEL_BOOT_EXIT_H_
