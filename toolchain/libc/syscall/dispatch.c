// syscall(2): a call whose number is known at run time only. All references are weak, so that a program that uses
// syscall() reaches the calls that are linked for other reasons, and adds none. In an archive of its own.
#include <stddef.h>
#include <sys/syscall.h>

#define ENKEL_SYSCALL(name) __attribute__((weak)) long sys_##name();
#include "enkel_calls.h"
#undef ENKEL_SYSCALL

long enkel_nosys(char* name);

typedef long Call(long, long, long, long, long, long);

// no_sanitize: the handlers have their own parameter types, which indirect-call checking would refuse.
__attribute__((no_sanitize("kcfi"))) long __enkel_syscall(long n, long a, long b, long c, long d, long e, long f) {
  static long (*const calls[])() = {
#define ENKEL_SYSCALL(name) [__NR_##name] = sys_##name,
#include "enkel_calls.h"
#undef ENKEL_SYSCALL
  };
  static char unknown[] = "(a number that syscall() got and nothing here has)";
  if (n < 0 || (size_t)n >= sizeof calls / sizeof *calls || !calls[n]) return enkel_nosys(unknown);
  return ((Call*)calls[n])(a, b, c, d, e, f);
}
