// Where RAM can be.
#ifndef ENKEL_BOARDS_VIRT_RAM_H_
#define ENKEL_BOARDS_VIRT_RAM_H_

#include <cstdint>

#include "boards/virt/addresses.h"
#include "kernel/base/address.h"
#include "kernel/boot/board.h"

namespace board {

inline constexpr MemoryRegion kPossibleRam = {kRam, std::uint64_t{255} << 30};  // up to the high devices

// Where the device tree was found that FindMemory has read; 0: there is none.
kernel::PhysicalAddress TheTree();

}  // namespace board

#endif  // ENKEL_BOARDS_VIRT_RAM_H_
