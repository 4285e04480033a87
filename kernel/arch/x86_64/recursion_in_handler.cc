// A handler that never ends calling itself: its stack has a guard of its own.
#include <cstdint>

#include "kernel/arch/interrupts.h"
#include "kernel/arch/x86_64/interrupt_gates.h"

namespace {

[[gnu::noinline]] int Recurse(volatile int* from) {  // NOLINT(misc-no-recursion)
  volatile int here[64];
  here[0] = *from;
  if (here[0] == 0) return 0;  // never: nothing writes another value than the first
  return Recurse(here) + here[0];
}

}  // namespace

extern "C" void EnkelOnInterrupt(std::uint32_t) {
  volatile int start = 1;
  start = Recurse(&start);
}

int main() {
  kernel::arch::OpenInterruptGates();
  asm volatile("int $0x42" : : : "memory");
  return 0;
}
