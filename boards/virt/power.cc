// PSCI SYSTEM_OFF. QEMU answers HVC when the image was entered at EL1, SMC when at EL2, and nothing when at EL3 (an ELF
// file with secure=on): there whoever was started is the firmware. [PSCI] 5.10
#include <cstdint>

#include "boards/virt/addresses.h"
#include "drivers/uart/pl011/pl011.h"
#include "kernel/arch/cpu.h"
#include "kernel/boot/board.h"

extern "C" {
extern const std::uint64_t enkel_entry_exception_level;  // kernel/arch/aarch64/start.S
}

namespace board {

void PowerOff(int) {
  constexpr std::uint64_t kSystemOff = 0x84000008;
  drivers::uart::Pl011(kPl011).Drain();
  register std::uint64_t function asm("x0") = kSystemOff;
  if (enkel_entry_exception_level == 1) {
    asm volatile("hvc #0" : "+r"(function)::"x1", "x2", "x3", "memory");
  } else if (enkel_entry_exception_level == 2) {
    asm volatile("smc #0" : "+r"(function)::"x1", "x2", "x3", "memory");
  }
  kernel::arch::Stop();
}

}  // namespace board
