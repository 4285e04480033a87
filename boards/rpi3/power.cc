// The board cannot switch itself off. A reset with the firmware told to halt comes nearest; there QEMU exits with 0.
#include "boards/rpi3/power.h"

#include <cstdint>

#include "boards/rpi3/addresses.h"
#include "boards/rpi3/barrier.h"
#include "boards/rpi3/console.h"
#include "drivers/watchdog/bcm2835/bcm2835_watchdog.h"
#include "kernel/arch/cpu.h"
#include "kernel/boot/board.h"

namespace board {

void RestartInto(std::uint32_t partition) {
  DrainConsole();
  SwitchPeripheral();
  drivers::watchdog::Bcm2835Watchdog(kPowerManagement).ResetInto(partition);
  kernel::arch::Stop();
}

void PowerOff(int) { RestartInto(BitsOf(drivers::watchdog::kNoPartition)); }

}  // namespace board
