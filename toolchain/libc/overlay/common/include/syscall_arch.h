// Every system call of musl becomes a direct call of a symbol of its own: __syscall3(SYS_read, fd, p, n) compiles to
// `call sys_read`. The linker then keeps the calls that a program can reach and drops all others.
//
// This works because musl passes its numbers as compile-time constants (all but syscall(2) itself): the table below is
// a switch over a constant and folds to one symbol at -O1 and above. At -O0 it does not fold; never build musl so.
//
// ENKEL_FOLD, given for one file on the command line, names one number whose call vanishes and yields 0 in that file.
#include "enkel_legacy_calls.h"  // x86_64: #undef SYS_NAME where aarch64 has no such call, so that both use the same set

#define __SYSCALL_LL_E(x) (x)
#define __SYSCALL_LL_O(x) (x)
#define IPC_64 0

#define ENKEL_SYSCALL(name) long sys_##name();
#include "enkel_calls.h"
#undef ENKEL_SYSCALL

#define ENKEL_INLINE static inline __attribute__((__always_inline__))

long __enkel_unknown_syscall();                                                // a number that no table knows
long __enkel_syscall(long n, long a, long b, long c, long d, long e, long f);  // a number in a variable: syscall(2)

ENKEL_INLINE long (*__enkel_symbol(long n))() {
  switch (n) {
#define ENKEL_SYSCALL(name) \
  case __NR_##name:         \
    return sys_##name;
#include "enkel_calls.h"
#undef ENKEL_SYSCALL
    default:
      return __enkel_unknown_syscall;
  }
}

// No signal comes from outside that musl would have to mask for itself, and no process can die and leave a robust mutex
// behind: both calls are nothing. ENKEL_SIGNAL_MASK is given for the files in which the program masks signals.
// gettimeofday is never needed (musl falls back to it where clock_gettime fails).
#ifndef ENKEL_FOLD
#define ENKEL_FOLD -1
#endif
#ifdef ENKEL_SIGNAL_MASK
#define ENKEL_VANISHES(n) ((n) == (ENKEL_FOLD))
#else
#define ENKEL_VANISHES(n) ((n) == __NR_rt_sigprocmask || (n) == __NR_set_robust_list || (n) == (ENKEL_FOLD))
#endif

#define ENKEL_CALL(n, types, arguments, seven)        \
  (!__builtin_constant_p(n)   ? __enkel_syscall seven \
   : ENKEL_VANISHES(n)        ? 0                     \
   : (n) == __NR_gettimeofday ? -38 /* -ENOSYS */     \
                              : ((long(*) types)__enkel_symbol(n))arguments)

ENKEL_INLINE long __syscall0(long n) { return ENKEL_CALL(n, (void), (), (n, 0, 0, 0, 0, 0, 0)); }
ENKEL_INLINE long __syscall1(long n, long a) { return ENKEL_CALL(n, (long), (a), (n, a, 0, 0, 0, 0, 0)); }
ENKEL_INLINE long __syscall2(long n, long a, long b) {
  return ENKEL_CALL(n, (long, long), (a, b), (n, a, b, 0, 0, 0, 0));
}
ENKEL_INLINE long __syscall3(long n, long a, long b, long c) {
  return ENKEL_CALL(n, (long, long, long), (a, b, c), (n, a, b, c, 0, 0, 0));
}
ENKEL_INLINE long __syscall4(long n, long a, long b, long c, long d) {
  return ENKEL_CALL(n, (long, long, long, long), (a, b, c, d), (n, a, b, c, d, 0, 0));
}
ENKEL_INLINE long __syscall5(long n, long a, long b, long c, long d, long e) {
  return ENKEL_CALL(n, (long, long, long, long, long), (a, b, c, d, e), (n, a, b, c, d, e, 0));
}
ENKEL_INLINE long __syscall6(long n, long a, long b, long c, long d, long e, long f) {
  return ENKEL_CALL(n, (long, long, long, long, long, long), (a, b, c, d, e, f), (n, a, b, c, d, e, f));
}

// A cancellation point hands over the symbol in place of the number. syscall.h declares __syscall_cp again as hidden;
// the internal linkage of this definition stays.
__attribute__((__visibility__("hidden"))) long __enkel_cancellation_point(long (*call)(), long a, long b, long c,
                                                                          long d, long e, long f);
ENKEL_INLINE long __syscall_cp(long n, long a, long b, long c, long d, long e, long f) {
  return __builtin_constant_p(n) ? __enkel_cancellation_point(__enkel_symbol(n), a, b, c, d, e, f)
                                 : __enkel_syscall(n, a, b, c, d, e, f);
}
