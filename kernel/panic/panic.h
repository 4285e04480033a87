// The end of a machine that can no longer be trusted: say why on the console, and stop with code 101.
//
//   *** PANIC: REASON ***
//     NAME 0x0123456789abcdef  ...        registers, four a line, when an exception is the reason
//   backtrace:
//     #0 0x0123456789abcdef  main+28      program counter, then return addresses, innermost first; names in an image
//                                         with function_names = True
//   log:                                  the last lines, in an image that logs
//     12.345678 warning: TEXT
//   *** END OF PANIC ***
//
// No closing line follows. A panic during a panic says so and stops with code 102.
#ifndef ENKEL_KERNEL_PANIC_PANIC_H_
#define ENKEL_KERNEL_PANIC_PANIC_H_

#include <string_view>

namespace kernel::panic {

// Exit codes that board::PowerOff gets.
inline constexpr int kPanicExitCode = 101;
inline constexpr int kNestedPanicExitCode = 102;

// Prints the report with the caller's backtrace and ends the machine. Interrupt-safe; does not allocate.
// CHECK (kernel/base/check.h) and an unexpected exception (kernel/arch/exception.h) end here too.
[[noreturn]] void Panic(std::string_view reason);

}  // namespace kernel::panic

#endif  // ENKEL_KERNEL_PANIC_PANIC_H_
