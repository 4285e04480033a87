#include "kernel/arch/aarch64/generic_timer.h"
#include "kernel/boot/board.h"

namespace board {

kernel::Instant Now() {
  constexpr std::uint32_t kUsual = 62'500'000;  // hertz
  return kernel::arch::ReadGenericTimer(kUsual);
}

}  // namespace board
