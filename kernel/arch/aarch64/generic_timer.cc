#include "kernel/arch/aarch64/generic_timer.h"

namespace kernel::arch {
namespace {

// Zero: not known yet. An interrupt that finds it half done computes the same.
constinit std::uint32_t scaled_hertz = 0;
constinit TickScale scale = TickScale::For(1);

}  // namespace

TickScale GenericTimerScale(std::uint32_t default_hertz) {
  if (scaled_hertz == 0) {
    std::uint64_t hertz;
    asm volatile("mrs %0, cntfrq_el0" : "=r"(hertz));
    const std::uint32_t used = hertz != 0 ? static_cast<std::uint32_t>(hertz) : default_hertz;
    scale = TickScale::For(used);
    __atomic_store_n(&scaled_hertz, used, __ATOMIC_RELEASE);
  }
  return scale;
}

Instant ReadGenericTimer(std::uint32_t default_hertz) {
  const TickScale used_scale = GenericTimerScale(default_hertz);
  std::uint64_t ticks;
  // Without the barrier the counter may be read before the instructions that precede this call.
  asm volatile("isb; mrs %0, cntvct_el0" : "=r"(ticks)::"memory");
  return {used_scale.Nanoseconds(ticks)};
}

}  // namespace kernel::arch
