// The device tree that a boot loader left in RAM which is not mapped yet.
#ifndef ENKEL_KERNEL_BOOT_DEVICE_TREE_LOADER_TREE_H_
#define ENKEL_KERNEL_BOOT_DEVICE_TREE_LOADER_TREE_H_

#include <cstdint>

#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/boot/board.h"

namespace kernel::boot {

// Maps the tree at `tree` read-only, tells `sink` about RAM and reserved regions (ReadMemoryMap) and that the tree's
// own pages are reserved, keeps the seeds of /chosen (loader_seed.h), and unmaps it again. The tree must lie in
// `allowed`, at a multiple of 8, and not in the image. Allocates page tables. On an error the sink has been told
// nothing. Errors: kNotFound (no tree there, or no RAM in it), kMalformed, kUnsupported, kOutOfMemory (page tables).
Result<void> FindMemoryInLoaderTree(PhysicalAddress tree, board::MemoryRegion allowed, board::MemoryMapSink& sink);

}  // namespace kernel::boot

#endif  // ENKEL_KERNEL_BOOT_DEVICE_TREE_LOADER_TREE_H_
