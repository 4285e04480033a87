#include <array>
#include <cstddef>
#include <cstdint>

#include "boards/linux/sandbox.h"
#include "boards/linux/system_call.h"
#include "kernel/arch/hosted/signal.h"

namespace board {
namespace {

// Linux uapi asm-generic/signal.h; SA_RESTORER is asm/signal.h of both CPUs.
constexpr std::uint64_t SA_SIGINFO = 0x4;
constexpr std::uint64_t SA_RESTORER = 0x04000000;
constexpr std::uint64_t SA_ONSTACK = 0x08000000;
constexpr std::uint64_t SA_NODEFER = 0x40000000;  // a fault in the handler reaches it again, as a panic in a panic
constexpr std::array kFatalSignals = {4 /* SIGILL */, 5 /* SIGTRAP */, 7 /* SIGBUS */, 8 /* SIGFPE */,
                                      11 /* SIGSEGV */};

// Room for the registers that Linux stores (up to 11 KiB with AMX) and for the panic, twice.
alignas(16) constinit std::array<std::byte, 64 * 1024> signal_stack = {};

// The handler never returns. Linux on x86_64 wants an address to return to all the same.
void ReturnFromHandler() { __builtin_trap(); }

}  // namespace

// Called by the entry code, before the kernel starts: from here on a crash is a panic, and what the image does not call
// is forbidden.
extern "C" void EnkelLinuxCatchSignals() {
  const linux_abi::SigAltStack stack = {.base = signal_stack.data(), .flags = 0, .size = signal_stack.size()};
  linux_abi::EnkelLinuxSigAltStack(&stack, nullptr);
  const linux_abi::SigAction action = {
      .handler = reinterpret_cast<std::uint64_t>(&kernel::arch::host::EnkelHostOnSignal),
      .flags = SA_SIGINFO | SA_RESTORER | SA_ONSTACK | SA_NODEFER,
      .restorer = reinterpret_cast<std::uint64_t>(&ReturnFromHandler),
      .mask = 0,
  };
  for (const int signal : kFatalSignals) linux_abi::EnkelLinuxSigAction(signal, &action, nullptr, sizeof(action.mask));
  EnterSandbox();
}

}  // namespace board
