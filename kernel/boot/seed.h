// The 16 bytes that the C library takes its stack canary from.
#ifndef ENKEL_KERNEL_BOOT_SEED_H_
#define ENKEL_KERNEL_BOOT_SEED_H_

#include <array>
#include <cstdint>

#include "kernel/boot/board.h"

namespace kernel::boot {

// Mixes what the machine offers at this moment. What it is worth: with RDRAND, 128 bits from the CPU's generator.
// Without (every aarch64 board of ours, and QEMU's default x86_64 CPU), only what an attacker cannot know of the cycle
// counter at boot: a handful of bits, and none at all under QEMU's -icount. Enough to catch accidents, not an
// adversary; nothing else may be seeded from it.
std::array<std::uint64_t, 2> BootSeed(const board::Handoff& handoff);

}  // namespace kernel::boot

#endif  // ENKEL_KERNEL_BOOT_SEED_H_
