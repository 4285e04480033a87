// Says back what is typed on a USB keyboard, a line at a time, until one is "end".
#include <array>
#include <cstdio>
#include <cstring>

#include "boards/machine/keyboard.h"

int main() {
  if (!machine::UseKeyboard()) return 2;
  std::puts("ready");
  std::array<char, 256> line;
  while (std::fgets(line.data(), line.size(), stdin) != nullptr) {
    std::printf("read %s", line.data());
    std::fflush(stdout);
    if (std::strcmp(line.data(), "end\n") == 0) return 0;
  }
  return 1;
}
