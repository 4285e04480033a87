#include <cstdint>

#include "kernel/arch/entropy.h"

namespace kernel::arch {

bool ReadRandomWord(std::uint64_t&) { return false; }

bool ReadSeedWord(std::uint64_t&) { return false; }

std::uint64_t ReadCounter() {
  std::uint64_t value;
  asm volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(value));
  return value;
}

}  // namespace kernel::arch
