// A handler that needs more stack than there is.
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"

namespace {

// NOLINTNEXTLINE(misc-no-recursion): that is the point
[[gnu::noinline]] int Descend(int depth) {
  volatile char frame[512];
  frame[depth % 512] = 1;
  return depth < 0 ? frame[0] : Descend(depth + 1) + frame[1];
}

void OnAlarm(void*) { (void)Descend(0); }

[[gnu::noinline]] void WaitInMain() {
  board::SetAlarm(board::Now());
  for (;;) asm volatile("");
}

}  // namespace

int main() {
  const auto line = kernel::interrupt::Register(board::AlarmLine(), kernel::interrupt::Trigger::kHighLevel, "broken",
                                                &OnAlarm, nullptr);
  if (!line) return 1;
  WaitInMain();
  return 0;
}
