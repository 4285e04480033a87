// What is typed elsewhere than on the console's own line: on a keyboard.
#ifndef ENKEL_KERNEL_LIBC_TERMINAL_TYPED_H_
#define ENKEL_KERNEL_LIBC_TERMINAL_TYPED_H_

#include <string_view>

namespace kernel::libc {

// The console receives `text` as if it had come by its line: it is shown, edited, and read from the standard input. On
// the loop or in a thread, not interrupt-safe.
void TypeIntoConsole(std::string_view text);

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_TERMINAL_TYPED_H_
