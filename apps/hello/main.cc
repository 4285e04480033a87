// The smallest program that says something. On a Raspberry Pi 3 this file, the C library's puts and the kernel below it
// are the whole machine.

#include <array>
#include <cstdio>

int main() {
  static constexpr std::array kLines = {
      "Hello from Enkel.",
      "This C++23 program is the whole machine: no users, no shell, no processes.",
      "When main() returns, it powers off.",
  };
  for (const char* line : kLines) std::puts(line);
}
