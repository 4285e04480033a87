#include "boards/virt/counter.h"
#include "kernel/arch/aarch64/generic_timer.h"
#include "kernel/boot/board.h"

namespace board {

kernel::Instant Now() { return kernel::arch::ReadGenericTimer(kCounterHertz); }

}  // namespace board
