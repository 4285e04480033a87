// The crash page keeps its bytes through a reset that starts the image anew.
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstring>

#include "kernel/base/address.h"
#include "kernel/boot/board.h"

namespace {

constexpr std::size_t kWords = kernel::kPageSize / sizeof(unsigned);
using Pattern = std::array<unsigned, kWords>;

Pattern MakePattern() {
  Pattern pattern;
  unsigned value = 12345;
  for (unsigned& word : pattern) word = value = value * 1664525 + 1013904223;
  return pattern;
}

}  // namespace

int main() {
  std::byte* const page = board::CrashPage();
  if (page == nullptr || page != board::CrashPage()) return 1;
  static const Pattern pattern = MakePattern();
  if (std::memcmp(page, pattern.data(), kernel::kPageSize) != 0) {
    std::puts("first start");
    std::memcpy(page, pattern.data(), kernel::kPageSize);
    board::Reset();
  }
  std::puts("second start");
  std::memset(page, 0, kernel::kPageSize);
  return 0;
}
