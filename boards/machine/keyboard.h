// A keyboard as a second way to type into the console.
#ifndef ENKEL_BOARDS_MACHINE_KEYBOARD_H_
#define ENKEL_BOARDS_MACHINE_KEYBOARD_H_

#include "kernel/base/result.h"

namespace machine {

// From now on what is typed on a keyboard that is plugged in, at any time, is read from the standard input, and shown
// on the console. A program that does not call it has neither USB nor keyboard in its image. Once; before Network::Up
// where both are wanted, with nothing between that blocks. Errors: kUnsupported (the board has no driver for its
// sockets), kNotFound (the controller does not answer), kInUse.
kernel::Result<void> UseKeyboard();

}  // namespace machine

#endif  // ENKEL_BOARDS_MACHINE_KEYBOARD_H_
