#include "boards/machine/keyboard.h"

#include "boards/keyboard.h"
#include "kernel/base/result.h"
#include "kernel/libc/terminal/typed.h"

namespace machine {

kernel::Result<void> UseKeyboard() { return board::OpenKeyboard(&kernel::libc::TypeIntoConsole); }

}  // namespace machine
