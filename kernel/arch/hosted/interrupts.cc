// Interrupts of a process: a mask that is a word, and lines that are asked for when there is time to take them.
#include "kernel/arch/interrupts.h"

#include <array>
#include <cstdint>

#include "kernel/arch/hosted/host.h"

namespace kernel::arch {

// A weak reference, as in the entry code of the other CPUs.
extern "C" [[gnu::weak]] void EnkelOnInterrupt(std::uint32_t entry);

namespace {

constinit bool is_masked = true;

void Fence() { asm volatile("" : : : "memory"); }

// Called masked. Lets in what asks, each line once.
void Take(host::Patience patience) {
  std::array<std::uint32_t, 16> lines;
  const std::size_t count = host::FindAskingLines(lines, patience);
  if (&EnkelOnInterrupt == nullptr) return;
  for (std::size_t i = 0; i < count; ++i) EnkelOnInterrupt(lines[i]);
}

}  // namespace

bool InterruptsAreMasked() {
  Fence();
  return is_masked;
}

void MaskInterrupts() {
  is_masked = true;
  Fence();
}

void UnmaskInterrupts() {
  Fence();
  is_masked = false;
}

void WaitForInterrupt() {
  Fence();
  Take(host::Patience::kUntilOneAsks);
  Fence();
}

void PollInterrupts() {
  if (is_masked) return;  // nobody has enabled a line yet
  MaskInterrupts();
  Take(host::Patience::kNone);
  UnmaskInterrupts();
}

}  // namespace kernel::arch
