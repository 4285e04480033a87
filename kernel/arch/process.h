// What the operating system below handed to us, where there is one.
#ifndef ENKEL_KERNEL_ARCH_PROCESS_H_
#define ENKEL_KERNEL_ARCH_PROCESS_H_

#include <cstdint>

namespace kernel::arch {

// hosted: the process's argc, argv, envp and auxv, as they lie on its first stack [x86-64 ABI] 3.4.1; `first` is
// board::Handoff::first. Every other CPU: null, and kernel/boot makes its own.
std::uint64_t* ProcessStartVector(std::uint64_t first);

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_PROCESS_H_
