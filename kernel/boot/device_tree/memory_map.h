// The machine's RAM as a device tree tells it.
#ifndef ENKEL_KERNEL_BOOT_DEVICE_TREE_MEMORY_MAP_H_
#define ENKEL_KERNEL_BOOT_DEVICE_TREE_MEMORY_MAP_H_

#include <cstddef>
#include <span>

#include "kernel/base/result.h"
#include "kernel/boot/board.h"
#include "kernel/boot/device_tree/loader_seed.h"

namespace kernel::boot {

// More regions than this make a tree kUnsupported.
inline constexpr std::size_t kMaximumMemoryRegions = 32;

// Tells `sink` about /memory, /reserved-memory and the memory reservation block: regions whose end does not overflow,
// not empty. Disabled nodes do not count. Returns the seeds of /chosen, which the same walk passes. On an error the
// sink has been told nothing. Errors: kNotFound (no tree, or no RAM in it), kMalformed, kUnsupported (version, too many
// regions).
Result<LoaderSeeds> ReadMemoryMap(std::span<const std::byte> tree, board::MemoryMapSink& sink);

}  // namespace kernel::boot

#endif  // ENKEL_KERNEL_BOOT_DEVICE_TREE_MEMORY_MAP_H_
