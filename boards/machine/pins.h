// The pins and the LED of the machine, for programs that touch the world. A program that does not use them has no
// driver for them in its image; on a machine without them every Open says so.
//
//   auto lamp = machine::OutputPin::Open(17, false);
//   auto button = machine::InputPin::Open(21, machine::Pull::kUp);
//   button->Watch(machine::Edges::kFalling, [](void* lamp) { ... }, &*lamp);   // a real-time handler
#ifndef ENKEL_BOARDS_MACHINE_PINS_H_
#define ENKEL_BOARDS_MACHINE_PINS_H_

#include <cstdint>

#include "boards/gpio.h"
#include "kernel/base/result.h"

namespace machine {

enum class Pull : std::uint8_t { kNone, kUp, kDown };
using Edges = board::PinEdges;

// A pin that we drive. Numbers are the board's: on a Raspberry Pi those of the GPIOs, 2 to 27.
class OutputPin {
 public:
  // Not interrupt-safe. Errors: kUnsupported (no pins here), kInvalidArgument (no such pin), kInUse (the board's own).
  static kernel::Result<OutputPin> Open(unsigned number, bool is_high) {
    const auto used = board::UsePin(number, is_high ? board::PinUse::kOutputHigh : board::PinUse::kOutputLow);
    if (!used) return kernel::Fail(used.error());
    return OutputPin(number);
  }
  // Interrupt-safe, a few instructions.
  void Write(bool is_high) const { board::WritePin(number_, is_high); }
  // What can be measured at the pin. Interrupt-safe.
  bool Read() const { return board::ReadPin(number_); }

 private:
  explicit OutputPin(unsigned number) : number_(number) {}
  unsigned number_;
};

// A pin that others drive.
class InputPin {
 public:
  // Errors: as of OutputPin.
  static kernel::Result<InputPin> Open(unsigned number, Pull pull) {
    const auto use = pull == Pull::kUp     ? board::PinUse::kInputPulledUp
                     : pull == Pull::kDown ? board::PinUse::kInputPulledDown
                                           : board::PinUse::kInput;
    if (const auto used = board::UsePin(number, use); !used) return kernel::Fail(used.error());
    return InputPin(number);
  }
  // Interrupt-safe.
  bool Read() const { return board::ReadPin(number_); }
  // A real-time handler: it runs at these edges, at once, in interrupt context (kernel/interrupt/interrupt.h says what
  // it may do). Not interrupt-safe. Errors: those of kernel::interrupt::Register.
  kernel::Result<void> Watch(Edges edges, void (*handler)(void* argument), void* argument) const {
    return board::WatchPin(number_, edges, handler, argument);
  }

 private:
  explicit InputPin(unsigned number) : number_(number) {}
  unsigned number_;
};

// The board's own LED. May wait for its firmware; not interrupt-safe. Errors: kUnsupported (it has none), others where
// the firmware refuses.
inline kernel::Result<void> SwitchLed(bool is_on) { return board::SwitchLed(is_on); }

}  // namespace machine

#endif  // ENKEL_BOARDS_MACHINE_PINS_H_
