#include "boards/virt/counter.h"
#include "kernel/arch/aarch64/generic_alarm.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"

namespace board {

void SetAlarm(kernel::Instant deadline) { kernel::arch::SetGenericAlarm(deadline, kCounterHertz); }

kernel::interrupt::Line AlarmLine() {
  constexpr std::uint32_t kVirtualTimer = 27;  // the private line that every ARM machine gives it
  return {kVirtualTimer};
}

}  // namespace board
