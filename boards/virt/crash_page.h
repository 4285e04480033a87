// The page that outlives a reset.
#ifndef ENKEL_BOARDS_VIRT_CRASH_PAGE_H_
#define ENKEL_BOARDS_VIRT_CRASH_PAGE_H_

#include "kernel/boot/board.h"

namespace board {

// The last page below the image: QEMU writes its few instructions to the start of RAM and the tree far above the
// image. FindMemory reserves it.
inline constexpr MemoryRegion kCrashPage = {{0x4007f000}, kernel::kPageSize};

// Brings what CrashPage's page holds from the caches into RAM, before they lose it. Interrupt-safe.
void WriteBackCrashPage();

}  // namespace board

#endif  // ENKEL_BOARDS_VIRT_CRASH_PAGE_H_
