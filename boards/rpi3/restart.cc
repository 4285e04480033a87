#include "boards/restart.h"

#include "boards/rpi3/crash_page.h"
#include "boards/rpi3/power.h"
#include "drivers/watchdog/bcm2835/bcm2835_watchdog.h"
#include "kernel/base/result.h"

namespace board {

kernel::Result<void> RestartIntoPartition(unsigned number) {
  if (number > drivers::watchdog::kLastPartition.number) return kernel::Fail(kernel::Error::kInvalidArgument);
  WriteBackCrashPage();
  RestartInto(BitsOf(drivers::watchdog::Partition{number}));
}

}  // namespace board
