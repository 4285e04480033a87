// What the compiler calls for where there is no C library.
#include <stddef.h>

extern "C" {

void* memcpy(void* to, const void* from, size_t size) {
  auto* const out = static_cast<char*>(to);
  const auto* const in = static_cast<const char*>(from);
  for (size_t i = 0; i < size; ++i) out[i] = in[i];
  return to;
}

void* memmove(void* to, const void* from, size_t size) {
  auto* const out = static_cast<char*>(to);
  const auto* const in = static_cast<const char*>(from);
  if (out <= in) return memcpy(to, from, size);
  for (size_t i = size; i-- > 0;) out[i] = in[i];
  return to;
}

void* memset(void* to, int value, size_t size) {
  auto* const out = static_cast<char*>(to);
  for (size_t i = 0; i < size; ++i) out[i] = static_cast<char>(value);
  return to;
}

}  // extern "C"
