// The board cannot switch itself off. A reset with the firmware told to halt comes nearest; there QEMU exits with 0.
#include "boards/rpi3/power.h"

#include <cstdint>

#include "boards/rpi3/addresses.h"
#include "boards/rpi3/barrier.h"
#include "drivers/uart/pl011/pl011.h"
#include "kernel/arch/cpu.h"
#include "kernel/boot/board.h"

namespace board {
namespace {

// Power management. No public manual describes it; offsets and values as the Linux driver bcm2835_wdt has them.
struct PowerManagement {
  std::uint32_t other[7];
  std::uint32_t rstc;  // 0x1c: what a time-out does
  std::uint32_t rsts;  // 0x20: in its even bits 0 to 10, the partition that the firmware boots next
  std::uint32_t wdog;  // 0x24: time until reset, in 1/65536 s
};

constexpr std::uint32_t kPassword = 0x5a000000;  // without it a write has no effect
constexpr std::uint32_t kFullReset = 0x20;
constexpr std::uint32_t kSoon = 10;

}  // namespace

void RestartInto(Partition partition) {
  drivers::uart::Pl011(kPl011).Drain();
  SwitchPeripheral();
  auto& power = *reinterpret_cast<volatile PowerManagement*>(kPowerManagement.value);
  power.rsts = kPassword | static_cast<std::uint32_t>(partition);
  power.wdog = kPassword | kSoon;
  power.rstc = kPassword | kFullReset;
  kernel::arch::Stop();
}

void PowerOff(int) { RestartInto(Partition::kNone); }

}  // namespace board
