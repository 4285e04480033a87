// The board has no clock that runs while it is off.
#include <cstdint>
#include <optional>

#include "kernel/boot/board.h"

namespace board {

std::optional<std::int64_t> ReadWallClock() { return std::nullopt; }

}  // namespace board
