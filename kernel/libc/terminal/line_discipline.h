// What a terminal makes of the keys before a program reads them: lines that can be corrected, shown as they are typed.
// [POSIX] 11 General Terminal Interface
#ifndef ENKEL_KERNEL_LIBC_TERMINAL_LINE_DISCIPLINE_H_
#define ENKEL_KERNEL_LIBC_TERMINAL_LINE_DISCIPLINE_H_

#include <termios.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kernel/libc/descriptor/buffers.h"

namespace kernel::libc {

// The settings at the start: lines, shown; carriage return is the end of a line. ISIG is off and has no effect, because
// no signal comes from outside: control-C is a byte like any other.
constexpr termios DefaultSettings() {
  termios settings = {};
  settings.c_iflag = ICRNL | IUTF8 | IMAXBEL;
  settings.c_oflag = OPOST | ONLCR;
  settings.c_cflag = CS8 | CREAD | CLOCAL | B115200;
  settings.c_lflag = ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | IEXTEN;
  settings.c_cc[VEOF] = 'D' & 0x1f;
  settings.c_cc[VERASE] = 0x7f;
  settings.c_cc[VKILL] = 'U' & 0x1f;
  settings.c_cc[VWERASE] = 'W' & 0x1f;
  settings.c_cc[VMIN] = 1;
  return settings;
}

// Bytes typed in, bytes read out; up to 4,095 wait in between. Pure: no device, no clock.
class LineDiscipline {
 public:
  static constexpr std::size_t kCapacity = 4096;  // MAX_CANON and MAX_INPUT are below
  using Echo = void (*)(std::string_view text);

  constexpr explicit LineDiscipline(Echo echo) : echo_(echo) {}

  // Takes what was typed. A byte for which there is no room is dropped, with a bell.
  void Receive(char byte, const termios& settings);

  // Whether Read gives something, the end of the file included.
  bool CanRead(const termios& settings) const;

  // As File::Read: in canonical mode at most one line, 0 at an end of file; else at least VMIN bytes. -EAGAIN: nothing
  // to be had yet.
  long Read(Buffers& buffers, const termios& settings);

  // How many bytes a read could give.
  std::size_t Waiting(const termios& settings) const;

  // Forgets all that was typed.
  void Flush();

 private:
  // A byte that was typed, or one of these.
  using Cell = std::uint16_t;
  static constexpr Cell kEndsLine = 0x100;               // the byte is the last one of a line
  static constexpr Cell kEndOfFile = 0x200 | kEndsLine;  // no byte, but an end

  Cell At(std::size_t place) const { return cells_[(first_ + place) % kCapacity]; }
  void Push(Cell cell);
  void Drop(std::size_t count);
  void Show(char byte, const termios& settings);
  void Erase(const termios& settings);
  void EraseWord(const termios& settings);
  void EraseLine(const termios& settings);
  bool ReceiveEditing(char byte, const termios& settings);

  Echo echo_;
  std::array<Cell, kCapacity> cells_ = {};
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  std::size_t lines_ = 0;  // bytes up to and with the last end of a line
};

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_TERMINAL_LINE_DISCIPLINE_H_
