// The PL011, QEMU's first -serial.
#include <cstdint>
#include <string_view>

#include "boards/virt/addresses.h"
#include "boards/virt/console.h"
#include "drivers/uart/pl011/pl011.h"
#include "kernel/boot/board.h"

namespace board {
namespace {

constexpr std::uint32_t kUartClock = 24'000'000;  // hertz: the tree's apb-pclk
constexpr std::uint32_t kBaudRate = 115'200;

constinit bool is_ready = false;

}  // namespace

drivers::uart::Pl011 ReadyUart() {
  constexpr drivers::uart::Pl011 kUart(kPl011);
  if (!is_ready) {
    is_ready = true;
    kUart.Initialize(drivers::uart::Pl011Divisor::For(kUartClock, kBaudRate));
  }
  return kUart;
}

void ConsoleWrite(std::string_view text) { ReadyUart().Write(text); }

}  // namespace board
