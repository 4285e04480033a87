#include <cstdint>

#include "kernel/arch/cpu.h"
#include "kernel/arch/hosted/host.h"

namespace kernel::arch {
namespace {

constexpr int kStopExitCode = 102;

}  // namespace

void Relax() { asm volatile("pause"); }

void Stop() { host::Exit(kStopExitCode); }

// The first word of a thread's block is its own address. [Drepper-TLS] 3.4.6.
std::uint64_t ThreadPointer() {
  std::uint64_t value;
  asm volatile("movq %%fs:0, %0" : "=r"(value));
  return value;
}

void SetThreadPointer(std::uint64_t value) { host::EnkelHostSetThreadPointer(value); }

}  // namespace kernel::arch
