// 1 MiB of the generator's output as hexadecimal lines, for batteries of tests on another machine: docs/hardening.md.
#include <sys/random.h>

#include <cstdint>
#include <cstdio>

int main() {
  std::uint8_t bytes[32];
  char line[2 * sizeof(bytes) + 1] = {};
  for (int i = 0; i < (1 << 20) / static_cast<int>(sizeof(bytes)); ++i) {
    if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes)) return 1;
    for (unsigned at = 0; at < sizeof(bytes); ++at) {
      line[2 * at] = "0123456789abcdef"[bytes[at] >> 4];
      line[2 * at + 1] = "0123456789abcdef"[bytes[at] & 15];
    }
    std::puts(line);
  }
  return 0;
}
