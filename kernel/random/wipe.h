// Forgetting a secret.
#ifndef ENKEL_KERNEL_RANDOM_WIPE_H_
#define ENKEL_KERNEL_RANDOM_WIPE_H_

#include <cstddef>
#include <span>

extern "C" {
// Overwrites `size` bytes with zeroes, and the compiler cannot leave it out: the name is libsodium's, which calls it.
// Interrupt-safe.
void sodium_memzero(void* bytes, std::size_t size);
}

namespace kernel::random {

template <typename T>
void Wipe(T& object) {
  sodium_memzero(&object, sizeof object);
}

}  // namespace kernel::random

#endif  // ENKEL_KERNEL_RANDOM_WIPE_H_
