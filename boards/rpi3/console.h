// The console's UART, for what is in source files of their own.
#ifndef ENKEL_BOARDS_RPI3_CONSOLE_H_
#define ENKEL_BOARDS_RPI3_CONSOLE_H_

#include "drivers/uart/pl011/pl011.h"

namespace board {

// The UART, initialized by the first call. What was done with another peripheral before is done; the caller uses
// SwitchPeripheral after. Interrupt-safe.
drivers::uart::Pl011 ReadyUart();

// Blocks until the last bit that was written is on the wire. Interrupt-safe.
void DrainConsole();

}  // namespace board

#endif  // ENKEL_BOARDS_RPI3_CONSOLE_H_
