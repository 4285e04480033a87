// QEMU draws a seed for each start, and another for each reset, and leaves it in the device tree.
#include <cstddef>
#include <span>

#include "kernel/boot/board.h"
#include "kernel/boot/device_tree/loader_seed.h"

namespace board {

std::size_t ReadEntropy(std::span<std::byte> buffer) { return kernel::boot::TakeLoaderSeed(buffer); }

bool EntropyIsRaw() { return false; }

}  // namespace board
