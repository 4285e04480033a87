// Registers of the BCM2835's random number generator, in their order. No public manual describes it: as the Linux
// driver bcm2835-rng has them.
#ifndef ENKEL_DRIVERS_RANDOM_BCM2835_RNG_REGISTERS_H_
#define ENKEL_DRIVERS_RANDOM_BCM2835_RNG_REGISTERS_H_

#include "drivers/bus/registers/registers.h"

namespace drivers::random::bcm2835_rng {
// NOLINTBEGIN(readability-identifier-naming): the names are the datasheet's.

struct CTRL : ReadWrite<0x00> {
  using RBGEN = Bits<0>;  // on
};
// Written: how many bits are thrown away after switching on.
struct STATUS : ReadWrite<0x04> {
  using WARM_UP = Bits<0, 20>;
  using WORDS = Bits<24, 8>;  // that are ready
};
struct DATA : ReadOnly<0x08> {};
struct INT_MASK : ReadWrite<0x10> {
  using INT_OFF = Bits<0>;
};

static_assert(AreInOrder<CTRL, STATUS, DATA, INT_MASK>());

// NOLINTEND(readability-identifier-naming)

}  // namespace drivers::random::bcm2835_rng

#endif  // ENKEL_DRIVERS_RANDOM_BCM2835_RNG_REGISTERS_H_
