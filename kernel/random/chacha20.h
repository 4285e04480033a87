// ChaCha20 [RFC8439] 2.4, by libsodium. C, because the implementation is.
#ifndef ENKEL_KERNEL_RANDOM_CHACHA20_H_
#define ENKEL_KERNEL_RANDOM_CHACHA20_H_

#include <stddef.h>
#include <stdint.h>

#define ENKEL_CHACHA20_KEY_SIZE 32    // bytes
#define ENKEL_CHACHA20_NONCE_SIZE 12  // bytes
#define ENKEL_CHACHA20_BLOCK_SIZE 64  // bytes

#ifdef __cplusplus
extern "C" {
#endif

// Adds (exclusive or) the key stream, from block `first_block` on, to `bytes`. Blocks are counted in 32 bits and must
// not wrap. In constant time for a size. Interrupt-safe.
void EnkelChaCha20(unsigned char* bytes, size_t size, const unsigned char* nonce, uint32_t first_block,
                   const unsigned char* key);

#ifdef __cplusplus
}
#endif

#endif  // ENKEL_KERNEL_RANDOM_CHACHA20_H_
