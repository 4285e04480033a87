#include <cstddef>
#include <cstdint>
#include <span>

#include "boards/virt/console.h"
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
  return uart.Read(buffer);
}

kernel::interrupt::Line ConsoleInputLine() {
  constexpr std::uint32_t kUart = 32 + 1;  // the first shared line is 32; QEMU's tree: interrupts = <0 1 4>
  return {kUart};
}

bool ConsoleEditsLines() { return false; }

}  // namespace board
