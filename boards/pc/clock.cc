// The clock: the CPU's time stamp counter, which starts with the machine.
#include <atomic>
#include <cstdint>

#include "boards/pc/tsc.h"
#include "kernel/arch/x86_64/cpuid.h"
#include "kernel/arch/x86_64/port_io.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"

namespace board {
namespace {

// When neither CPUID nor a timer tells: some rate, so that time goes on. QEMU with -icount shift=0 counts at this one.
constexpr std::uint64_t kUnknownFrequency = 1'000'000'000;  // hertz

// Nothing slower runs 64-bit code, nothing faster exists: a number outside came from a broken source.
constexpr std::uint64_t kSlowest = 10'000'000;      // hertz
constexpr std::uint64_t kFastest = 20'000'000'000;  // hertz

struct Machine {
  std::uint8_t ReadPort8(std::uint16_t port) { return kernel::arch::ReadPort8(port); }
  void WritePort8(std::uint16_t port, std::uint8_t value) { kernel::arch::WritePort8(port, value); }
  // The fence keeps earlier loads from being overtaken: time never goes backwards between two readers. [SDM] 2B RDTSC.
  std::uint64_t ReadTsc() {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    asm volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (std::uint64_t{high} << 32) | low;
  }
};

constinit std::atomic<std::uint64_t> scale = 0;  // as TickScale; 0: not known yet

bool IsPlausible(std::uint64_t hertz) { return hertz >= kSlowest && hertz <= kFastest; }

std::uint64_t FindFrequency(Machine& machine) {
  std::uint64_t hertz = TscFrequencyFromCpuid([](std::uint32_t leaf) { return kernel::arch::Cpuid(leaf); });
  if (!IsPlausible(hertz)) hertz = TscCalibration(machine).Measure();
  return IsPlausible(hertz) ? hertz : kUnknownFrequency;
}

}  // namespace

// An interrupt handler that calls this while the first call measures finishes first, and its result stays: time has one
// rate from the first answer on.
kernel::Instant Now() {
  Machine machine;
  std::uint64_t current = scale.load(std::memory_order_relaxed);
  if (current == 0) {
    const std::uint64_t found = TickScale(FindFrequency(machine));
    if (scale.compare_exchange_strong(current, found, std::memory_order_relaxed)) current = found;
  }
  return {.nanoseconds = TicksToNanoseconds(machine.ReadTsc(), current)};
}

}  // namespace board
