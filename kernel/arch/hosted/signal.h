// Fatal signals as exceptions.
#ifndef ENKEL_KERNEL_ARCH_HOSTED_SIGNAL_H_
#define ENKEL_KERNEL_ARCH_HOSTED_SIGNAL_H_

#include <cstdint>

namespace kernel::arch::host {

// siginfo_t, what of it a fault fills. [sigaction(2)], Linux uapi asm-generic/siginfo.h.
struct SignalInfo {
  std::int32_t number;
  std::int32_t error;
  std::int32_t code;
  std::int32_t padding;
  std::uint64_t address;
};

// The handler of SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGTRAP: decodes `user_context` (a ucontext_t of this CPU) and
// calls EnkelOnException. To be installed with SA_SIGINFO, SA_ONSTACK and SA_NODEFER.
extern "C" [[noreturn]] void EnkelHostOnSignal(int number, const SignalInfo* info, const void* user_context);

// A cause for a signal that nothing more precise is known about.
const char* DescribeSignal(const SignalInfo& info);

}  // namespace kernel::arch::host

#endif  // ENKEL_KERNEL_ARCH_HOSTED_SIGNAL_H_
