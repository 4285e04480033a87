#include "boards/pc/boot_info.h"

#include <cstddef>
#include <span>

namespace board {

std::size_t CopyCommandLine(Bytes bytes, std::span<char> text) {
  std::size_t count = 0;
  for (const std::byte byte : bytes) {
    char character = static_cast<char>(byte);
    if (character == '\t' || character == '\n' || character == '\r') character = ' ';
    if (character < ' ' || character > '~' || count == text.size()) break;
    text[count++] = character;
  }
  return count;
}

}  // namespace board
