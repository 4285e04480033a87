// What the firmware knows of the board. None is interrupt-safe; all block until it has answered.
#ifndef ENKEL_BOARDS_RPI3_FIRMWARE_H_
#define ENKEL_BOARDS_RPI3_FIRMWARE_H_

#include <cstdint>

#include "drivers/mailbox/bcm2835/properties.h"
#include "drivers/mailbox/bcm2835/revision.h"
#include "kernel/base/result.h"

namespace board {

// Errors of all: those of AskFirmware.

// The board's revision code. [Revisions]
kernel::Result<std::uint32_t> AskRevision();

// Which board this is, kUnknown where nobody says. Asked once.
drivers::mailbox::Model AskModel();

// Hertz, not 0. Error: kNotFound (no such clock).
kernel::Result<std::uint32_t> AskClockRate(drivers::mailbox::Clock clock);

// Whether a device has power. Error: kNotFound (no such device).
kernel::Result<bool> HasPower(drivers::mailbox::PowerDevice device);

// Gives a device power and waits until it is stable. Error: kNotFound (no such device, or it stays off).
kernel::Result<void> SwitchOn(drivers::mailbox::PowerDevice device);

// Sets a pin of the firmware's own, numbered from 128 on: they lie on another chip. Error: kRefused.
kernel::Result<void> SetFirmwarePin(std::uint32_t pin, bool is_high);

}  // namespace board

#endif  // ENKEL_BOARDS_RPI3_FIRMWARE_H_
