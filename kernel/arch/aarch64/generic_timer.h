// The generic timer's counter as a clock: it starts at power-on, never stops and needs no set-up.
#ifndef ENKEL_KERNEL_ARCH_AARCH64_GENERIC_TIMER_H_
#define ENKEL_KERNEL_ARCH_AARCH64_GENERIC_TIMER_H_

#include <cstdint>

#include "kernel/arch/aarch64/tick_scale.h"
#include "kernel/base/time.h"

namespace kernel::arch {

// Time since power-on. `default_hertz` counts where no firmware has set CNTFRQ_EL0. Interrupt-safe. [ARM ARM] D11.1.2
Instant ReadGenericTimer(std::uint32_t default_hertz);

// How ReadGenericTimer turns ticks into time. Interrupt-safe.
TickScale GenericTimerScale(std::uint32_t default_hertz);

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_AARCH64_GENERIC_TIMER_H_
