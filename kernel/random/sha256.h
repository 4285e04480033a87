// SHA-256 [FIPS180] 6.2, by libsodium.
#ifndef ENKEL_KERNEL_RANDOM_SHA256_H_
#define ENKEL_KERNEL_RANDOM_SHA256_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "crypto_hash_sha256.h"

namespace kernel::random {

using Digest = std::array<std::uint8_t, 32>;

// One hash over all that is added. Interrupt-safe, allocates nothing.
class Sha256 {
 public:
  Sha256() { (void)crypto_hash_sha256_init(&state_); }
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  Sha256& Add(std::span<const std::byte> bytes) {
    (void)crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    return *this;
  }

  // The bytes of a value without padding.
  template <typename T>
    requires std::has_unique_object_representations_v<T>
  Sha256& AddValue(const T& value) {
    return Add(std::as_bytes(std::span(&value, 1)));
  }

  // The hash; wipes this object, which must not be used again.
  Digest Finish() {
    Digest digest;
    (void)crypto_hash_sha256_final(&state_, digest.data());
    return digest;
  }

 private:
  crypto_hash_sha256_state state_;
};

}  // namespace kernel::random

#endif  // ENKEL_KERNEL_RANDOM_SHA256_H_
