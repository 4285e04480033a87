// The cancellation point of a program that never calls pthread_cancel: just the call. pthread_cancel.c replaces it.
#include "pthread_impl.h"
#include "syscall.h"

// no_sanitize: the handler has its own parameter types, which indirect-call checking would refuse.
__attribute__((no_sanitize("kcfi"))) static long plain_call(long (*call)(), long a, long b, long c, long d, long e,
                                                            long f) {
  return ((long (*)(long, long, long, long, long, long))call)(a, b, c, d, e, f);
}

weak_alias(plain_call, __enkel_cancellation_point);
