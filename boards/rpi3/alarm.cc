#include "boards/rpi3/counter.h"
#include "drivers/interrupt/bcm2836/bcm2836.h"
#include "kernel/arch/aarch64/generic_alarm.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"

namespace board {

void SetAlarm(kernel::Instant deadline) { kernel::arch::SetGenericAlarm(deadline, kCounterHertz); }

kernel::interrupt::Line AlarmLine() { return drivers::interrupt::Bcm2836::kVirtualTimer; }

}  // namespace board
