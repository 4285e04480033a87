// A panic needs no memory: all of it is taken when the bug shows.
#include <cstddef>
#include <cstdlib>

#include "kernel/base/check.h"

void* volatile last;  // so that no call of malloc is folded away

int main() {
  for (std::size_t size = std::size_t{64} << 20; size >= 16; size /= 2) {
    do {
      last = std::malloc(size);
    } while (last != nullptr);
  }
  last = std::malloc(16);
  CHECK(last != nullptr);
  return 0;
}
