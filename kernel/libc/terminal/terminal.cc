#include "kernel/libc/terminal/terminal.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "kernel/boot/board.h"
#include "kernel/libc/terminal/line_discipline.h"

namespace kernel::libc {
namespace {

// What ioctl passes is shorter than struct termios: Linux' struct has no speeds and 19 control characters.
constexpr int kControlCharacters = 19;
struct KernelTermios {
  tcflag_t c_iflag;
  tcflag_t c_oflag;
  tcflag_t c_cflag;
  tcflag_t c_lflag;
  cc_t c_line;
  cc_t c_cc[kControlCharacters];
};

constinit termios settings = DefaultSettings();
constinit bool has_settings = false;
constinit winsize window = {.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};

void Give(KernelTermios& to) {
  const termios& from = TerminalSettings();
  to = {.c_iflag = from.c_iflag,
        .c_oflag = from.c_oflag,
        .c_cflag = from.c_cflag,
        .c_lflag = from.c_lflag,
        .c_line = 0,
        .c_cc = {}};
  __builtin_memcpy(to.c_cc, from.c_cc, sizeof to.c_cc);
}

// The line's speed and form are the board's and stay.
void Take(const KernelTermios& from) {
  termios& to = TerminalSettings();
  to.c_iflag = from.c_iflag;
  to.c_oflag = from.c_oflag;
  to.c_lflag = from.c_lflag;
  __builtin_memcpy(to.c_cc, from.c_cc, sizeof from.c_cc);
}

}  // namespace

termios& TerminalSettings() {
  if (!has_settings) {
    has_settings = true;
    // Where another terminal edits and shows the lines, only the end of the file is ours to know.
    if (board::ConsoleEditsLines()) {
      settings.c_lflag = ICANON;
      settings.c_iflag = 0;
      for (cc_t& character : settings.c_cc) character = 0;
      settings.c_cc[VEOF] = DefaultSettings().c_cc[VEOF];
      settings.c_cc[VMIN] = 1;
    }
  }
  return settings;
}

long ControlTerminal(unsigned long request, void* argument) {
  if (request == TCFLSH) {
    if (&FlushTypedInput != nullptr) FlushTypedInput();
    return 0;
  }
  if (request == TCSBRK || request == TCXONC) return 0;  // output is sent when write() returns; nothing can be held
  if (argument == nullptr && (request == TCGETS || request == TIOCGWINSZ)) return -EFAULT;
  switch (request) {
    case TCGETS:
      Give(*static_cast<KernelTermios*>(argument));
      return 0;
    case TCSETSF:
      if (&FlushTypedInput != nullptr) FlushTypedInput();
      [[fallthrough]];
    case TCSETS:
    case TCSETSW:
      if (argument == nullptr) return -EFAULT;
      Take(*static_cast<const KernelTermios*>(argument));
      return 0;
    case TIOCGWINSZ:
      *static_cast<winsize*>(argument) = window;
      return 0;
    case TIOCSWINSZ:
      if (argument == nullptr) return -EFAULT;
      window = *static_cast<const winsize*>(argument);
      return 0;
    case FIONREAD:
      if (argument == nullptr) return -EFAULT;
      *static_cast<int*>(argument) = &TypedBytes == nullptr ? 0 : TypedBytes();
      return 0;
    default:
      return -ENOTTY;
  }
}

}  // namespace kernel::libc
