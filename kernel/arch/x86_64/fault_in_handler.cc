// A handler that reads through a null pointer: the report must say where it happened, and show both stacks.
#include <cstdint>

#include "kernel/arch/interrupts.h"
#include "kernel/arch/x86_64/interrupt_gates.h"

namespace {

constinit volatile int* volatile nowhere = nullptr;

[[gnu::noinline]] void InterruptedFunction() { asm volatile("int $0x42\n\tnop" : : : "memory"); }

}  // namespace

extern "C" void EnkelOnInterrupt(std::uint32_t) { *nowhere = 1; }

int main() {
  kernel::arch::OpenInterruptGates();
  InterruptedFunction();
  return 0;
}
