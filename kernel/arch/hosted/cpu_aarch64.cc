#include <cstdint>

#include "kernel/arch/cpu.h"
#include "kernel/arch/hosted/host.h"

namespace kernel::arch {
namespace {

constexpr int kStopExitCode = 102;

}  // namespace

void Relax() { asm volatile("yield"); }

void Stop() { host::Exit(kStopExitCode); }

std::uint64_t ThreadPointer() {
  std::uint64_t value;
  asm volatile("mrs %0, tpidr_el0" : "=r"(value));
  return value;
}

void SetThreadPointer(std::uint64_t value) { asm volatile("msr tpidr_el0, %0" : : "r"(value) : "memory"); }

}  // namespace kernel::arch
