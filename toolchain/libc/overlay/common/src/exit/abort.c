// A trap: the kernel prints where abort() was called from. A handler of SIGABRT runs first, in an image that has
// handlers.
#include <stdlib.h>

#include "atomic.h"

__attribute__((__weak__)) void __enkel_before_abort(void);

_Noreturn void abort(void) {
  if (__enkel_before_abort) __enkel_before_abort();
  a_crash();
}
