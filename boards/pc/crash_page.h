// Where a crash leaves its record. Internal to boards/pc.
#ifndef ENKEL_BOARDS_PC_CRASH_PAGE_H_
#define ENKEL_BOARDS_PC_CRASH_PAGE_H_

#include "kernel/base/address.h"

namespace board {

// The last page below the image: RAM on every PC, above what real mode and firmware use, and no part of any file that a
// loader puts into memory. SeaBIOS, qboot and GRUB leave it alone (//testing/boot:pc_..._crash_page_test).
inline constexpr kernel::PhysicalAddress kCrashPage = {0x1f'f000};

}  // namespace board

#endif  // ENKEL_BOARDS_PC_CRASH_PAGE_H_
