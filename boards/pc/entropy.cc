// A PC has no generator beside its CPU's own.
#include <cstddef>
#include <span>

#include "kernel/boot/board.h"

namespace board {

std::size_t ReadEntropy(std::span<std::byte>) { return 0; }

bool EntropyIsRaw() { return false; }

}  // namespace board
