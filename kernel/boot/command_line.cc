#include "kernel/boot/command_line.h"

namespace kernel::boot {

std::size_t CopyCommandLine(std::span<const std::byte> bytes, std::span<char> text) {
  std::size_t count = 0;
  for (const std::byte byte : bytes) {
    char character = static_cast<char>(byte);
    if (character == '\t' || character == '\n' || character == '\r') character = ' ';
    if (character < ' ' || character > '~' || count == text.size()) break;
    text[count++] = character;
  }
  return count;
}

}  // namespace kernel::boot
