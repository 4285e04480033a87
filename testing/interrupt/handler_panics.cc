// A handler that panics.
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"
#include "kernel/panic/panic.h"

namespace {

[[gnu::noinline]] void Fail() { kernel::panic::Panic("the handler's own"); }

void OnAlarm(void*) {
  Fail();
  asm volatile("");
}

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
