// A new start: the reset register of the chipset, the keyboard controller's, then a fault that nothing can handle.
#include <cstdint>

#include "kernel/arch/x86_64/port_io.h"
#include "kernel/boot/board.h"

namespace board {
namespace {

// [ICH9] 13.7.5: bit 1 chooses a hard reset, bit 2 going from 0 to 1 does it.
constexpr std::uint16_t kResetControl = 0xcf9;
constexpr std::uint8_t kHardReset = 0x02;
constexpr std::uint8_t kReset = 0x06;

// The 8042's command that pulses its output 0, which is the CPU's reset line.
constexpr std::uint16_t kKeyboardCommand = 0x64;
constexpr std::uint8_t kPulseReset = 0xfe;

// A reset takes a while to come. A write to the port of the power-on self-test takes about a microsecond.
void Wait() {
  constexpr std::uint16_t kSelfTest = 0x80;
  constexpr int kWrites = 10'000;
  for (int i = 0; i < kWrites; ++i) kernel::arch::WritePort8(kSelfTest, 0);
}

}  // namespace

void Reset() {
  asm volatile("cli" : : : "memory");
  kernel::arch::WritePort8(kResetControl, kHardReset);
  kernel::arch::WritePort8(kResetControl, kReset);
  Wait();
  kernel::arch::WritePort8(kKeyboardCommand, kPulseReset);
  Wait();
  // No gate, not even for the fault that says so: the CPU shuts down, and every board resets it then. [SDM] 3A 6.15
  const struct [[gnu::packed]] {
    std::uint16_t limit;
    std::uint64_t base;
  } nothing = {.limit = 0, .base = 0};
  asm volatile("lidt %0\n\tint3" : : "m"(nothing));
  __builtin_unreachable();
}

}  // namespace board
