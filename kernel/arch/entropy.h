// What a CPU itself can add to a random seed.
#ifndef ENKEL_KERNEL_ARCH_ENTROPY_H_
#define ENKEL_KERNEL_ARCH_ENTROPY_H_

#include <cstdint>

namespace kernel::arch {

// A word from the CPU's random number generator (x86_64: RDRAND [SDM] 1 7.3.17; no aarch64 board of ours has one).
// False when there is none, or it is exhausted. Interrupt-safe.
bool ReadRandomWord(std::uint64_t& word);

// A word from the CPU's noise source itself, conditioned (x86_64: RDSEED [SDM] 1 7.3.17). False when there is none, or
// it has none ready. Interrupt-safe.
bool ReadSeedWord(std::uint64_t& word);

// A counter that advances many times a microsecond, from an arbitrary start (x86_64: TSC, aarch64: CNTVCT_EL0). Not
// secret, and not a clock: use board::Now for time. Interrupt-safe.
std::uint64_t ReadCounter();

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_ENTROPY_H_
