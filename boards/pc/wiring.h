// The wiring of this machine's interrupts. Internal to boards/pc.
#ifndef ENKEL_BOARDS_PC_WIRING_H_
#define ENKEL_BOARDS_PC_WIRING_H_

#include "boards/pc/acpi.h"

namespace board {

// What the firmware's tables say where a BIOS leaves them, else what is usual. Not interrupt-safe; may take a page for
// a page table.
InterruptWiring FindWiring();

}  // namespace board

#endif  // ENKEL_BOARDS_PC_WIRING_H_
