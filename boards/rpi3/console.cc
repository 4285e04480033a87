// The PL011 on the header's pins 8 and 10 (GPIO14, GPIO15), 115200 baud, 8N1.
#include <cstdint>
#include <string_view>

#include "boards/rpi3/addresses.h"
#include "boards/rpi3/barrier.h"
#include "boards/rpi3/console.h"
#include "drivers/uart/pl011/pl011.h"
#include "kernel/boot/board.h"

namespace board {
namespace {

// The firmware's default and config.txt's init_uart_clock. QEMU does not look at it.
constexpr std::uint32_t kUartClock = 48'000'000;
constexpr std::uint32_t kBaudRate = 115'200;

enum class PinFunction : std::uint32_t { kInput = 0, kAlternate0 = 4 };

// One of GPFSEL0..5: ten pins, three bits each. [BCM2835] 6.1
struct FunctionSelect {
  static constexpr int kPins = 10;
  static constexpr std::uint32_t kField = 7;

  std::uint32_t value;

  constexpr FunctionSelect With(int pin, PinFunction function) const {
    const int low = pin % kPins * 3;
    return {(value & ~(kField << low)) | static_cast<std::uint32_t>(function) << low};
  }
};

volatile std::uint32_t& FunctionSelectOf(int pin) {
  return reinterpret_cast<volatile std::uint32_t*>(kGpio.value)[pin / FunctionSelect::kPins];
}

// The firmware may have wired the PL011 to the Bluetooth chip (GPIO32, GPIO33): it must listen to one of them only.
void WireUartToHeader() {
  FunctionSelectOf(32) =
      FunctionSelect{FunctionSelectOf(32)}.With(32, PinFunction::kInput).With(33, PinFunction::kInput).value;
  FunctionSelectOf(14) =
      FunctionSelect{FunctionSelectOf(14)}.With(14, PinFunction::kAlternate0).With(15, PinFunction::kAlternate0).value;
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

}  // namespace board
