#include "kernel/arch/hosted/signal.h"

namespace kernel::arch::host {
namespace {

// [signal(7)], Linux uapi asm-generic/{signal,siginfo}.h.
constexpr int SIGILL = 4;
constexpr int SIGTRAP = 5;
constexpr int SIGBUS = 7;
constexpr int SIGFPE = 8;
constexpr int SIGSEGV = 11;
constexpr int SEGV_MAPERR = 1;
constexpr int SEGV_ACCERR = 2;

}  // namespace

const char* DescribeSignal(const SignalInfo& info) {
  switch (info.number) {
    case SIGSEGV:
      if (info.code == SEGV_MAPERR) return "SIGSEGV: access to an unmapped page";
      if (info.code == SEGV_ACCERR) return "SIGSEGV: access against the page's rights";
      return "SIGSEGV: invalid access";
    case SIGBUS:
      return "SIGBUS: misaligned access, or memory without anything behind it";
    case SIGILL:
      return "SIGILL: invalid instruction";
    case SIGFPE:
      return "SIGFPE: arithmetic error";
    case SIGTRAP:
      return "SIGTRAP: trap instruction";
    default:
      return "unexpected signal";
  }
}

}  // namespace kernel::arch::host
