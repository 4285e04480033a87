// libsodium keeps its ChaCha20 in static functions behind a table of pointers that it can change at run time. Their
// source is included, so that a call is a call, and the table, which would be a target in writable memory, is dropped
// by the linker.
#include "ref/chacha20_ref.c"

#include "kernel/random/chacha20.h"

void EnkelChaCha20(unsigned char* bytes, size_t size, const unsigned char* nonce, uint32_t first_block,
                   const unsigned char* key) {
  (void)stream_ietf_ext_ref_xor_ic(bytes, bytes, size, nonce, first_block, key);
}
