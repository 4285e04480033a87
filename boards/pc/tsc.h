// The arithmetic of the time stamp counter, apart from the instruction: what a tick is worth.
#ifndef ENKEL_BOARDS_PC_TSC_H_
#define ENKEL_BOARDS_PC_TSC_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "kernel/arch/x86_64/cpuid.h"

namespace board {

// Nanoseconds a tick, as a fixed-point number with 32 bits after the point. `hertz` is not 0.
constexpr std::uint64_t TickScale(std::uint64_t hertz) {
  constexpr std::uint64_t kNanosecondsPerSecond = 1'000'000'000;
  return ((kNanosecondsPerSecond << 32) + hertz / 2) / hertz;
}

// The product has up to 128 bits, so that no count of ticks overflows before the nanoseconds do (292 years).
constexpr std::int64_t TicksToNanoseconds(std::uint64_t ticks, std::uint64_t scale) {
  return static_cast<std::int64_t>((static_cast<unsigned __int128>(ticks) * scale) >> 32);
}

// The counter's frequency in hertz as CPUID tells it, or 0. `cpuid(leaf)` returns a CpuidLeaf.
// A hypervisor's word goes first: it may scale the counter and still show the host's own leaves. [SDM] 3B 18.7.3,
// [QEMU] vmware-cpuid-freq
template <typename Cpuid>
std::uint64_t TscFrequencyFromCpuid(Cpuid cpuid) {
  constexpr std::uint32_t kHypervisor = 0x4000'0000;
  constexpr std::uint32_t kHypervisorTiming = 0x4000'0010;  // EAX: kHz
  constexpr std::uint32_t kCrystal = 0x15;                  // EBX / EAX * ECX hertz
  constexpr std::uint32_t kBaseFrequency = 0x16;            // EAX: MHz, the same clock where ECX of 0x15 is 0
  constexpr std::uint32_t kKvm = 0x4b4d'564b;               // "KVMK", "VMwa": who gives leaf 0x40000010 this meaning
  constexpr std::uint32_t kVmware = 0x6177'4d56;

  if ((cpuid(1).ecx >> 31) != 0) {
    const kernel::arch::CpuidLeaf hypervisor = cpuid(kHypervisor);
    if ((hypervisor.ebx == kKvm || hypervisor.ebx == kVmware) && hypervisor.eax >= kHypervisorTiming) {
      if (const std::uint64_t kilohertz = cpuid(kHypervisorTiming).eax; kilohertz != 0) return kilohertz * 1000;
    }
  }
  const std::uint32_t largest = cpuid(0).eax;
  if (largest < kCrystal) return 0;
  const kernel::arch::CpuidLeaf crystal = cpuid(kCrystal);
  if (crystal.eax == 0 || crystal.ebx == 0) return 0;
  if (crystal.ecx != 0) return std::uint64_t{crystal.ecx} * crystal.ebx / crystal.eax;
  return largest >= kBaseFrequency ? std::uint64_t{cpuid(kBaseFrequency).eax & 0xffff} * 1'000'000 : 0;
}

// The counter's frequency in hertz, measured against channel 2 of the 8254 timer ([I8254]) for 2 ms, or 0 when no timer
// counts there. Right to 0.2 %, also when something stole the CPU once meanwhile, for however long. `Machine` has
// ReadPort8(port), WritePort8(port, value) and ReadTsc().
template <typename Machine>
class TscCalibration {
 public:
  explicit TscCalibration(Machine& machine) : machine_(machine) {}

  std::uint64_t Measure() {
    const std::uint8_t gate = machine_.ReadPort8(kGate);
    machine_.WritePort8(kGate, static_cast<std::uint8_t>((gate & ~kSpeaker) | kCountChannel2));
    machine_.WritePort8(kControl, kChannel2 | kLowThenHigh);  // mode 0: counts down once
    machine_.WritePort8(kChannel2Count, 0xff);
    machine_.WritePort8(kChannel2Count, 0xff);
    const std::uint64_t hertz = MeasureRunningTimer();
    machine_.WritePort8(kGate, gate);
    return hertz;
  }

 private:
  static constexpr std::uint16_t kChannel2Count = 0x42;
  static constexpr std::uint16_t kControl = 0x43;
  static constexpr std::uint16_t kGate = 0x61;
  static constexpr std::uint8_t kCountChannel2 = 0x01;
  static constexpr std::uint8_t kSpeaker = 0x02;
  static constexpr std::uint8_t kChannel2 = 0x80;  // with no other bit: latch its count
  static constexpr std::uint8_t kLowThenHigh = 0x30;

  static constexpr std::uint64_t kTimerFrequency = 1'193'182;             // hertz
  static constexpr std::uint16_t kSpan = kTimerFrequency * 2 / 1000 / 3;  // a third of 2 ms
  static constexpr int kMostEqualReads = 100;  // a timer tick is 838 ns, shorter than this many reads on anything

  struct Sample {
    std::uint16_t count;
    std::uint64_t tsc;
  };

  Sample Read() {
    const std::uint64_t before = machine_.ReadTsc();
    machine_.WritePort8(kControl, kChannel2);
    const std::uint64_t after = machine_.ReadTsc();
    const std::uint8_t low = machine_.ReadPort8(kChannel2Count);
    const std::uint8_t high = machine_.ReadPort8(kChannel2Count);
    return {.count = static_cast<std::uint16_t>(low | (high << 8)), .tsc = before + (after - before) / 2};
  }

  // The frequency over one span, or nothing when the timer does not count.
  std::optional<std::uint64_t> MeasureSpan() {
    const Sample start = Read();
    std::uint16_t last = start.count;
    for (int equal_reads = 0; equal_reads < kMostEqualReads;) {
      const Sample now = Read();
      equal_reads = now.count == last ? equal_reads + 1 : 0;
      last = now.count;
      const auto ticks = static_cast<std::uint16_t>(start.count - now.count);  // the counter goes down and wraps around
      if (ticks >= kSpan) return (now.tsc - start.tsc) * kTimerFrequency / ticks;
    }
    return std::nullopt;
  }

  // Firmware, a hypervisor or a host can take the CPU away between the two looks of a sample, or until the counter has
  // wrapped. That spoils one of three spans, too fast or too slow; the one in the middle is right.
  std::uint64_t MeasureRunningTimer() {
    std::array<std::uint64_t, 3> frequencies = {};
    for (std::uint64_t& frequency : frequencies) {
      const std::optional<std::uint64_t> measured = MeasureSpan();
      if (!measured) return 0;
      frequency = *measured;
    }
    const auto [a, b, c] = frequencies;
    return std::max(std::min(a, b), std::min(std::max(a, b), c));
  }

  Machine& machine_;
};

}  // namespace board

#endif  // ENKEL_BOARDS_PC_TSC_H_
