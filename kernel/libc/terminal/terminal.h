// The terminal that the console is: its settings, and what ioctl asks of it.
#ifndef ENKEL_KERNEL_LIBC_TERMINAL_TERMINAL_H_
#define ENKEL_KERNEL_LIBC_TERMINAL_TERMINAL_H_

#include <termios.h>

namespace kernel::libc {

// The settings in force; the first call asks the board for those at the start.
termios& TerminalSettings();

// ioctl for the console: TCGETS, TCSETS and its kin, TCFLSH, TIOCGWINSZ, TIOCSWINSZ, FIONREAD; -ENOTTY for others.
long ControlTerminal(unsigned long request, void* argument);

// In an image that reads what is typed (input.cc).
[[gnu::weak]] void FlushTypedInput();
[[gnu::weak]] int TypedBytes();

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_TERMINAL_TERMINAL_H_
