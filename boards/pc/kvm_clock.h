// What KVM tells of the time stamp counter's rate, by its paravirtual clock.
#ifndef ENKEL_BOARDS_PC_KVM_CLOCK_H_
#define ENKEL_BOARDS_PC_KVM_CLOCK_H_

#include <cstdint>

#include "kernel/arch/x86_64/cpuid.h"

namespace board {

// The number of the MSR that takes the address of a KvmTimeInfo, or 0 where KVM or its clock is not there.
// `cpuid(leaf)` returns a CpuidLeaf. [KVM] cpuid, msr
template <typename Cpuid>
std::uint32_t KvmClockMsr(Cpuid cpuid) {
  constexpr std::uint32_t kHypervisor = 0x4000'0000;
  constexpr std::uint32_t kFeatures = 0x4000'0001;
  constexpr std::uint32_t kOldClock = 1 << 0;
  constexpr std::uint32_t kClock = 1 << 3;
  if ((cpuid(1).ecx >> 31) == 0) return 0;
  const kernel::arch::CpuidLeaf name = cpuid(kHypervisor);  // "KVMKVMKVM"
  if (name.ebx != 0x4b4d'564b || name.ecx != 0x564b'4d56 || name.edx != 0x4d) return 0;
  const std::uint32_t features = cpuid(kFeatures).eax;
  if ((features & kClock) != 0) return 0x4b56'4d01;
  return (features & kOldClock) != 0 ? 0x12 : 0;
}

// What KVM writes for a CPU. [KVM] msr, MSR_KVM_SYSTEM_TIME_NEW
struct alignas(32) KvmTimeInfo {
  std::uint32_t version;
  std::uint32_t padding;
  std::uint64_t tsc_timestamp;
  std::uint64_t system_time;
  std::uint32_t tsc_to_system_mul;
  std::int8_t tsc_shift;
  std::uint8_t flags;
  std::uint16_t padding2;
};
static_assert(sizeof(KvmTimeInfo) == 32);

// Nanoseconds are (ticks << shift) * multiplier >> 32; the frequency in hertz, or 0 where that says none. Pure.
constexpr std::uint64_t FrequencyOf(std::uint32_t multiplier, std::int8_t shift) {
  constexpr std::uint64_t kSecond = 1'000'000'000;
  constexpr int kMostShift = 31;
  if (multiplier == 0 || shift > kMostShift || shift < -kMostShift) return 0;
  const std::uint64_t hertz = (kSecond << 32) / multiplier;
  if (shift >= 0) return hertz >> shift;
  return hertz > (~std::uint64_t{0} >> -shift) ? 0 : hertz << -shift;
}

// The frequency in hertz, or 0 where KVM does not tell.
std::uint64_t TscFrequencyFromKvm();

}  // namespace board

#endif  // ENKEL_BOARDS_PC_KVM_CLOCK_H_
