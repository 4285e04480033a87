// System calls of Linux for a program without a C library.
#ifndef ENKEL_TESTING_BENCH_HTTP_VS_LINUX_SYSTEM_CALL_H_
#define ENKEL_TESTING_BENCH_HTTP_VS_LINUX_SYSTEM_CALL_H_

#include <errno.h>
#include <stddef.h>

// The words as the kernel takes them.
extern "C" long linux_call(long number, long a, long b, long c, long d, long e, long f);

inline long Word(const volatile void* pointer) { return reinterpret_cast<long>(pointer); }
inline long Word(decltype(nullptr)) { return 0; }
template <typename Number>
  requires(!__is_pointer(Number) && !__is_array(Number))
inline long Word(Number number) {
  return static_cast<long>(number);
}

// Makes the call; a negative result is an error number.
template <typename... Arguments>
inline long Call(long number, const Arguments&... arguments) {
  static_assert(sizeof...(arguments) <= 6);
  const long words[6] = {Word(arguments)...};
  return linux_call(number, words[0], words[1], words[2], words[3], words[4], words[5]);
}

#endif  // ENKEL_TESTING_BENCH_HTTP_VS_LINUX_SYSTEM_CALL_H_
