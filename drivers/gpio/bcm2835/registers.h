// Registers of the GPIO controller, in their order; of each array the first. [BCM2835] 6.1
#ifndef ENKEL_DRIVERS_GPIO_BCM2835_REGISTERS_H_
#define ENKEL_DRIVERS_GPIO_BCM2835_REGISTERS_H_

#include "drivers/bus/registers/registers.h"

namespace drivers::gpio::bcm2835 {

struct GPFSEL : ReadWrite<0x00> {};  // function: ten pins, three bits each
// A bit a pin. A one sets or clears an output, a zero does nothing.
struct GPSET : WriteOnly<0x1c> {};
struct GPCLR : WriteOnly<0x28> {};
struct GPLEV : ReadOnly<0x34> {};
struct GPEDS : ReadWrite<0x40> {};  // events; a one clears
// Which edges of a pin are events: rising, falling.
struct GPREN : ReadWrite<0x4c> {};
struct GPFEN : ReadWrite<0x58> {};
// The resistors that are to be, and a clock a pin for them.
struct GPPUD : ReadWrite<0x94> {};
struct GPPUDCLK : ReadWrite<0x98> {};

static_assert(AreInOrder<GPFSEL, GPSET, GPCLR, GPLEV, GPEDS, GPREN, GPFEN, GPPUD, GPPUDCLK>());

}  // namespace drivers::gpio::bcm2835

#endif  // ENKEL_DRIVERS_GPIO_BCM2835_REGISTERS_H_
