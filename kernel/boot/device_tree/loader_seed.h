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

// Keeps what both are worth: 8 bytes for early use, a hash (SipHash-2-4 [Aumasson12]) of rng_seed under the key
// kaslr_seed, and the first 64 bytes of rng_seed as they are. To know the hash is to know 64 bits of rng_seed at most.
void KeepLoaderSeeds(const LoaderSeeds& seeds);

// Gives out, and forgets, first the early one and in a later call the other, or as much of it as `buffer` holds.
// Returns bytes; 0 when none are left. Does not block or allocate; not interrupt-safe.
std::size_t TakeLoaderSeed(std::span<std::byte> buffer);

}  // namespace kernel::boot

#endif  // ENKEL_KERNEL_BOOT_DEVICE_TREE_LOADER_SEED_H_
