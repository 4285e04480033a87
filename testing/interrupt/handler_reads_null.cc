// A handler that reads through a null pointer.
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"

namespace {

constinit volatile int* volatile nowhere = nullptr;

void OnAlarm(void*) { (void)*nowhere; }

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
