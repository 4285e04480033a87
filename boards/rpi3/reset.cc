#include "boards/rpi3/crash_page.h"
#include "boards/rpi3/power.h"
#include "drivers/watchdog/bcm2835/bcm2835_watchdog.h"
#include "kernel/boot/board.h"

namespace board {

void Reset() {
  WriteBackCrashPage();
  RestartInto(BitsOf(drivers::watchdog::Partition{}));
}

}  // namespace board
