// The chip's random number generator; before it, the seeds that newer firmware leaves in the device tree. The firmware
// may have left the generator off, and it warms up for longer than a start takes: then the seeds are all there is for
// early use.
#include <cstddef>
#include <span>

#include "boards/rpi3/addresses.h"
#include "boards/rpi3/barrier.h"
#include "drivers/random/bcm2835_rng/bcm2835_rng.h"
#include "kernel/boot/board.h"
#include "kernel/boot/device_tree/loader_seed.h"

namespace board {

std::size_t ReadEntropy(std::span<std::byte> buffer) {
  if (const std::size_t seed = kernel::boot::TakeLoaderSeed(buffer); seed > 0) return seed;
  SwitchPeripheral();
  const std::size_t size = drivers::random::Bcm2835Rng(kRng).Read(buffer);
  SwitchPeripheral();
  return size;
}

bool EntropyIsRaw() { return true; }

}  // namespace board
