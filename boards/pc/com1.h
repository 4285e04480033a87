// The console's UART. Internal to boards/pc.
#ifndef ENKEL_BOARDS_PC_COM1_H_
#define ENKEL_BOARDS_PC_COM1_H_

#include <cstdint>

#include "drivers/uart/ns16550/ns16550.h"
#include "kernel/arch/x86_64/port_io.h"

namespace board {

struct ComPort {
  std::uint16_t base;
  std::uint16_t Port(drivers::uart::Ns16550Register number) const { return base + static_cast<std::uint16_t>(number); }
  std::uint8_t Read(drivers::uart::Ns16550Register number) const { return kernel::arch::ReadPort8(Port(number)); }
  void Write(drivers::uart::Ns16550Register number, std::uint8_t value) const {
    kernel::arch::WritePort8(Port(number), value);
  }
};

// COM1, initialized by the first call; null when nothing answers there. Interrupt-safe.
drivers::uart::Ns16550<ComPort>* Com1();

}  // namespace board

#endif  // ENKEL_BOARDS_PC_COM1_H_
