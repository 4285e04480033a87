#include <cstddef>

#include "kernel/boot/board.h"

namespace board {

std::byte* CrashPage() { return nullptr; }

}  // namespace board
