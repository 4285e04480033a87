#include "boards/virt/crash_page.h"
#include "boards/virt/power.h"
#include "kernel/boot/board.h"

namespace board {

void Reset() {
  WriteBackCrashPage();
  Call(PsciFunction::kSystemReset);
}

}  // namespace board
