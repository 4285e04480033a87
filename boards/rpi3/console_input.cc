#include <cstddef>
#include <cstdint>
#include <span>

#include "boards/rpi3/barrier.h"
#include "boards/rpi3/console.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"

namespace board {
namespace {

constinit bool is_receiving = false;

}  // namespace

std::size_t ConsoleRead(std::span<char> buffer) {
  const drivers::uart::Pl011 uart = ReadyUart();
  if (!is_receiving) {
    is_receiving = true;
    uart.EnableReceiveInterrupt();
  }
  const std::size_t size = uart.Read(buffer);
  SwitchPeripheral();
  return size;
}

kernel::interrupt::Line ConsoleInputLine() {
  constexpr std::uint32_t kUart = 57;  // [BCM2835] 7.5
  return {kUart};
}

bool ConsoleEditsLines() { return false; }

}  // namespace board
