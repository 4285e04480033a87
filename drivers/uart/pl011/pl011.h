// ARM PrimeCell UART (PL011): a console, polled or by interrupt. [PL011]
#ifndef ENKEL_DRIVERS_UART_PL011_PL011_H_
#define ENKEL_DRIVERS_UART_PL011_PL011_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "drivers/bus/registers/registers.h"
#include "drivers/uart/pl011/registers.h"

namespace drivers::uart {

// The divisor of UARTCLK, in 64ths: baud rate = clock / (16 * divisor).
struct Pl011Divisor {
  std::uint32_t sixty_fourths;

  // Rounds to the nearest. Both in hertz, baud > 0, clock < 2^30.
  static constexpr Pl011Divisor For(std::uint32_t clock, std::uint32_t baud) { return {(4 * clock + baud / 2) / baud}; }

  constexpr std::uint32_t integer() const { return sixty_fourths / 64; }   // IBRD
  constexpr std::uint32_t fraction() const { return sixty_fourths % 64; }  // FBRD
};

// One UART. Holds no state but where it is, so that any code may make one; whoever shares it keeps the order of bytes.
template <typename Registers>
class Pl011On {
 public:
  // `registers`: its block of 4 KiB.
  constexpr explicit Pl011On(Registers registers) : registers_(registers) {}

  // Sets 8 data bits, no parity, one stop bit, FIFOs on, interrupts off, and switches transmitter and receiver on.
  // What is still being sent is sent. Interrupt-safe.
  void Initialize(Pl011Divisor divisor) const;

  // Sends bytes, each '\n' as CR LF. Blocks, polling, while the FIFO is full. Interrupt-safe.
  void Write(std::string_view text) const;

  // Blocks until the last bit is on the wire. Interrupt-safe.
  void Drain() const {
    while (pl011::FR::BUSY::IsIn(registers_.template Read<pl011::FR>().value)) continue;
  }

  // From now on the interrupt is high while received bytes wait: at once when the FIFO fills, else when the line has
  // been quiet for 32 bits' time. Interrupt-safe.
  void EnableReceiveInterrupt() const;

  // Takes bytes that were received, at most as many as `buffer` holds; returns how many. Bytes with a framing or parity
  // error and breaks are dropped, and what came while the FIFO was full is lost. Does not block. Interrupt-safe.
  std::size_t Read(std::span<char> buffer) const;

 private:
  void Send(char byte) const;

  Registers registers_;
};

using Pl011 = Pl011On<MappedRegisters>;

}  // namespace drivers::uart

#endif  // ENKEL_DRIVERS_UART_PL011_PL011_H_
