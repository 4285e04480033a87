#include "kernel/arch/cpu.h"

namespace kernel::arch {

void Relax() { asm volatile("yield"); }

void Stop() {
  asm volatile("msr daifset, #15");
  // A pending interrupt ends WFI even when it is masked, hence the loop. Never WFE: QEMU burns a host core in it.
  for (;;) asm volatile("wfi");
}

std::uint64_t ThreadPointer() {
  std::uint64_t value;
  asm volatile("mrs %0, tpidr_el0" : "=r"(value));
  return value;
}

void SetThreadPointer(std::uint64_t value) { asm volatile("msr tpidr_el0, %0" ::"r"(value) : "memory"); }

}  // namespace kernel::arch
