// What CPUID tells of the time stamp counter's rate.
#ifndef ENKEL_BOARDS_PC_TSC_FREQUENCY_H_
#define ENKEL_BOARDS_PC_TSC_FREQUENCY_H_

#include <cstdint>

#include "kernel/arch/x86_64/cpuid.h"

namespace board {

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

}  // namespace board

#endif  // ENKEL_BOARDS_PC_TSC_FREQUENCY_H_
