#include <cpuid.h>

#include <cstdint>

#include "kernel/arch/entropy.h"

namespace kernel::arch {
namespace {

constexpr unsigned kLeaf1EcxRdrand = 1u << 30;  // [SDM] 2A CPUID
constexpr unsigned kLeaf7EbxRdseed = 1u << 18;
constexpr int kRetries = 10;  // [SDM] 1 7.3.17.1: more failures in a row mean a broken generator

// CPUID is asked once: under a hypervisor it costs a trap to it.
enum class Presence : std::uint8_t { kUnknown, kAbsent, kPresent };
constinit Presence rdrand = Presence::kUnknown;
constinit Presence rdseed = Presence::kUnknown;

bool HasRdrand() {
  if (rdrand == Presence::kUnknown) {
    unsigned a, b, c, d;
    const bool has = __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & kLeaf1EcxRdrand) != 0;
    rdrand = has ? Presence::kPresent : Presence::kAbsent;
  }
  return rdrand == Presence::kPresent;
}

bool HasRdseed() {
  if (rdseed == Presence::kUnknown) {
    unsigned a, b, c, d;
    const bool has = __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & kLeaf7EbxRdseed) != 0;
    rdseed = has ? Presence::kPresent : Presence::kAbsent;
  }
  return rdseed == Presence::kPresent;
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

bool ReadSeedWord(std::uint64_t& word) {
  if (!HasRdseed()) return false;
  for (int i = 0; i < kRetries; ++i) {
    bool is_valid;
    asm volatile("rdseed %0" : "=r"(word), "=@ccc"(is_valid));
    if (is_valid) return true;
    __builtin_ia32_pause();
  }
  return false;
}

std::uint64_t ReadCounter() { return __builtin_ia32_rdtsc(); }

}  // namespace kernel::arch
