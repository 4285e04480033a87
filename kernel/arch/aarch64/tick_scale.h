// Ticks of a counter to nanoseconds, without a division each time.
#ifndef ENKEL_KERNEL_ARCH_AARCH64_TICK_SCALE_H_
#define ENKEL_KERNEL_ARCH_AARCH64_TICK_SCALE_H_

#include <cstdint>

namespace kernel::arch {

// Turns ticks into nanoseconds with one multiplication. Pure; interrupt-safe.
class TickScale {
 public:
  // `hertz`: 1 to 2^32 - 1. Off by less than 1 part in 10^10 up to 400 MHz.
  static constexpr TickScale For(std::uint32_t hertz) {
    return TickScale((kNanosecondsASecond * kOne + hertz / 2) / hertz);
  }

  // Nanoseconds a tick, times 2^32.
  constexpr std::uint64_t nanoseconds_a_tick() const { return nanoseconds_a_tick_; }

  // Any number of ticks whose time fits an Instant: 292 years.
  constexpr std::int64_t Nanoseconds(std::uint64_t ticks) const {
    return static_cast<std::int64_t>(static_cast<unsigned __int128>(ticks) * nanoseconds_a_tick_ / kOne);
  }

 private:
  static constexpr std::uint64_t kNanosecondsASecond = 1'000'000'000;
  static constexpr std::uint64_t kOne = std::uint64_t{1} << 32;

  constexpr explicit TickScale(std::uint64_t nanoseconds_a_tick) : nanoseconds_a_tick_(nanoseconds_a_tick) {}

  std::uint64_t nanoseconds_a_tick_;  // times kOne
};

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_AARCH64_TICK_SCALE_H_
