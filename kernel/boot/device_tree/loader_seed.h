// The random seeds that a boot loader or an emulator leaves in the device tree, kept until somebody takes them.
#ifndef ENKEL_KERNEL_BOOT_DEVICE_TREE_LOADER_SEED_H_
#define ENKEL_KERNEL_BOOT_DEVICE_TREE_LOADER_SEED_H_

#include <cstddef>
#include <span>

namespace kernel::boot {

// Properties of /chosen, as long as the tree; empty where they are not there. [DTSpec] 3.6, [DT-schema] chosen.yaml
struct LoaderSeeds {
  std::span<const std::byte> kaslr_seed;  // meant for early use; 8 bytes
  std::span<const std::byte> rng_seed;    // for a random number generator; any number of bytes
};

// Keeps a copy: 8 bytes of the one, and 64 of the other.
void KeepLoaderSeeds(const LoaderSeeds& seeds);

// Gives out, and forgets, first the one and in a later call the other, or as much of it as `buffer` holds. Returns
// bytes; 0 when none are left. Does not block or allocate; not interrupt-safe.
std::size_t TakeLoaderSeed(std::span<std::byte> buffer);

}  // namespace kernel::boot

#endif  // ENKEL_KERNEL_BOOT_DEVICE_TREE_LOADER_SEED_H_
