// What the loader left, for those who come later than kernel/boot. Internal to boards/pc.
#ifndef ENKEL_BOARDS_PC_LOADER_H_
#define ENKEL_BOARDS_PC_LOADER_H_

#include "kernel/boot/board.h"

namespace board {

// What FindMemory was called with.
const Handoff& TheHandoff();

}  // namespace board

#endif  // ENKEL_BOARDS_PC_LOADER_H_
