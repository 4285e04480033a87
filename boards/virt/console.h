// The console's UART, for what is in source files of their own.
#ifndef ENKEL_BOARDS_VIRT_CONSOLE_H_
#define ENKEL_BOARDS_VIRT_CONSOLE_H_

#include "drivers/uart/pl011/pl011.h"

namespace board {

// The UART, initialized by the first call. Interrupt-safe.
drivers::uart::Pl011 ReadyUart();

}  // namespace board

#endif  // ENKEL_BOARDS_VIRT_CONSOLE_H_
