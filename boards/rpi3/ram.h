// Where RAM can be.
#ifndef ENKEL_BOARDS_RPI3_RAM_H_
#define ENKEL_BOARDS_RPI3_RAM_H_

#include "boards/rpi3/addresses.h"
#include "kernel/boot/board.h"

namespace board {

inline constexpr MemoryRegion kPossibleRam = {{0}, kPeripherals.value};

}  // namespace board

#endif  // ENKEL_BOARDS_RPI3_RAM_H_
