// The random number generator behind getrandom: ChaCha20 with fast key erasure [Bernstein17].
#ifndef ENKEL_KERNEL_RANDOM_GENERATOR_H_
#define ENKEL_KERNEL_RANDOM_GENERATOR_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/random/chacha20.h"
#include "kernel/random/sha256.h"

namespace kernel::random {

// A key, and nothing else. Each request is answered from a key stream whose first 32 bytes are the next key; the old
// one is gone before the caller sees a byte, so that who reads the memory afterwards cannot recompute what was given
// out. Allocates nothing; not interrupt-safe.
class Generator {
 public:
  using Nonce = std::array<std::uint8_t, ENKEL_CHACHA20_NONCE_SIZE>;

  constexpr Generator() = default;
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;

  // Makes the key depend on `seed` as well as on all before. Whoever knows one of the two knows nothing of the key.
  void Reseed(const Digest& seed);

  // Random bytes, of any number. `nonce` need be neither secret nor new: where it differs, two copies of one generator
  // (a virtual machine that was resumed twice) give different bytes.
  void Fill(std::span<std::byte> bytes, const Nonce& nonce);

 private:
  std::array<std::uint8_t, ENKEL_CHACHA20_KEY_SIZE> key_ = {};
};

}  // namespace kernel::random

#endif  // ENKEL_KERNEL_RANDOM_GENERATOR_H_
