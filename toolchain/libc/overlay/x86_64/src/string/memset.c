// memset by vectors: musl's stores 8 bytes at a time, and `rep stosq` takes long to begin with on a CPU, and an
// emulator counts each of its rounds.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint16_t Two __attribute__((aligned(1), may_alias));
typedef uint32_t Four __attribute__((aligned(1), may_alias));
typedef uint64_t Eight __attribute__((aligned(1), may_alias));
typedef uint64_t Vector __attribute__((vector_size(16), may_alias));
typedef uint64_t Sixteen __attribute__((vector_size(16), aligned(1), may_alias));

static void SetFewerThan16(unsigned char* to, uint64_t word, size_t size) {
  unsigned char* const end = to + size;
  if (size >= 8) {
    *(Eight*)to = word;
    *(Eight*)(end - 8) = word;
  } else if (size >= 4) {
    *(Four*)to = (uint32_t)word;
    *(Four*)(end - 4) = (uint32_t)word;
  } else if (size > 0) {
    to[0] = to[size / 2] = end[-1] = (unsigned char)word;
  }
}

void* memset(void* to, int value, size_t size) {
  unsigned char* const first = to;
  unsigned char* const end = first + size;
  const uint64_t word = (unsigned char)value * UINT64_C(0x0101010101010101);
  if (size < 16) {
    SetFewerThan16(first, word, size);
    return to;
  }
  // From both ends to where they meet, or overlap.
  const Sixteen block = {word, word};
  *(Sixteen*)first = block;
  *(Sixteen*)(end - 16) = block;
  if (size <= 32) return to;
  *(Sixteen*)(first + 16) = block;
  *(Sixteen*)(end - 32) = block;
  if (size <= 64) return to;
  *(Sixteen*)(first + 32) = block;
  *(Sixteen*)(first + 48) = block;
  *(Sixteen*)(end - 64) = block;
  *(Sixteen*)(end - 48) = block;
  if (size <= 128) return to;
  unsigned char* at = (unsigned char*)(((uintptr_t)first + 64) & ~(uintptr_t)15);
  for (; end - at >= 256; at += 256) {
#pragma clang loop unroll(full)
    for (int j = 0; j < 256; j += 16) *(Vector*)(at + j) = block;
  }
  for (; end - at > 64; at += 64) {
#pragma clang loop unroll(full)
    for (int j = 0; j < 64; j += 16) *(Vector*)(at + j) = block;
  }
  return to;
}
