#include "kernel/arch/interrupts.h"

#include <cstdint>

extern "C" const char EnkelInterruptEntry[];  // interrupt_entry.S

namespace kernel::arch {

bool InterruptsAreMasked() {
  constexpr std::uint64_t kIrq = 0x80;  // DAIF.I
  std::uint64_t masks;
  asm volatile("mrs %0, daif" : "=r"(masks)::"memory");
  return (masks & kIrq) != 0;
}

void MaskInterrupts() { asm volatile("msr daifset, #2" ::: "memory"); }

// The vector refers to the entry weakly; the relocation, which changes nothing, makes this image have it.
void UnmaskInterrupts() {
  asm volatile(
      ".reloc ., R_AARCH64_NONE, %0\n\t"
      "msr daifclr, #2" ::"S"(EnkelInterruptEntry)
      : "memory");
}

// A pending interrupt ends WFI although it is masked. What is pending at the ISB is taken there. [ARM ARM] D1.3.4,
// D1.6.2
void WaitForInterrupt() {
  asm volatile("dsb sy\n\twfi" ::: "memory");
  UnmaskInterrupts();
  asm volatile("isb" ::: "memory");
  MaskInterrupts();
}

void PollInterrupts() {}

}  // namespace kernel::arch
