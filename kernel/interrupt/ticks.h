// Ticks of arch::ReadCounter as time. What is measured stays in ticks until someone reads it.
#ifndef ENKEL_KERNEL_INTERRUPT_TICKS_H_
#define ENKEL_KERNEL_INTERRUPT_TICKS_H_

#include <cstdint>

#include "kernel/base/time.h"

namespace kernel::interrupt {

// Begins to compare the counter with the clock: the longer ago, the better the conversion. Only the first call does.
void StartTicks();

// At most a few seconds' worth, by what a tick has been worth since StartTicks; zero if that was just now.
Duration TicksToDuration(std::uint64_t ticks);

// `ticks`, where `elapsed_ticks` took `elapsed`.
constexpr Duration ScaleTicks(std::uint64_t ticks, std::uint64_t elapsed_ticks, Duration elapsed) {
  auto nanoseconds = static_cast<std::uint64_t>(elapsed.nanoseconds);
  // 31 bits of both are exact enough, and their products fit.
  while ((elapsed_ticks | nanoseconds) >> 31 != 0) {
    elapsed_ticks >>= 1;
    nanoseconds >>= 1;
  }
  if (elapsed_ticks == 0) return {};
  return {static_cast<std::int64_t>(ticks * nanoseconds / elapsed_ticks)};
}

}  // namespace kernel::interrupt

#endif  // ENKEL_KERNEL_INTERRUPT_TICKS_H_
