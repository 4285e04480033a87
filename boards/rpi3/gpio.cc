// The pins of the 40-pin header: GPIO2 to GPIO27, but for the console's two.
#include "boards/gpio.h"

#include <utility>

#include "boards/rpi3/addresses.h"
#include "boards/rpi3/barrier.h"
#include "drivers/gpio/bcm2835/bcm2835_gpio.h"
#include "drivers/gpio/bcm2835/edges.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"

namespace board {
namespace {

using drivers::gpio::Bcm2835Gpio;
using drivers::gpio::Edges;
using drivers::gpio::Function;
using drivers::gpio::Pull;
using kernel::Error;
using kernel::Fail;
using kernel::Result;

constexpr unsigned kFirst = 2;  // 0 and 1 are of what is plugged onto the board: its EEPROM
constexpr unsigned kLast = 27;
constexpr unsigned kTransmit = 14;
constexpr unsigned kReceive = 15;
constexpr kernel::interrupt::Line kLine = {49};  // GPIO0 to GPIO27. [BCM2835] 7.5

constexpr Bcm2835Gpio kPins(kGpio);
constinit drivers::gpio::EdgeHandlers<Bcm2835Gpio> handlers(kPins);
[[clang::no_destroy]] constinit kernel::interrupt::Registration registration;

void OnInterrupt(void*) {
  SwitchPeripheral();
  handlers.OnInterrupt();
  SwitchPeripheral();
}

Result<void> Check(unsigned pin) {
  if (pin < kFirst || pin > kLast) return Fail(Error::kInvalidArgument);
  if (pin == kTransmit || pin == kReceive) return Fail(Error::kInUse);
  return {};
}

void Wait(kernel::Duration time) {
  const kernel::Instant end = Now() + time;
  while (Now() <= end) continue;
}

}  // namespace

Result<void> UsePin(unsigned pin, PinUse use) {
  if (const Result<void> checked = Check(pin); !checked) return checked;
  SwitchPeripheral();
  const bool is_output = use == PinUse::kOutputLow || use == PinUse::kOutputHigh;
  if (is_output) {
    kPins.Write(pin, use == PinUse::kOutputHigh);  // before it is one: no wrong level in between
  }
  kPins.SetFunction(pin, is_output ? Function::kOutput : Function::kInput);
  kPins.SetPull(pin,
                use == PinUse::kInputPulledUp     ? Pull::kUp
                : use == PinUse::kInputPulledDown ? Pull::kDown
                                                  : Pull::kNone,
                Wait);
  SwitchPeripheral();
  return {};
}

void WritePin(unsigned pin, bool is_high) {
  if (!Check(pin)) return;
  SwitchPeripheral();
  kPins.Write(pin, is_high);
  SwitchPeripheral();
}

bool ReadPin(unsigned pin) {
  if (!Check(pin)) return false;
  SwitchPeripheral();
  const bool is_high = kPins.Read(pin);
  SwitchPeripheral();
  return is_high;
}

Result<void> WatchPin(unsigned pin, PinEdges edges, void (*handler)(void*), void* argument) {
  if (const Result<void> checked = Check(pin); !checked) return checked;
  if (registration.line() != kLine) {
    auto made =
        kernel::interrupt::Register(kLine, kernel::interrupt::Trigger::kHighLevel, "pins", &OnInterrupt, nullptr);
    if (!made) return Fail(made.error());
    registration = std::move(*made);
  }
  registration.Mask();  // the handler of a pin is two words
  SwitchPeripheral();
  handlers.Watch(pin,
                 edges == PinEdges::kRising    ? Edges::kRising
                 : edges == PinEdges::kFalling ? Edges::kFalling
                                               : Edges::kBoth,
                 handler, argument);
  SwitchPeripheral();
  registration.Unmask();
  return {};
}

}  // namespace board
