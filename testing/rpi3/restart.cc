// Restarts into partition 2, once: what a crash leaves behind says which start this is.
#include <cstddef>
#include <cstdio>
#include <cstring>

#include "boards/machine/restart.h"
#include "kernel/base/result.h"
#include "kernel/boot/board.h"

int main() {
  constexpr char kMark[] = "restarted";
  std::byte* const page = board::CrashPage() + 2048;
  if (std::memcmp(page, kMark, sizeof kMark) == 0) {
    std::memset(page, 0, sizeof kMark);
    std::puts("second start");
    return 0;
  }
  std::memcpy(page, kMark, sizeof kMark);
  std::puts("first start");
  if (machine::RestartIntoPartition(63).error() != kernel::Error::kInvalidArgument) return 2;
  (void)machine::RestartIntoPartition(2);
  return 1;
}
