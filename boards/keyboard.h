// Keyboards that can be plugged into a board. A source file of its own, so that a program without one links no USB.
// A board without them has boards/no_keyboard.cc.
#ifndef ENKEL_BOARDS_KEYBOARD_H_
#define ENKEL_BOARDS_KEYBOARD_H_

#include <string_view>

#include "kernel/base/result.h"

namespace board {

// From now on, whenever a keyboard is plugged in, `type(text)` is called on the loop with what is typed on it. Called
// once, with memory and interrupts there, and before OpenEthernet where both are wanted: with nothing between that
// blocks. Errors: kUnsupported (the board has no place for one), kNotFound (no controller, or no power for it), kInUse.
kernel::Result<void> OpenKeyboard(void (*type)(std::string_view text));

}  // namespace board

#endif  // ENKEL_BOARDS_KEYBOARD_H_
