#include "kernel/boot/exit.h"

#include <array>
#include <cstddef>
#include <string_view>

#include "kernel/boot/board.h"

namespace kernel::boot {
namespace {

constexpr std::string_view kBefore = "\n[enkel] exit ";

}  // namespace

void Exit(int code) {
  std::array<char, kBefore.size() + 16> line;
  std::size_t first = line.size();
  line[--first] = '\n';
  unsigned rest = code < 0 ? 0u - static_cast<unsigned>(code) : static_cast<unsigned>(code);
  do {
    line[--first] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  if (code < 0) line[--first] = '-';
  first -= kBefore.size();
  kBefore.copy(&line[first], kBefore.size());

  board::ConsoleWrite({&line[first], line.size() - first});
  board::PowerOff(code);
}

}  // namespace kernel::boot
