// A board that is not told when its machine is copied.
#include <cstdint>

#include "kernel/random/generation.h"

namespace board {

const volatile std::uint64_t* GenerationIdentifier() { return nullptr; }

}  // namespace board
