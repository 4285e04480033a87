#include "boards/rpi3/crash_page.h"
#include "boards/rpi3/power.h"
#include "kernel/boot/board.h"

namespace board {

void Reset() {
  WriteBackCrashPage();
  RestartInto(Partition::kFirstBootable);
}

}  // namespace board
