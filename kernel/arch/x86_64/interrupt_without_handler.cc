// Nobody implements EnkelOnInterrupt: an interrupt finds no gate.
#include "kernel/arch/x86_64/interrupt_gates.h"

int main() {
  kernel::arch::OpenInterruptGates();
  asm volatile("int $0x42" : : : "memory");
  return 0;
}
