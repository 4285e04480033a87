// Optimization across the sources of a program: a function of another source is inlined, so that its result is known
// when the image is made.
#include <cstdio>

#include "testing/configs/lto_test_callee.h"

int main() {
  const int answer = Successor(41);
  if (!__builtin_constant_p(answer)) std::puts("the call is still a call");
  return __builtin_constant_p(answer) && answer == 42 ? 0 : 1;
}
