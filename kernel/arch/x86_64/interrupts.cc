#include "kernel/arch/interrupts.h"

#include <cstdint>

namespace kernel::arch {
namespace {

constexpr std::uint64_t kInterruptFlag = 1 << 9;  // RFLAGS.IF, [SDM] 1 3.4.3.3

}  // namespace

bool InterruptsAreMasked() {
  asm volatile("" : : : "memory");
  return (__builtin_ia32_readeflags_u64() & kInterruptFlag) == 0;
}

void MaskInterrupts() { asm volatile("cli" : : : "memory"); }

// The instruction after STI still runs masked ([SDM] 2B STI): without the NOP, an unmask and a mask in a row would let
// nothing in.
void UnmaskInterrupts() { asm volatile("sti\n\tnop" : : : "memory"); }

// For the same reason nothing comes between STI and HLT: what was pending already ends the halt.
void WaitForInterrupt() { asm volatile("sti\n\thlt\n\tcli" : : : "memory"); }

void PollInterrupts() {}

}  // namespace kernel::arch
