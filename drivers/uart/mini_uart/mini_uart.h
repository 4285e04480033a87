// The mini-UART of BCM2835 to BCM2837: a console, polled or by interrupt. [BCM2835] 2.2
//
// Its baud rate follows the clock of the GPU's core, and it knows neither parity nor framing errors.
#ifndef ENKEL_DRIVERS_UART_MINI_UART_MINI_UART_H_
#define ENKEL_DRIVERS_UART_MINI_UART_MINI_UART_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "drivers/bus/registers/registers.h"

namespace drivers::uart {

// What divides the core's clock. Both in hertz, 0 < baud, clock < 2^31; rounds to the nearest.
constexpr std::uint32_t MiniUartDivisor(std::uint32_t clock, std::uint32_t baud) {
  const std::uint32_t eighths = (clock + 4 * baud) / (8 * baud);
  return eighths == 0 ? 0 : eighths - 1;
}

// Holds no state but where it is, so that any code may make one; whoever shares it keeps the order of bytes.
template <typename Registers>
class MiniUartOn {
 public:
  // `registers`: those of the auxiliary peripherals, from AUX_IRQ on.
  constexpr explicit MiniUartOn(Registers registers) : registers_(registers) {}

  // Sets 8 data bits, no parity, one stop bit, interrupts off, and switches it on. What is still being sent is sent.
  // Interrupt-safe.
  void Initialize(std::uint32_t divisor) const;

  // Sends bytes, each '\n' as CR LF. Blocks, polling, while the FIFO is full. Interrupt-safe.
  void Write(std::string_view text) const;

  // Blocks until the last bit is on the wire. Interrupt-safe.
  void Drain() const;

  // From now on the interrupt is high while received bytes wait. Interrupt-safe.
  void EnableReceiveInterrupt() const;

  // Takes bytes that were received, at most as many as `buffer` holds; returns how many. What came while the FIFO was
  // full is lost. Does not block. Interrupt-safe.
  std::size_t Read(std::span<char> buffer) const;

 private:
  void Send(char byte) const;

  Registers registers_;
};

using MiniUart = MiniUartOn<MappedRegisters>;

}  // namespace drivers::uart

#endif  // ENKEL_DRIVERS_UART_MINI_UART_MINI_UART_H_
