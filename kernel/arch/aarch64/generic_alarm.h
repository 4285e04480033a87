// The generic timer's comparator as an alarm. The virtual timer: EL1 may use it however the image was entered, and it
// compares with the counter that ReadGenericTimer reads.
#ifndef ENKEL_KERNEL_ARCH_AARCH64_GENERIC_ALARM_H_
#define ENKEL_KERNEL_ARCH_AARCH64_GENERIC_ALARM_H_

#include <cstdint>

#include "kernel/base/time.h"

namespace kernel::arch {

// Asserts the virtual timer's interrupt from the first tick on at which ReadGenericTimer shows `deadline`: never early,
// late by less than a tick. kNever: not at all. `default_hertz` as there. Interrupt-safe. [ARM ARM] D11.2.4
void SetGenericAlarm(Instant deadline, std::uint32_t default_hertz);

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_AARCH64_GENERIC_ALARM_H_
