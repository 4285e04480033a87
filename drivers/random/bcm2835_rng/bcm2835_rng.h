// The random number generator of BCM2835 to BCM2837. No public manual describes it; registers and warm-up as the Linux
// driver bcm2835-rng has them.
#ifndef ENKEL_DRIVERS_RANDOM_BCM2835_RNG_BCM2835_RNG_H_
#define ENKEL_DRIVERS_RANDOM_BCM2835_RNG_BCM2835_RNG_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "drivers/bus/registers/registers.h"

namespace drivers::random {

// Holds no state but where it is, so that any code may make one.
template <typename Registers>
class Bcm2835RngOn {
 public:
  constexpr explicit Bcm2835RngOn(Registers registers) : registers_(registers) {}

  // Fills whole words of `buffer` from the generator, as many as are ready while a bounded number of questions is
  // asked: some hundred microseconds at most. Switches the generator on where that was not done; it then throws its
  // first bits away, and nothing is ready for a while. Returns bytes. Interrupt-safe.
  std::size_t Read(std::span<std::byte> buffer) const;

 private:
  Registers registers_;
};

using Bcm2835Rng = Bcm2835RngOn<MappedRegisters>;

}  // namespace drivers::random

#endif  // ENKEL_DRIVERS_RANDOM_BCM2835_RNG_BCM2835_RNG_H_
