// What was written while the machine started can be changed by a LateReadOnlyWriter, and not after its scope.
#include <cstdio>

#include "kernel/base/late_read_only.h"

namespace {

[[gnu::section(".bss..late_read_only")]] constinit volatile int number = 0;

}  // namespace

int main() {
  {
    const kernel::LateReadOnlyWriter outer;
    {
      const kernel::LateReadOnlyWriter inner;
      number = 1;
    }
    number = number + 1;
  }
  std::printf("written: %d\n", number);
  number = 3;
  return 0;
}
