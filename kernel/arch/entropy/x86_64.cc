#include <cpuid.h>

#include <cstdint>

#include "kernel/arch/entropy.h"

namespace kernel::arch {
namespace {

constexpr unsigned kFeatureRdrand = 1u << 30;  // [SDM] 2A CPUID, leaf 1, ECX
constexpr int kRetries = 10;                   // [SDM] 1 7.3.17.1: more failures in a row mean a broken generator

bool HasRdrand() {
  unsigned a, b, c, d;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & kFeatureRdrand) != 0;
}

}  // namespace

bool ReadRandomWord(std::uint64_t& word) {
  if (!HasRdrand()) return false;
  for (int i = 0; i < kRetries; ++i) {
    bool is_valid;
    asm volatile("rdrand %0" : "=r"(word), "=@ccc"(is_valid));
    if (is_valid) return true;
  }
  return false;
}

std::uint64_t ReadCounter() { return __builtin_ia32_rdtsc(); }

}  // namespace kernel::arch
