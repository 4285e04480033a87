// The mini-UART on the header's pins 8 and 10 (GPIO14, GPIO15) as the console, 115200 baud, 8N1: in place of console.cc
// and console_input.cc, in a program that depends on :mini_uart_console.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "boards/rpi3/addresses.h"
#include "boards/rpi3/barrier.h"
#include "boards/rpi3/console.h"
#include "boards/rpi3/firmware.h"
#include "drivers/gpio/bcm2835/bcm2835_gpio.h"
#include "drivers/mailbox/bcm2835/properties.h"
#include "drivers/uart/mini_uart/mini_uart.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"

namespace board {
namespace {

constexpr drivers::uart::MiniUart kUart(kAuxiliaries);
constexpr std::uint32_t kUsualCoreClock = 250'000'000;  // what enable_uart=1 of config.txt makes it
constexpr std::uint32_t kBaudRate = 115'200;

constinit bool is_ready = false;
constinit bool is_receiving = false;

// The first word of the first line asks the firmware for the clock: later ones may come from an interrupt.
const drivers::uart::MiniUart& Ready() {
  SwitchPeripheral();  // a panic or an interrupt may come from the middle of a driver
  if (!is_ready) {
    is_ready = true;
    const std::uint32_t clock = AskClockRate(drivers::mailbox::Clock::kCore).value_or(kUsualCoreClock);
    SwitchPeripheral();
    constexpr drivers::gpio::Bcm2835Gpio kPins(kGpio);
    for (const unsigned pin : {14, 15}) kPins.SetFunction(pin, drivers::gpio::Function::kAlternate5);
    SwitchPeripheral();
    kUart.Initialize(drivers::uart::MiniUartDivisor(clock, kBaudRate));
  }
  return kUart;
}

}  // namespace

void ConsoleWrite(std::string_view text) {
  Ready().Write(text);
  SwitchPeripheral();
}

void DrainConsole() { kUart.Drain(); }

std::size_t ConsoleRead(std::span<char> buffer) {
  const drivers::uart::MiniUart& uart = Ready();
  if (!is_receiving) {
    is_receiving = true;
    uart.EnableReceiveInterrupt();
  }
  const std::size_t size = uart.Read(buffer);
  SwitchPeripheral();
  return size;
}

kernel::interrupt::Line ConsoleInputLine() {
  constexpr std::uint32_t kAuxiliary = 29;  // [BCM2835] 7.5
  return {kAuxiliary};
}

bool ConsoleEditsLines() { return false; }

}  // namespace board
