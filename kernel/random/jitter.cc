#include "kernel/random/jitter.h"

#include <cstdint>
#include <span>

#include "kernel/arch/entropy.h"

namespace kernel::random {

void Jitter::Collect(std::span<std::uint8_t> samples) {
  std::uint64_t last = arch::ReadCounter();
  for (std::uint8_t& sample : samples) {
    // The next place depends on what was read, so that no CPU can look ahead. [Knuth2] 3.3.4: a multiplier for 2^32.
    for (int step = 0; step < kSteps; ++step) {
      position_ = position_ * 1664525 + 1013904223;
      const std::uint32_t place = (position_ >> 8) % kSize;
      position_ += memory_[place];
      memory_[place] = static_cast<std::uint8_t>(memory_[place] + 1);
    }
    const std::uint64_t now = arch::ReadCounter();
    sample = static_cast<std::uint8_t>(now - last);
    last = now;
  }
}

}  // namespace kernel::random
