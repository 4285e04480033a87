// Faults in the handler of an interrupt.
#include <cstdint>

#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/time/real_time_timer.h"

namespace {

volatile bool is_over = false;

[[gnu::noinline]] void OnTimer(void*) {
  *reinterpret_cast<volatile std::uint32_t*>(16) = 1;
  is_over = true;
}

constinit kernel::time::RealTimeTimer timer(&OnTimer, nullptr);

[[gnu::noinline]] int WaitInMain() {
  while (!is_over) continue;
  return 0;
}

}  // namespace

int main() {
  if (!timer.StartOnce(board::Now() + kernel::Duration::Milliseconds(20))) return 1;
  return WaitInMain() + 2;
}
