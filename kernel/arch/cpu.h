// The CPU contract's smallest part: what every CPU can do in an instruction or two.
#ifndef ENKEL_KERNEL_ARCH_CPU_H_
#define ENKEL_KERNEL_ARCH_CPU_H_

#include <cstdint>

namespace kernel::arch {

// A hint in a spin loop. Interrupt-safe.
void Relax();

// Masks interrupts and halts for ever, in the deepest sleep the CPU has. Used when nothing else can be trusted.
[[noreturn]] void Stop();

// The thread pointer that TLS accesses are relative to.
std::uint64_t ThreadPointer();
void SetThreadPointer(std::uint64_t value);

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_CPU_H_
