// What is typed arrives by interrupt, whole and in order. The runner types when it is asked to.
#include <array>
#include <cstddef>
#include <cstdio>
#include <span>
#include <string_view>

#include "kernel/arch/interrupts.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"

namespace {

struct Received {
  std::array<char, 4096> bytes;
  volatile std::size_t size = 0;

  std::string_view text() const { return {bytes.data(), size}; }
};
constinit Received received = {};

void OnInput(void*) {
  received.size = received.size + board::ConsoleRead(std::span(received.bytes).subspan(received.size));
}

// Check, then sleep, in one step.
void SleepUntilLine() {
  kernel::arch::MaskInterrupts();
  while (!received.text().ends_with('\n')) kernel::arch::WaitForInterrupt();
  kernel::arch::UnmaskInterrupts();
}

}  // namespace

int main() {
  std::array<char, 16> before;
  if (board::ConsoleRead(before) != 0) return 1;  // enables the receiver
  const auto line = kernel::interrupt::Register(board::ConsoleInputLine(), kernel::interrupt::Trigger::kHighLevel,
                                                "console input", &OnInput, nullptr);
  if (!line) return 2;

  std::puts("a short line, please");
  SleepUntilLine();
  if (received.text() != "Hello, board!\n") return 3;

  received.size = 0;
  std::puts("a long line, please");
  SleepUntilLine();
  if (received.size != 1001) return 4;
  for (std::size_t i = 0; i < 1000; ++i) {
    if (received.bytes[i] != static_cast<char>('0' + i % 10)) return 5;
  }
  return kernel::interrupt::ReadTotals().storms == 0 ? 0 : 6;
}
