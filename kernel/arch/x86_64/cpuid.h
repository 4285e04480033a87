// The CPUID instruction.
#ifndef ENKEL_KERNEL_ARCH_X86_64_CPUID_H_
#define ENKEL_KERNEL_ARCH_X86_64_CPUID_H_

#include <cstdint>

namespace kernel::arch {

struct CpuidLeaf {
  std::uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
};

// Leaves that do not exist give the values of another one or zeroes: look at the largest leaf first. [SDM] 2A CPUID.
// Interrupt-safe; a hypervisor may take a microsecond for it.
inline CpuidLeaf Cpuid(std::uint32_t leaf, std::uint32_t subleaf = 0) {
  CpuidLeaf result = {};
  asm volatile("cpuid"
               : "=a"(result.eax), "=b"(result.ebx), "=c"(result.ecx), "=d"(result.edx)
               : "a"(leaf), "c"(subleaf));
  return result;
}

// Whether a hypervisor says that it is there (leaf 1, ECX bit 31: always 0 on a real CPU).
inline bool IsVirtualMachine() { return (Cpuid(1).ecx >> 31) != 0; }

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_X86_64_CPUID_H_
