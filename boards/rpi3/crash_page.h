// The page that outlives a reset.
#ifndef ENKEL_BOARDS_RPI3_CRASH_PAGE_H_
#define ENKEL_BOARDS_RPI3_CRASH_PAGE_H_

#include "kernel/boot/board.h"

namespace board {

// The last page below the image: above the firmware's stub and its spin table. The firmware loads the image behind it
// and a tree far above. FindMemory reserves it.
inline constexpr MemoryRegion kCrashPage = {{0x7f000}, kernel::kPageSize};

// Brings what CrashPage's page holds from the caches into RAM, before they lose it. Interrupt-safe.
void WriteBackCrashPage();

}  // namespace board

#endif  // ENKEL_BOARDS_RPI3_CRASH_PAGE_H_
