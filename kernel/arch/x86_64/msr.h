// Model-specific registers. [SDM] 2B RDMSR, WRMSR
#ifndef ENKEL_KERNEL_ARCH_X86_64_MSR_H_
#define ENKEL_KERNEL_ARCH_X86_64_MSR_H_

#include <cstdint>

namespace kernel::arch {

// One that does not exist is a general protection fault: ask CPUID first. Interrupt-safe.
inline std::uint64_t ReadMsr(std::uint32_t number) {
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(number) : "memory");
  return (std::uint64_t{high} << 32) | low;
}

inline void WriteMsr(std::uint32_t number, std::uint64_t value) {
  asm volatile("wrmsr"
               :
               : "c"(number), "a"(static_cast<std::uint32_t>(value)), "d"(static_cast<std::uint32_t>(value >> 32))
               : "memory");
}

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_X86_64_MSR_H_
