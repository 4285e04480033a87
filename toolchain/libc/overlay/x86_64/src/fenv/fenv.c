// The floating-point environment. musl's assembly keeps words below the stack pointer, which is not safe where an
// interrupt may use the same stack; this is the same in C. SSE holds the exceptions; x87 follows for long double.
#include <features.h>
#include <fenv.h>

enum { kRoundingShift = 3, kMxcsrDefault = 0x1f80 };  // rounding: bits 10-11 of the x87 control word, 13-14 of MXCSR

static unsigned mxcsr(void) {
  unsigned value;
  __asm__ volatile("stmxcsr %0" : "=m"(value));
  return value;
}

static void set_mxcsr(unsigned value) { __asm__ volatile("ldmxcsr %0" : : "m"(value)); }

static unsigned short x87_status(void) {
  unsigned short value;
  __asm__ volatile("fnstsw %0" : "=a"(value));
  return value;
}

int feclearexcept(int mask) {
  mask &= FE_ALL_EXCEPT;
  unsigned x87 = x87_status() & FE_ALL_EXCEPT;
  // x87 can only clear all: the flags that are to stay move to MXCSR.
  if (x87 & mask)
    __asm__ volatile("fnclex");
  else
    x87 = 0;
  set_mxcsr((mxcsr() | x87) & ~(unsigned)mask);
  return 0;
}

int feraiseexcept(int mask) {
  set_mxcsr(mxcsr() | (mask & FE_ALL_EXCEPT));
  return 0;
}

int fetestexcept(int mask) { return (mxcsr() | x87_status()) & mask & FE_ALL_EXCEPT; }

int fegetround(void) { return mxcsr() >> kRoundingShift & FE_TOWARDZERO; }

hidden int __fesetround(int mode) {
  unsigned short control;
  __asm__ volatile("fnstcw %0" : "=m"(control));
  control = (control & ~FE_TOWARDZERO) | mode;
  __asm__ volatile("fldcw %0" : : "m"(control));
  set_mxcsr((mxcsr() & ~(FE_TOWARDZERO << kRoundingShift)) | mode << kRoundingShift);
  return 0;
}

int fegetenv(fenv_t* environment) {
  __asm__ volatile("fnstenv %0" : "=m"(*environment));  // also masks the x87 exceptions, as they are anyway
  environment->__mxcsr = mxcsr();
  return 0;
}

int fesetenv(const fenv_t* environment) {
  if (environment == FE_DFL_ENV) {
    __asm__ volatile("fninit");
    set_mxcsr(kMxcsrDefault);
    return 0;
  }
  __asm__ volatile("fldenv %0" : : "m"(*environment));
  set_mxcsr(environment->__mxcsr);
  return 0;
}
