// What comes in at COM1.
#include <cstddef>
#include <span>

#include "boards/pc/com1.h"
#include "boards/pc/interrupts.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"

namespace board {
namespace {

constexpr std::size_t kCom1Wire = 4;  // of the ISA bus

constinit bool is_receiving = false;

}  // namespace

std::size_t ConsoleRead(std::span<char> buffer) {
  Uart* uart = Com1();
  if (uart == nullptr) return 0;
  if (!is_receiving) {
    is_receiving = true;
    uart->EnableReceiveInterrupt();
  }
  return uart->Read(buffer);
}

kernel::interrupt::Line ConsoleInputLine() { return LineOfIsa(kCom1Wire); }

bool ConsoleEditsLines() { return false; }

}  // namespace board
