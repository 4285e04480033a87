#include "kernel/arch/aarch64/generic_alarm.h"

#include <limits>

#include "kernel/arch/aarch64/deadline_scale.h"
#include "kernel/arch/aarch64/generic_timer.h"

namespace kernel::arch {
namespace {

// An interrupt that finds them half done computes the same.
constinit bool is_ready = false;
constinit DeadlineScale scale = DeadlineScale::For(TickScale::For(1));

void SetComparator(std::uint64_t ticks) { asm volatile("msr cntv_cval_el0, %0\n\tisb" ::"r"(ticks) : "memory"); }

}  // namespace

void SetGenericAlarm(Instant deadline, std::uint32_t default_hertz) {
  constexpr std::uint64_t kNoTick = std::numeric_limits<std::uint64_t>::max();
  if (!is_ready) {
    scale = DeadlineScale::For(GenericTimerScale(default_hertz));
    SetComparator(kNoTick);
    constexpr std::uint64_t kEnable = 1;  // CNTV_CTL_EL0: enabled, not masked
    asm volatile("msr cntv_ctl_el0, %0" ::"r"(kEnable));
    is_ready = true;
  }
  SetComparator(deadline == kNever ? kNoTick : scale.Ticks(deadline.nanoseconds));
}

}  // namespace kernel::arch
