// A time to the tick at which a clock first shows it, without a division each time.
#ifndef ENKEL_KERNEL_ARCH_AARCH64_DEADLINE_SCALE_H_
#define ENKEL_KERNEL_ARCH_AARCH64_DEADLINE_SCALE_H_

#include <cstdint>

#include "kernel/arch/aarch64/tick_scale.h"

namespace kernel::arch {

// The exact inverse of a TickScale. Pure; interrupt-safe.
class DeadlineScale {
 public:
  // Takes a few hundred instructions, once.
  static constexpr DeadlineScale For(TickScale scale) { return DeadlineScale(scale); }

  // The first tick at which the scale shows `nanoseconds` or more; 0 for what is negative.
  constexpr std::uint64_t Ticks(std::int64_t nanoseconds) const {
    if (nanoseconds <= 0) return 0;
    const auto product = static_cast<unsigned __int128>(nanoseconds) * ticks_a_nanosecond_;
    auto ticks = static_cast<std::uint64_t>(product >> kFractionBits);
    // The reciprocal was rounded down: this is too early by one tick, or by five after a century.
    while (scale_.Nanoseconds(ticks) < nanoseconds) ++ticks;
    return ticks;
  }

 private:
  // As many bits as let the slowest and the fastest counter's reciprocal fit 64.
  static constexpr int kFractionBits = 61;
  static constexpr int kScaleFractionBits = 32;  // of TickScale

  // 2^(61 + 32) / nanoseconds_a_tick, bit by bit: a division of that width would be a library function.
  static constexpr std::uint64_t Reciprocal(std::uint64_t nanoseconds_a_tick) {
    std::uint64_t quotient = 0;
    std::uint64_t rest = 1;
    for (int bit = 0; bit < kFractionBits + kScaleFractionBits; ++bit) {
      rest *= 2;
      quotient *= 2;
      if (rest < nanoseconds_a_tick) continue;
      rest -= nanoseconds_a_tick;
      ++quotient;
    }
    return quotient;
  }

  constexpr explicit DeadlineScale(TickScale scale)
      : scale_(scale), ticks_a_nanosecond_(Reciprocal(scale.nanoseconds_a_tick())) {}

  TickScale scale_;
  std::uint64_t ticks_a_nanosecond_;  // times 2^kFractionBits
};

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_AARCH64_DEADLINE_SCALE_H_
