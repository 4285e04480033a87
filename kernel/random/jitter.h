// Noise from timing: the same instructions take a different time each time, for caches, memory refresh and clocks that
// do not march in step. A supplement, never alone.
#ifndef ENKEL_KERNEL_RANDOM_JITTER_H_
#define ENKEL_KERNEL_RANDOM_JITTER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace kernel::random {

// Times a walk through its own memory. Each sample takes the same number of instructions, and nothing comes between
// two: where time is a count of instructions (QEMU's -icount), the samples are alike, or repeat in a short pattern
// where the clock is coarser, and the health tests throw the source out.
class Jitter {
 public:
  constexpr Jitter() = default;

  // Fills `samples`: the lowest 8 bits of the ticks of arch::ReadCounter that each took. About 600 instructions each.
  void Collect(std::span<std::uint8_t> samples);

 private:
  static constexpr std::size_t kSize = 16 * 1024;  // bytes: half of a Cortex-A53's first-level cache
  static constexpr int kSteps = 64;

  std::uint32_t position_ = 0;
  std::array<volatile std::uint8_t, kSize> memory_ = {};
};

}  // namespace kernel::random

#endif  // ENKEL_KERNEL_RANDOM_JITTER_H_
