// Registers of the two mailboxes between the cores and the GPU, in their order. [Mailbox] "Mailbox registers"
#ifndef ENKEL_DRIVERS_MAILBOX_BCM2835_REGISTERS_H_
#define ENKEL_DRIVERS_MAILBOX_BCM2835_REGISTERS_H_

#include "drivers/bus/registers/registers.h"

namespace drivers::mailbox::bcm2835 {
// NOLINTBEGIN(readability-identifier-naming): the names are the datasheet's.

struct Status {
  using FULL = Bits<31>;
  using EMPTY = Bits<30>;
};

// From the GPU: bits 31:4 the message, 3:0 the channel.
struct MAIL0_READ : ReadOnly<0x00> {};
struct MAIL0_STATUS : ReadOnly<0x18>, Status {};
// To the GPU.
struct MAIL1_WRITE : WriteOnly<0x20> {};
struct MAIL1_STATUS : ReadOnly<0x38>, Status {};

static_assert(AreInOrder<MAIL0_READ, MAIL0_STATUS, MAIL1_WRITE, MAIL1_STATUS>());

// NOLINTEND(readability-identifier-naming)

}  // namespace drivers::mailbox::bcm2835

#endif  // ENKEL_DRIVERS_MAILBOX_BCM2835_REGISTERS_H_
