// Registers of the PL011, in their order. [PL011] 3.2
#ifndef ENKEL_DRIVERS_UART_PL011_REGISTERS_H_
#define ENKEL_DRIVERS_UART_PL011_REGISTERS_H_

#include "drivers/bus/registers/registers.h"

namespace drivers::uart::pl011 {
// NOLINTBEGIN(readability-identifier-naming): the names are the datasheet's.

// Data. Read: the byte and how it came; overrun says that others were lost, this one is whole. [PL011] 3.3.1
struct DR : ReadWrite<0x00> {
  using DATA = Bits<0, 8>;
  using FE = Bits<8>;
  using PE = Bits<9>;
  using BE = Bits<10>;
  using OE = Bits<11>;
};

// Flags. [PL011] 3.3.3
struct FR : ReadOnly<0x18> {
  using BUSY = Bits<3>;
  using RXFE = Bits<4>;  // the receive FIFO is empty
  using TXFF = Bits<5>;  // the transmit FIFO is full
};

// The divisor's integer and its 64ths. [PL011] 3.3.5, 3.3.6
struct IBRD : ReadWrite<0x24> {};
struct FBRD : ReadWrite<0x28> {};

// Line control. [PL011] 3.3.7
struct LCR_H : ReadWrite<0x2c> {
  using FEN = Bits<4>;      // FIFOs
  using WLEN = Bits<5, 2>;  // bits of a character, less five
};

// Control. [PL011] 3.3.8
struct CR : ReadWrite<0x30> {
  using UARTEN = Bits<0>;
  using TXE = Bits<8>;
  using RXE = Bits<9>;
};

// From which level on a FIFO asks. [PL011] 3.3.9
struct IFLS : ReadWrite<0x34> {
  using RXIFLSEL = Bits<3, 3>;  // 2: half full
};

// Which interrupts come. [PL011] 3.3.10
struct IMSC : ReadWrite<0x38> {
  using RXIM = Bits<4>;
  using RTIM = Bits<6>;  // received, and then the line fell silent
};

// A one clears an interrupt. [PL011] 3.3.13
struct ICR : WriteOnly<0x44> {
  using ALL = Bits<0, 11>;
};

static_assert(AreInOrder<DR, FR, IBRD, FBRD, LCR_H, CR, IFLS, IMSC, ICR>());

// NOLINTEND(readability-identifier-naming)

}  // namespace drivers::uart::pl011

#endif  // ENKEL_DRIVERS_UART_PL011_REGISTERS_H_
