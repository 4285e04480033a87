#include "kernel/arch/cpu.h"

#include <cstdint>

#include "kernel/arch/x86_64/boot_constants.h"

namespace kernel::arch {

void Relax() { asm volatile("pause"); }

void Stop() {
  for (;;) asm volatile("cli\n\thlt" : : : "memory");
}

// %fs:0 holds the same by convention, but only a register tells the truth about a broken thread.
std::uint64_t ThreadPointer() {
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(ENKEL_X86_MSR_FS_BASE));
  return (std::uint64_t{high} << 32) | low;
}

void SetThreadPointer(std::uint64_t value) {
  asm volatile("wrmsr"
               :
               : "c"(ENKEL_X86_MSR_FS_BASE), "a"(static_cast<std::uint32_t>(value)),
                 "d"(static_cast<std::uint32_t>(value >> 32))
               : "memory");
}

}  // namespace kernel::arch
