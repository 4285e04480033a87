// A board's pins that a program may use. Source files of their own, so that a program without pins links no driver.
// A board without pins has boards/no_gpio.cc.
#ifndef ENKEL_BOARDS_GPIO_H_
#define ENKEL_BOARDS_GPIO_H_

#include <cstdint>

#include "kernel/base/result.h"

namespace board {

enum class PinUse : std::uint8_t { kInput, kInputPulledUp, kInputPulledDown, kOutputLow, kOutputHigh };
enum class PinEdges : std::uint8_t { kRising, kFalling, kBoth };

// Makes a pin what it is to be. Pins are numbered as the board's README says. Blocks for some microseconds. Not
// interrupt-safe. Errors: kUnsupported (the board has no pins), kInvalidArgument (no such pin on the header), kInUse
// (the board needs it itself).
kernel::Result<void> UsePin(unsigned pin, PinUse use);

// Of a pin for which UsePin succeeded. Interrupt-safe, a few instructions.
void WritePin(unsigned pin, bool is_high);
bool ReadPin(unsigned pin);

// From now on `handler(argument)` runs at these edges, at once, in interrupt context; a pin has one handler. Not
// interrupt-safe. Errors: as UsePin, and those of kernel::interrupt::Register.
kernel::Result<void> WatchPin(unsigned pin, PinEdges edges, void (*handler)(void* argument), void* argument);

// The board's own LED, if it has one that a program may have. May block for as long as its firmware takes to answer.
// Not interrupt-safe. Errors: kUnsupported (there is none), kNotFound or kRefused (the firmware does not do it).
kernel::Result<void> SwitchLed(bool is_on);

}  // namespace board

#endif  // ENKEL_BOARDS_GPIO_H_
