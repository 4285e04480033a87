// The PL011 on the header's pins 8 and 10 (GPIO14, GPIO15), 115200 baud, 8N1.
#include <cstdint>
#include <string_view>

#include "boards/rpi3/addresses.h"
#include "boards/rpi3/barrier.h"
#include "boards/rpi3/console.h"
#include "drivers/gpio/bcm2835/bcm2835_gpio.h"
#include "drivers/uart/pl011/pl011.h"
#include "kernel/boot/board.h"

namespace board {
namespace {

// The firmware's default and config.txt's init_uart_clock. QEMU does not look at it.
constexpr std::uint32_t kUartClock = 48'000'000;
constexpr std::uint32_t kBaudRate = 115'200;

// The firmware may have wired the PL011 to the Bluetooth chip (GPIO32, GPIO33): it must listen to one of them only.
void WireUartToHeader() {
  using drivers::gpio::Function;
  constexpr drivers::gpio::Bcm2835Gpio kPins(kGpio);
  kPins.SetFunctions(32, 2, Function::kInput);
  kPins.SetFunctions(14, 2, Function::kAlternate0);
}

constinit bool is_ready = false;

}  // namespace

drivers::uart::Pl011 ReadyUart() {
  constexpr drivers::uart::Pl011 kUart(kPl011);
  SwitchPeripheral();  // a panic or an interrupt may come from the middle of a driver
  if (!is_ready) {
    is_ready = true;
    WireUartToHeader();
    SwitchPeripheral();
    kUart.Initialize(drivers::uart::Pl011Divisor::For(kUartClock, kBaudRate));
  }
  return kUart;
}

void ConsoleWrite(std::string_view text) {
  ReadyUart().Write(text);
  SwitchPeripheral();
}

void DrainConsole() { drivers::uart::Pl011(kPl011).Drain(); }

}  // namespace board
