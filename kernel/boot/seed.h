// The secrets of a start: stack canary, heap, addresses. Before there is memory, in some hundred instructions.
#ifndef ENKEL_KERNEL_BOOT_SEED_H_
#define ENKEL_KERNEL_BOOT_SEED_H_

#include <array>
#include <cstdint>

#include "kernel/boot/board.h"

namespace kernel::boot {

// Two secret words; each call gives others, and who knows some of them knows nothing of the rest (SipHash-2-4
// [Aumasson12] under a key that no one sees). Each call adds to the key: two words of the CPU's generator, or else what
// the board has at this moment (rpi3: its generator; virt, and rpi3 with newer firmware: a hash of the loader's seeds,
// once board::FindMemory has seen them, and in the first call only: they are kernel/random's), and always the cycle
// counter.
// What they are worth: 64 bits at least where there is such a source. Without one (a PC without RDRAND, a Raspberry Pi
// whose generator is still warming up and whose firmware leaves no seed) only what an attacker cannot know of the cycle
// counter: enough to catch accidents, not an adversary. Keys never come from here: kernel/random makes them, or none.
std::array<std::uint64_t, 2> BootSeed(const board::Handoff& handoff);

}  // namespace kernel::boot

#endif  // ENKEL_KERNEL_BOOT_SEED_H_
