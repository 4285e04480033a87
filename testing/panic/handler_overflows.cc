// Runs out of the interrupt stack.
#include <array>

#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/time/real_time_timer.h"

namespace {

volatile bool is_over = false;
volatile int depth = 0;

[[gnu::noinline]] void OnTimer(void* self) {
  std::array<volatile char, 256> room;
  room[0] = static_cast<char>(depth);
  depth = depth + 1;
  if (depth < 0) return;  // never
  OnTimer(self);
  depth = room[0];
}

constinit kernel::time::RealTimeTimer timer(&OnTimer, nullptr);

[[gnu::noinline]] int WaitInMain() {
  while (!is_over) continue;
  return 0;
}

}  // namespace

int main() {
  if (!timer.StartOnce(board::Now() + kernel::Duration::Milliseconds(1))) return 1;
  return WaitInMain() + 2;
}
