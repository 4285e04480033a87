// Registers of a 16550 UART, in their order. [NS16550] 8, table II
#ifndef ENKEL_DRIVERS_UART_NS16550_REGISTERS_H_
#define ENKEL_DRIVERS_UART_NS16550_REGISTERS_H_

#include <cstdint>

#include "drivers/bus/registers/registers.h"

namespace drivers::uart::ns16550 {

// Where two share a place, the direction decides; for the divisor latch, LCR's DLAB.
struct RBR : ReadOnly<0, std::uint8_t> {};
struct THR : WriteOnly<0, std::uint8_t> {};
struct IER : ReadWrite<1, std::uint8_t> {
  using ERBFI = Bits<0>;  // received data
};
struct IIR : ReadOnly<2, std::uint8_t> {
  using FIFOS_ENABLED = Bits<6, 2>;  // 3: and they work
};
struct FCR : WriteOnly<2, std::uint8_t> {
  using ENABLE = Bits<0>;
  using RCVR_RESET = Bits<1>;
  using XMIT_RESET = Bits<2>;
};
struct LCR : ReadWrite<3, std::uint8_t> {
  using WLS = Bits<0, 2>;  // bits of a character, above 5
  using DLAB = Bits<7>;
};
struct MCR : ReadWrite<4, std::uint8_t> {
  using DTR = Bits<0>;
  using RTS = Bits<1>;
  using OUT2 = Bits<3>;
};
struct LSR : ReadOnly<5, std::uint8_t> {
  using DR = Bits<0>;
  using THRE = Bits<5>;
};
struct SCR : ReadWrite<7, std::uint8_t> {};

static_assert(AreInOrder<RBR, THR, IER, IIR, FCR, LCR, MCR, LSR, SCR>());

// While DLAB is set.
struct DLL : ReadWrite<0, std::uint8_t> {};
struct DLM : ReadWrite<1, std::uint8_t> {};

static_assert(AreInOrder<DLL, DLM>());

}  // namespace drivers::uart::ns16550

#endif  // ENKEL_DRIVERS_UART_NS16550_REGISTERS_H_
