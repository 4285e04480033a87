// The console's UART. Internal to boards/pc.
#ifndef ENKEL_BOARDS_PC_COM1_H_
#define ENKEL_BOARDS_PC_COM1_H_

#include "boards/pc/port_registers.h"
#include "drivers/uart/ns16550/ns16550.h"

namespace board {

using Uart = drivers::uart::Ns16550On<PortRegisters>;

// COM1, initialized by the first call; null when nothing answers there. Interrupt-safe.
Uart* Com1();

}  // namespace board

#endif  // ENKEL_BOARDS_PC_COM1_H_
