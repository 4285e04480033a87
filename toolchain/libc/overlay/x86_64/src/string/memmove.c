// memmove by vectors: musl's goes backwards byte by byte.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint64_t Sixteen __attribute__((vector_size(16), aligned(1), may_alias));

void* memmove(void* to, const void* from, size_t size) {
  unsigned char* const d = to;
  const unsigned char* const s = from;
  // Forwards where nothing is written before it is read; memcpy reads all of little before it writes.
  if ((uintptr_t)d - (uintptr_t)s >= size || size <= 128) return memcpy(to, from, size);
  // Backwards. The first bytes, which are written at last, are read before they are overwritten.
  const Sixteen a = *(const Sixteen*)s;
  const Sixteen b = *(const Sixteen*)(s + 16);
  const Sixteen c = *(const Sixteen*)(s + 32);
  const Sixteen e = *(const Sixteen*)(s + 48);
  for (size_t left = size; left > 64; left -= 64) {
    const Sixteen f = *(const Sixteen*)(s + left - 64);
    const Sixteen g = *(const Sixteen*)(s + left - 48);
    const Sixteen h = *(const Sixteen*)(s + left - 32);
    const Sixteen i = *(const Sixteen*)(s + left - 16);
    *(Sixteen*)(d + left - 64) = f;
    *(Sixteen*)(d + left - 48) = g;
    *(Sixteen*)(d + left - 32) = h;
    *(Sixteen*)(d + left - 16) = i;
  }
  *(Sixteen*)d = a;
  *(Sixteen*)(d + 16) = b;
  *(Sixteen*)(d + 32) = c;
  *(Sixteen*)(d + 48) = e;
  return to;
}
