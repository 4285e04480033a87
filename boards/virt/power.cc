// PSCI. QEMU answers HVC when the image was entered at EL1, SMC when at EL2, and nothing when at EL3 (an ELF file with
// secure=on): there whoever was started is the firmware. [PSCI] 5.10, 5.11
#include "boards/virt/power.h"

#include <cstdint>

#include "boards/virt/addresses.h"
#include "drivers/uart/pl011/pl011.h"
#include "kernel/arch/cpu.h"
#include "kernel/boot/board.h"

extern "C" {
extern const std::uint64_t enkel_entry_exception_level;  // kernel/arch/aarch64/start.S
}

namespace board {

void Call(PsciFunction wanted) {
  drivers::uart::Pl011(kPl011).Drain();
  register std::uint64_t function asm("x0") = static_cast<std::uint64_t>(wanted);
  if (enkel_entry_exception_level == 1) {
    asm volatile("hvc #0" : "+r"(function)::"x1", "x2", "x3", "memory");
  } else if (enkel_entry_exception_level == 2) {
    asm volatile("smc #0" : "+r"(function)::"x1", "x2", "x3", "memory");
  }
  kernel::arch::Stop();
}

void PowerOff(int) { Call(PsciFunction::kSystemOff); }

}  // namespace board
