#include "kernel/boot/device_tree/loader_seed.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/random/siphash.h"

namespace kernel::boot {
namespace {

template <std::size_t kSize>
struct Kept {
  std::array<std::byte, kSize> bytes;
  std::size_t size;  // the first so many bytes are left

  void Keep(std::span<const std::byte> seed) {
    size = std::min(seed.size(), kSize);
    __builtin_memcpy(bytes.data(), seed.data(), size);
  }

  std::size_t Take(std::span<std::byte> buffer) {
    const std::size_t taken = std::min(buffer.size(), size);
    size -= taken;
    std::byte* const first = bytes.data() + size;
    __builtin_memcpy(buffer.data(), first, taken);
    __builtin_memset(first, 0, taken);
    asm volatile("" : : "r"(first) : "memory");  // the zeroes are written although nobody reads them
    return taken;
  }
};

constinit Kept<sizeof(std::uint64_t)> early_seed = {};
constinit Kept<64> rng_seed = {};

// A kaslr-seed alone may be the same after a reset: QEMU draws only rng-seed again then. The hash spends nothing of it.
std::uint64_t EarlySeed(const LoaderSeeds& seeds) {
  random::SipHashKey key = {};
  __builtin_memcpy(key.data(), seeds.kaslr_seed.data(), std::min(seeds.kaslr_seed.size(), sizeof(key)));
  return random::SipHash(key, seeds.rng_seed);
}

}  // namespace

void KeepLoaderSeeds(const LoaderSeeds& seeds) {
  if (!seeds.kaslr_seed.empty() || !seeds.rng_seed.empty()) {
    const std::uint64_t early = EarlySeed(seeds);
    early_seed.Keep(std::as_bytes(std::span(&early, 1)));
  }
  rng_seed.Keep(seeds.rng_seed);
}

std::size_t TakeLoaderSeed(std::span<std::byte> buffer) {
  const std::size_t early = early_seed.Take(buffer);
  return early > 0 ? early : rng_seed.Take(buffer);
}

}  // namespace kernel::boot
