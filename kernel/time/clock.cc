#include "kernel/time/clock.h"

#include "kernel/base/time.h"
#include "kernel/boot/board.h"

namespace kernel::time {

Instant Now() { return board::Now(); }

}  // namespace kernel::time
