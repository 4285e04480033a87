// The words for the program that a boot loader left in the device tree.
#ifndef ENKEL_KERNEL_BOOT_DEVICE_TREE_LOADER_COMMAND_LINE_H_
#define ENKEL_KERNEL_BOOT_DEVICE_TREE_LOADER_COMMAND_LINE_H_

#include <cstddef>
#include <span>

#include "kernel/base/address.h"
#include "kernel/boot/board.h"

namespace kernel::boot {

// Copies /chosen/bootargs of the tree that FindMemoryInLoaderTree has found at `tree` (same arguments), as
// CopyCommandLine does; returns bytes, 0 where there is no tree or no such property. Maps the tree's own pages for as
// long as it takes.
std::size_t CopyLoaderCommandLine(PhysicalAddress tree, board::MemoryRegion allowed, std::span<char> text);

}  // namespace kernel::boot

#endif  // ENKEL_KERNEL_BOOT_DEVICE_TREE_LOADER_COMMAND_LINE_H_
