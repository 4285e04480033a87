// memcpy by vectors up to 256 bytes, and by `rep movsq` beyond: musl's moves what is not a multiple of 8 byte by byte.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint32_t Four __attribute__((aligned(1), may_alias));
typedef uint64_t Eight __attribute__((aligned(1), may_alias));
typedef uint64_t Sixteen __attribute__((vector_size(16), aligned(1), may_alias));

// All is read before anything is written, up to 128 bytes; and beyond, forwards, the last bytes first of all: memmove
// calls it where `to` lies before `from`.
void* memcpy(void* to, const void* from, size_t size) {
  unsigned char* const d = to;
  const unsigned char* const s = from;
  if (size < 16) {
    if (size >= 8) {
      const uint64_t a = *(const Eight*)s;
      const uint64_t b = *(const Eight*)(s + size - 8);
      *(Eight*)d = a;
      *(Eight*)(d + size - 8) = b;
    } else if (size >= 4) {
      const uint32_t a = *(const Four*)s;
      const uint32_t b = *(const Four*)(s + size - 4);
      *(Four*)d = a;
      *(Four*)(d + size - 4) = b;
    } else if (size > 0) {
      const unsigned char a = s[0];
      const unsigned char b = s[size / 2];
      const unsigned char c = s[size - 1];
      d[0] = a;
      d[size / 2] = b;
      d[size - 1] = c;
    }
    return to;
  }
  const Sixteen first = *(const Sixteen*)s;
  const Sixteen last = *(const Sixteen*)(s + size - 16);
  if (size > 32) {
    const Sixteen second = *(const Sixteen*)(s + 16);
    const Sixteen last_but_one = *(const Sixteen*)(s + size - 32);
    if (size > 128) {
      // To a multiple of 16, whose first bytes come last.
      const size_t skipped = (size_t)16 - ((uintptr_t)d & 15);
      size_t words = (size - skipped) / 8;
      void* word_to = d + skipped;
      const void* word_from = s + skipped;
      __asm__ volatile("rep movsq" : "+D"(word_to), "+S"(word_from), "+c"(words) : : "memory");
    } else {
      if (size > 64) {
        const Sixteen c = *(const Sixteen*)(s + 32);
        const Sixteen e = *(const Sixteen*)(s + 48);
        const Sixteen f = *(const Sixteen*)(s + size - 64);
        const Sixteen g = *(const Sixteen*)(s + size - 48);
        *(Sixteen*)(d + 32) = c;
        *(Sixteen*)(d + 48) = e;
        *(Sixteen*)(d + size - 64) = f;
        *(Sixteen*)(d + size - 48) = g;
      }
      *(Sixteen*)(d + 16) = second;
      *(Sixteen*)(d + size - 32) = last_but_one;
    }
  }
  *(Sixteen*)d = first;
  *(Sixteen*)(d + size - 16) = last;
  return to;
}
