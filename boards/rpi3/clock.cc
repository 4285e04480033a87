#include "kernel/arch/aarch64/generic_timer.h"
#include "kernel/boot/board.h"

namespace board {

kernel::Instant Now() {
  constexpr std::uint32_t kCrystal = 19'200'000;  // hertz; the firmware feeds the counter with it
  return kernel::arch::ReadGenericTimer(kCrystal);
}

}  // namespace board
