// Keyboards of a board that has no driver for what they are plugged into.
#include "boards/keyboard.h"

#include <string_view>

#include "kernel/base/result.h"

namespace board {

kernel::Result<void> OpenKeyboard(void (*)(std::string_view)) { return kernel::Fail(kernel::Error::kUnsupported); }

}  // namespace board
