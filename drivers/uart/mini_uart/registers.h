// Registers of the auxiliary peripherals that make up the mini-UART, in their order. [BCM2835] 2, with its errata
#ifndef ENKEL_DRIVERS_UART_MINI_UART_REGISTERS_H_
#define ENKEL_DRIVERS_UART_MINI_UART_REGISTERS_H_

#include "drivers/bus/registers/registers.h"

namespace drivers::uart::mini_uart {
// NOLINTBEGIN(readability-identifier-naming): the names are the datasheet's.

// Which of the three peripherals are on. What is off has no registers. [BCM2835] 2.1.1
struct AUXENB : ReadWrite<0x04> {
  using MINI_UART = Bits<0>;
};
// What was received, or is to be sent. [BCM2835] 2.2.2
struct AUX_MU_IO : ReadWrite<0x40> {};
// The manual has the two swapped, and says of bits 2 and 3 that they do not matter: without them no interrupt comes.
struct AUX_MU_IER : ReadWrite<0x44> {
  using RECEIVE = Bits<0>;
  using TRANSMIT = Bits<1>;
  using NEEDED = Bits<2, 2>;
};
// Written: clears the FIFOs.
struct AUX_MU_IIR : ReadWrite<0x48> {
  using CLEAR_RECEIVE = Bits<1>;
  using CLEAR_TRANSMIT = Bits<2>;
  using FIFOS_ON = Bits<6, 2>;
};
// Bits of a character: 3 means eight, where the manual has one bit.
struct AUX_MU_LCR : ReadWrite<0x4c> {
  using DATA_SIZE = Bits<0, 2>;
};
struct AUX_MU_MCR : ReadWrite<0x50> {};
struct AUX_MU_LSR : ReadOnly<0x54> {
  using DATA_READY = Bits<0>;
  using TRANSMITTER_HAS_ROOM = Bits<5>;
  using TRANSMITTER_IDLE = Bits<6>;
};
struct AUX_MU_CNTL : ReadWrite<0x60> {
  using RECEIVER_ON = Bits<0>;
  using TRANSMITTER_ON = Bits<1>;
};
// Baud rate = core clock / (8 * (BAUD + 1)).
struct AUX_MU_BAUD : ReadWrite<0x68> {
  using RATE = Bits<0, 16>;
};

static_assert(AreInOrder<AUXENB, AUX_MU_IO, AUX_MU_IER, AUX_MU_IIR, AUX_MU_LCR, AUX_MU_MCR, AUX_MU_LSR, AUX_MU_CNTL,
                         AUX_MU_BAUD>());

// NOLINTEND(readability-identifier-naming)

}  // namespace drivers::uart::mini_uart

#endif  // ENKEL_DRIVERS_UART_MINI_UART_REGISTERS_H_
