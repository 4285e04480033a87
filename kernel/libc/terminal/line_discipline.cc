#include "kernel/libc/terminal/line_discipline.h"

#include <errno.h>
#include <termios.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernel/libc/descriptor/buffers.h"

namespace kernel::libc {
namespace {

constexpr char kBell = 7;

bool IsOn(tcflag_t flags, tcflag_t flag) { return (flags & flag) != 0; }

// 0 in c_cc switches a control character off.
bool Is(char byte, const termios& settings, int which) {
  const cc_t wanted = settings.c_cc[which];
  return wanted != 0 && static_cast<cc_t>(byte) == wanted;
}

bool IsControl(char byte) { return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f; }
bool IsUtf8Continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

}  // namespace

void LineDiscipline::Push(Cell cell) {
  cells_[(first_ + size_) % kCapacity] = cell;
  ++size_;
  if ((cell & kEndsLine) != 0) lines_ = size_;
}

void LineDiscipline::Drop(std::size_t count) {
  first_ = (first_ + count) % kCapacity;
  size_ -= count;
  lines_ -= std::min(lines_, count);
}

void LineDiscipline::Flush() { first_ = size_ = lines_ = 0; }

void LineDiscipline::Show(char byte, const termios& settings) {
  if (!IsOn(settings.c_lflag, ECHO)) return;
  if (IsControl(byte) && byte != '\n' && byte != '\t' && IsOn(settings.c_lflag, ECHOCTL)) {
    const char text[] = {'^', static_cast<char>(byte ^ 0x40)};
    return echo_({text, sizeof text});
  }
  echo_({&byte, 1});
}

// Removes the last character of the line that is being typed.
void LineDiscipline::Erase(const termios& settings) {
  if (size_ == lines_) return;
  char byte = static_cast<char>(At(--size_));
  if (IsOn(settings.c_iflag, IUTF8)) {
    while (IsUtf8Continuation(byte) && size_ > lines_) byte = static_cast<char>(At(--size_));
  }
  if (!IsOn(settings.c_lflag, ECHO) || !IsOn(settings.c_lflag, ECHOE)) return;
  echo_("\b \b");
  if (IsControl(byte) && byte != '\t' && IsOn(settings.c_lflag, ECHOCTL)) echo_("\b \b");
}

void LineDiscipline::EraseWord(const termios& settings) {
  const auto ends_with_space = [this] {
    const char last = static_cast<char>(At(size_ - 1));
    return last == ' ' || last == '\t';
  };
  while (size_ > lines_ && ends_with_space()) Erase(settings);
  while (size_ > lines_ && !ends_with_space()) Erase(settings);
}

void LineDiscipline::EraseLine(const termios& settings) {
  while (size_ > lines_) Erase(settings);
}

// Whether the byte was an order to edit the line.
bool LineDiscipline::ReceiveEditing(char byte, const termios& settings) {
  if (Is(byte, settings, VERASE)) {
    Erase(settings);
  } else if (Is(byte, settings, VKILL)) {
    EraseLine(settings);
  } else if (Is(byte, settings, VWERASE) && IsOn(settings.c_lflag, IEXTEN)) {
    EraseWord(settings);
  } else {
    return false;
  }
  return true;
}

void LineDiscipline::Receive(char byte, const termios& settings) {
  if (IsOn(settings.c_iflag, ISTRIP)) byte &= 0x7f;
  if (byte == '\r') {
    if (IsOn(settings.c_iflag, IGNCR)) return;
    if (IsOn(settings.c_iflag, ICRNL)) byte = '\n';
  } else if (byte == '\n' && IsOn(settings.c_iflag, INLCR)) {
    byte = '\r';
  }

  const bool is_canonical = IsOn(settings.c_lflag, ICANON);
  if (is_canonical && ReceiveEditing(byte, settings)) return;
  const bool is_end = is_canonical && Is(byte, settings, VEOF);
  const bool ends_line =
      is_canonical && (byte == '\n' || Is(byte, settings, VEOL) || Is(byte, settings, VEOL2) || is_end);
  // The last place is kept for the end of a line that is too long.
  if (size_ >= kCapacity - (is_canonical && !ends_line ? 1 : 0)) {
    if (IsOn(settings.c_iflag, IMAXBEL)) echo_({&kBell, 1});
    return;
  }
  if (is_end) return Push(kEndOfFile);
  Push(static_cast<Cell>(static_cast<unsigned char>(byte) | (ends_line ? kEndsLine : 0)));
  if (byte == '\n' && IsOn(settings.c_lflag, ECHONL) && is_canonical) return echo_("\n");
  Show(byte, settings);
}

bool LineDiscipline::CanRead(const termios& settings) const {
  if (IsOn(settings.c_lflag, ICANON)) return lines_ != 0;
  return size_ != 0 && size_ >= settings.c_cc[VMIN];
}

std::size_t LineDiscipline::Waiting(const termios& settings) const {
  return IsOn(settings.c_lflag, ICANON) ? lines_ : size_;
}

long LineDiscipline::Read(Buffers& buffers, const termios& settings) {
  if (buffers.size() == 0) return 0;
  const bool is_canonical = IsOn(settings.c_lflag, ICANON);
  if (is_canonical && lines_ == 0) return -EAGAIN;
  if (!is_canonical) {
    const std::size_t least = std::min<std::size_t>(settings.c_cc[VMIN], buffers.size());
    if (size_ < least) return -EAGAIN;
  }
  long count = 0;
  while (size_ != 0) {
    const Cell cell = At(0);
    // The end of the file ends a line that has begun, or is told by a read of nothing.
    if (cell == kEndOfFile) {
      Drop(1);
      break;
    }
    if (buffers.size() == 0) break;
    const auto byte = static_cast<std::byte>(cell);
    Drop(1);
    buffers.Store(&byte, 1);
    ++count;
    if (is_canonical && (cell & kEndsLine) != 0) break;
  }
  return count;
}

}  // namespace kernel::libc
