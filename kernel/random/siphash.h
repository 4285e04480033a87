// SipHash-2-4 [Aumasson12], by libsodium: a keyed function that gives nothing of its key away, in a few hundred bytes.
#ifndef ENKEL_KERNEL_RANDOM_SIPHASH_H_
#define ENKEL_KERNEL_RANDOM_SIPHASH_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "crypto_shorthash_siphash24.h"

namespace kernel::random {

using SipHashKey = std::array<std::uint64_t, 2>;
static_assert(sizeof(SipHashKey) == crypto_shorthash_siphash24_KEYBYTES);

// In constant time for a size. Interrupt-safe.
inline std::uint64_t SipHash(const SipHashKey& key, std::span<const std::byte> bytes) {
  std::uint64_t hash;
  (void)crypto_shorthash_siphash24(reinterpret_cast<unsigned char*>(&hash),
                                   reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                                   reinterpret_cast<const unsigned char*>(key.data()));
  return hash;
}

}  // namespace kernel::random

#endif  // ENKEL_KERNEL_RANDOM_SIPHASH_H_
