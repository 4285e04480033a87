// The clock: the CPU's time stamp counter.
#include "boards/pc/clock.h"

#include <cstdint>

#include "boards/pc/kvm_clock.h"
#include "boards/pc/port_registers.h"
#include "boards/pc/tsc_frequency.h"
#include "drivers/timer/tsc_clock/tsc_clock.h"
#include "kernel/arch/interrupts.h"
#include "kernel/arch/x86_64/cpuid.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"

namespace board {
namespace {

// The power management timer of QEMU's q35 and pc, where their firmware puts it. On a real PC only ACPI tables say
// where it is, and the port may be anything; there the 8254 is the reference.
constexpr std::uint16_t kVirtualPowerTimer = 0x608;

struct Machine {
  PortRegisters Ports() { return PortRegisters(); }
  bool IsHurried() { return kernel::arch::InterruptsAreMasked(); }
  std::uint16_t PowerTimerPort() { return kernel::arch::IsVirtualMachine() ? kVirtualPowerTimer : 0; }

  // The fence keeps earlier loads from being overtaken: time never goes backwards between two readers. [SDM] 2B RDTSC.
  std::uint64_t ReadTsc() {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    asm volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (std::uint64_t{high} << 32) | low;
  }

  std::uint64_t KnownFrequency() {
    const std::uint64_t hertz = TscFrequencyFromCpuid([](std::uint32_t leaf) { return kernel::arch::Cpuid(leaf); });
    return hertz != 0 ? hertz : TscFrequencyFromKvm();
  }
};

constinit drivers::timer::TscClock<Machine> tsc_clock{Machine{}};

}  // namespace

kernel::Instant Now() { return tsc_clock.Now(); }

bool KnowsItsRate() { return tsc_clock.knows_its_rate(); }

kernel::Duration MostSleep() {
  return KnowsItsRate() ? kernel::Duration::Seconds(3600) : kernel::Duration::Milliseconds(5);
}

std::uint64_t TimeStampAt(kernel::Instant instant) { return tsc_clock.TimeStampAt(instant); }

}  // namespace board
