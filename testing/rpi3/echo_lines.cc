// Says back what is typed, a line at a time, until one is "end".
#include <array>
#include <cstdio>
#include <cstring>

int main() {
  std::puts("ready");
  std::array<char, 2048> line;
  while (std::fgets(line.data(), line.size(), stdin) != nullptr) {
    std::printf("read %s", line.data());
    if (std::strcmp(line.data(), "end\n") == 0) return 0;
  }
  return 1;
}
