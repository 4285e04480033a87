// What the CPU's counter of instructions says of two loops whose instructions are known, and of the start.
#include <cstdint>
#include <cstdio>
#include <string_view>

#include "kernel/arch/aarch64/instruction_counter.h"
#include "kernel/metrics/metrics.h"

namespace {

// Two instructions a round.
std::uint32_t InstructionsOf(std::uint64_t rounds) {
  const std::uint32_t before = kernel::arch::InstructionsSinceStart();
  asm volatile("1: subs %0, %0, #1\n\tb.ne 1b" : "+r"(rounds)::"cc");
  return kernel::arch::InstructionsSinceStart() - before;
}

}  // namespace

int main() {
  const std::uint32_t thousand = InstructionsOf(1000);
  const std::uint32_t three_thousand = InstructionsOf(3000);
  std::printf("2,000 rounds more are %u instructions more\n", three_thousand - thousand);
  kernel::metrics::Print([](void*, std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); },
                         nullptr);
  return 0;
}
