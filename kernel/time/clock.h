// The machine's clock for programs and kernel rooms: monotonic, from an arbitrary start.
#ifndef ENKEL_KERNEL_TIME_CLOCK_H_
#define ENKEL_KERNEL_TIME_CLOCK_H_

#include "kernel/base/time.h"

namespace kernel::time {

// Interrupt-safe. The same clock as CLOCK_MONOTONIC and std::chrono::steady_clock.
Instant Now();

}  // namespace kernel::time

#endif  // ENKEL_KERNEL_TIME_CLOCK_H_
