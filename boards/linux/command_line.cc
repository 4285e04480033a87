#include <string_view>

#include "kernel/boot/board.h"

namespace board {

std::string_view CommandLine(const Handoff&) { return {}; }

}  // namespace board
