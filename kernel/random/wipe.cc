#include "kernel/random/wipe.h"

#include <cstddef>

// Not libsodium's own: the file that has it holds its allocator too.
void sodium_memzero(void* bytes, std::size_t size) {
  __builtin_memset(bytes, 0, size);
  asm volatile("" : : "r"(bytes) : "memory");  // as far as the compiler knows, somebody reads the zeroes
}
