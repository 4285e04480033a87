// Registers of the two controllers, each in its order.
#ifndef ENKEL_DRIVERS_INTERRUPT_BCM2836_REGISTERS_H_
#define ENKEL_DRIVERS_INTERRUPT_BCM2836_REGISTERS_H_

#include "drivers/bus/registers/registers.h"

namespace drivers::interrupt {
// NOLINTBEGIN(readability-identifier-naming): the names are the datasheet's.

// What the GPU and the ARM share, from the first register on. Arrays: lines 0 to 31, 32 to 63, basic. [BCM2835] 7.5,
// with its errata
namespace bcm2835_shared {

struct BASIC_PENDING : ReadOnly<0x00> {
  using BASIC = Bits<0, 8>;
  using FIRST = Bits<8>;   // something in PENDING 1
  using SECOND = Bits<9>;  // something in PENDING 2
  // Eleven lines have a bit of their own here, and may then be missing from the two bits above.
  using SHORTCUTS = Bits<10, 11>;
};
struct PENDING : ReadOnly<0x04> {};
struct FIQ_CONTROL : ReadWrite<0x0c> {};
// A one enables or disables, a zero does nothing.
struct ENABLE : ReadWrite<0x10> {};
struct DISABLE : ReadWrite<0x1c> {};

static_assert(AreInOrder<BASIC_PENDING, PENDING, FIQ_CONTROL, ENABLE, DISABLE>());

}  // namespace bcm2835_shared

// Those of the cores; of each array the first, which is core 0's. [QA7] 4
namespace bcm2836_local {

struct GPU_ROUTING : ReadWrite<0x0c> {};      // the core that gets what is shared, as IRQ and as FIQ
struct TIMER_CONTROL : ReadWrite<0x40> {};    // a bit a timer
struct MAILBOX_CONTROL : ReadWrite<0x50> {};  // a bit a mailbox
struct IRQ_SOURCE : ReadOnly<0x60> {
  using TIMERS_AND_MAILBOXES = Bits<0, 8>;
  using SHARED = Bits<8>;
};

static_assert(AreInOrder<GPU_ROUTING, TIMER_CONTROL, MAILBOX_CONTROL, IRQ_SOURCE>());

}  // namespace bcm2836_local

// NOLINTEND(readability-identifier-naming)

}  // namespace drivers::interrupt

#endif  // ENKEL_DRIVERS_INTERRUPT_BCM2836_REGISTERS_H_
